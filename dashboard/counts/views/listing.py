"""/counts: what is due, open, in review and done, how exact stock is; and opening a count."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.counts import due, rules, store
from dashboard.counts.actions import open_count
from dashboard.counts.commands import OpenCount
from dashboard.counts.forms import OpenForm
from dashboard.counts.views import words
from dashboard.counts.views.blueprint import blueprint
from dashboard.inventory import store as inventory
from dashboard.inventory.forms import choices
from dashboard.inventory.limits import reachable
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dashboard.orders.store import reader
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect, wants_part

TABS = {"open": ("Open", "", ""), "review": ("In review", "warn", "eye"), "due": ("Due", "", ""), "done": ("Done", "", "")}
PAGE = 50
SHOWN_DUE = 100
PRECISION_DAYS = 90


@blueprint.get("")
@requires("stock.read")
def index() -> str:
    asked, connection, now = flask.request.args, reader(), clock.now()
    tab = asked.get("view", "open") if asked.get("view", "open") in TABS else "open"
    counts = store.tab_counts(connection)
    found = store.precision(connection, now - dt.timedelta(days=PRECISION_DAYS))
    values: dict[str, Any] = {
        "tab": tab,
        "views": [SimpleNamespace(key=key, label=label, href=_link(key), count=counts.get(key), role=role, shape=shape)
                  for key, (label, role, shape) in TABS.items()],
        "precision": found,
        "accuracy": rules.accuracy(found.exact, found.lines),
        "days": PRECISION_DAYS,
        "may_approve": access.actor().may("counts.approve"),
        "may_count": access.actor().may("stock.adjust"),
        "mark": words.status,
        "sources": words.SOURCES,
        "key": once.new_key(),
    }  # fmt: skip
    values |= _due(connection, now) if tab == "due" else _listed(connection, tab)
    return flask.render_template("counts/_index.html" if wants_part() else "counts/index.html", **values)


def _link(tab: str, **more: Any) -> str:
    return flask.url_for("counts.index", view=tab if tab != "open" else None, **more)


def _listed(connection: Any, tab: str) -> dict[str, Any]:
    given = flask.request.args.get("before")
    rows = store.counts(connection, store.TABS[tab], paging.decode(given, int)[0] if given else None, PAGE + 1)
    older = _link(tab, before=paging.encode(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    return {"rows": rows[:PAGE], "older": older}


def _due(connection: Any, now: dt.datetime) -> dict[str, Any]:
    places = reachable(inventory.locations(active=True), access.actor())
    chosen = next((place for place in places if place.code == flask.request.args.get("location")), places[0] if places else None)
    by_class = due.totals(connection, chosen.id, now) if chosen else {}
    return {
        "places": [(place.code, place.name) for place in places],
        "chosen": chosen,
        "lines": due.first(connection, chosen.id, now, SHOWN_DUE) if chosen else [],
        "total": sum(by_class.values()),
        "by_class": by_class,
        "intervals": {name: policy.interval_days for name, policy in store.policies(connection).items()},
        "most": due.MOST,
    }


@blueprint.get("/new")
@requires("stock.adjust")
def new() -> str:
    form = _form()
    asked = flask.request.args
    form.skus.data, form.bin.data = asked.get("sku", "")[:64], asked.get("bin", "")[:30]
    if asked.get("location") in {choice.value for choice in form.location.choices}:
        form.location.data = asked["location"]
    return flask.render_template("counts/new.html", form=form, key=once.new_key())


@blueprint.post("")
@requires("stock.adjust")
def create() -> Any:
    """Open a count of chosen SKUs; with `due`, of what is due at the location."""
    if flask.request.form.get("due"):
        location = flask.request.form.get("location", "")
        saved = once.run(open_count, OpenCount(location, due.codes(reader(), location, clock.now()), source="schedule"))
        return _opened(saved)
    form = _form()
    if not form.validate():
        return _again(form, 422)
    try:
        saved = once.run(open_count, form.command())
    except (Invalid, NotFound) as error:
        return _again(form, 422, error)
    except Conflict as error:
        return _again(form, 409, error)
    return _opened(saved)


def _opened(saved: dict[str, Any]) -> Any:
    lines = saved["lines"]
    flask.flash(f"Count {saved['number']} is open: {lines} SKU{'' if lines == 1 else 's'} to count.", "ok")
    return redirect(flask.url_for("counts.show", number=saved["number"]))


def _form() -> OpenForm:
    form = OpenForm()
    form.location.choices = choices(
        (place.code, place.name) for place in reachable(inventory.locations(active=True), access.actor())
    )
    return form


def _again(form: OpenForm, status: int, error: DomainError | None = None) -> Any:
    show_errors(form, error, other="skus")
    key = once.new_key() if error is None or error.status != 409 else once.fresh_key()
    body = flask.render_template("counts/_new_form.html" if wants_part() else "counts/new.html", form=form, key=key)
    return flask.make_response(body, status, {"HX-Retarget": "#count-form"} if status == 409 else {})
