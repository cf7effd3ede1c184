"""Jinja filters and globals: money, units, moments, assets."""

import datetime as dt
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

import flask
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

from dashboard.kernel import clock, units
from dashboard.web import sheets

LOCALE = "en_GB"
_WORD = re.compile(r"[a-z]+(?=[\s,:;]|\.?$)")


def money(amount: int | None, currency: str) -> str:
    """1250, GBP -> £12.50."""
    if amount is None:
        return "–"
    return _currency(currency, units.decimal_text(amount, currency))


@cache
def _symbol(currency: str) -> tuple[str, str]:
    text = format_currency(1, currency, locale=LOCALE, format="¤0", currency_digits=False)
    before, after = text.split("1")
    return before + "\u00a0" * before[-1:].isalpha(), after


def _currency(currency: str, text: str) -> str:
    before, after = _symbol(currency)
    sign = "−" if text.startswith("-") else ""
    whole, dot, fraction = text.lstrip("-").partition(".")
    return f"{sign}{before}{int(whole):,}{dot}{fraction}{after}"


def price(e4: int, currency: str) -> str:
    return _currency(currency, units.price_text(e4, currency))


def number(value: int | float | None) -> str:
    """12345 -> 12,345; None is a dash, never 0."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else format_decimal(value, locale=LOCALE)


def ago(at: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """How long ago, in one unit: 'just now', '5 min', '3 h', '4 d'."""
    if at is None:
        return "–"
    seconds = int(((now or clock.now()) - at).total_seconds())
    for limit, size, unit in ((60, 1, "just now"), (3600, 60, "min"), (86400 * 2, 3600, "h")):
        if abs(seconds) < limit:
            return unit if size == 1 else f"{seconds // size} {unit}"
    return f"{seconds // 86400} d"


def day_time(at: dt.datetime | None) -> str:
    return at.strftime("%a %d %b %Y %H:%M UTC") if at else "–"


def asset(path: str) -> str:
    """The address of a static file with its content's hash, so that it can be cached for ever."""
    root = flask.request.script_root if flask.has_request_context() else ""
    kept = flask.current_app.extensions.setdefault("orderdeck_assets", {})  # a list asks for its icons a hundred times
    if (root, path) not in kept:
        kept[root, path] = flask.url_for("static", filename=path, v=_hash(flask.current_app.static_folder or "", path))
    return kept[root, path]


def icon(name: str, label: str | None = None, class_: str = "", **more: str) -> Markup:
    """An icon of /static/icons.svg, decorative unless it has a label; `class` is a keyword of Python, so it may come by its name."""
    classes = f"icon {found}" if (found := class_ or more.get("class", "")) else "icon"
    return _svg(asset("icons.svg"), name, label or "", classes)


@lru_cache(maxsize=1_000)
def _svg(sprite: str, name: str, label: str, classes: str) -> Markup:
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" viewBox="0 0 24 24" {}><use href="{}#{}"/></svg>').format(classes, spoken, sprite, name)


@cache
def _hash(folder: str, path: str) -> str:
    file = Path(folder) / path
    content = sheets.content(folder, path) or (file.read_bytes() if file.is_file() else None)
    return hashlib.sha256(content).hexdigest()[:8] if content else "0"


def sentence(said: str) -> str:
    """'between 1 and 9' -> 'Between 1 and 9': a complaint as it is read by itself. Codes and names of fields stay as they are."""
    return said[:1].upper() + said[1:] if _WORD.match(said) else said


def init_app(app: flask.Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        decimal=units.decimal_text,
        price=price,
        number=number,
        ago=ago,
        iso=clock.iso,
        day_time=day_time,
        sentence=sentence,
    )
    app.jinja_env.globals.update(asset=asset, now=clock.now, svg_icon=icon)
