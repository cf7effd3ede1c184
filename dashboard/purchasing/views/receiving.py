"""/receiving: what is due at the dock, and the scan field that puts it on the shelf: a bin, then what goes into it."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.inventory import store as inventory
from dashboard.inventory.limits import reachable
from dashboard.inventory.store import bins
from dashboard.inventory.tracked_typed import read_given, wants_another
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dashboard.kernel.units import whole_units
from dashboard.orders.store import reader, refresh
from dashboard.purchasing import store
from dashboard.purchasing.commands import ScanReceipt
from dashboard.purchasing.receiving import scan_receipt
from dashboard.purchasing.rules import current_arrival
from dashboard.purchasing.views import words
from dashboard.purchasing.views.blueprint import blueprint
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import clock_version, live_page


@blueprint.get("/receiving")
@requires("stock.adjust")
def receiving() -> str:
    return flask.render_template("purchasing/receiving.html", **_values(flask.request.args.get("location", "")))


@blueprint.post("/receiving/scans")
@requires("stock.adjust")
def scan() -> Any:
    asked = flask.request.form
    if asked.get("person", "") not in ("", access.actor().ref):
        return redirect(flask.url_for("purchasing.receiving", location=asked.get("location")))
    typed = SimpleNamespace(
        code=asked.get("code", "").strip()[:200],
        units=asked.get("units", "1"),
        state=asked.get("state", "good"),
        bin=asked.get("bin", "").strip()[:40],
        given=read_given(asked),
    )
    location = asked.get("location", "")
    if wants_another(asked):
        return _answer(location, _asking(typed), 200, typed.bin)
    try:
        units = whole_units(typed.units or 1, "units")
        tracks = "serials" if typed.given.serials.strip() else "lots"
        command = ScanReceipt(typed.code, location, units, typed.state, typed.given.given(tracks, units), typed.bin)
        said = once.run(scan_receipt, command)
    except (Invalid, NotFound, Conflict) as error:
        if "code" in error.facts.get("fields", {}) and (bin_ := bins.find(reader(), location, typed.code)):
            return _answer(location, _goes_into(bin_), 200, bin_.code)
        return _answer(location, _refused(typed, error), 409 if isinstance(error, Conflict) else 422, typed.bin)
    return _answer(location, _received(said), 200, typed.bin)


def _result(role: str, icon: str, title: str, text: str, **more: Any) -> SimpleNamespace:
    """What the scan did, in big words. bin: the one that the next scans go into; asks: the fields that are missing."""
    return SimpleNamespace(**{"orders": [], "stock": None, "asks": None, "bin": None, **more}, role=role, icon=icon, title=title, text=text)


def _goes_into(bin_: Any) -> SimpleNamespace:
    kind = "" if bin_.pickable else " It is set aside: nobody can be promised what lies there."
    return _result("ok", "barcode", f"Into {bin_.code}", f"What you scan now is put there.{kind}", bin=bin_.code)


def _asking(typed: SimpleNamespace) -> SimpleNamespace:
    asks = SimpleNamespace(**vars(typed), tracks="lots")
    return _result("warn", "triangle", f"{typed.code[:40]}: which lots?", "Nothing is received yet.", asks=asks)


def _received(said: dict[str, Any]) -> SimpleNamespace:
    """Big words about what has just gone on the shelf."""
    orders = [number for number, _ in said["orders"]]
    state = " as damaged" if said["state"] == "damaged" else ""
    left = f"{said['left']:,} still to come" if said["left"] else "all of it is here"
    into = f" into {said['bin']}" if said["bin"] else ""
    return _result("ok", "check", f"+{said['units']:,} {said['sku']}{state}{into}", f"{said['name']}: {left}.", orders=orders)


def _refused(typed: SimpleNamespace, error: DomainError) -> SimpleNamespace:
    """Big words about what is wrong, and what to do; nothing was received."""
    known = error.facts.get("sku")
    title = f"Unknown: {typed.code[:40]}" if "code" in error.facts.get("fields", {}) and not known else "Not received"
    role, icon = ("warn", "triangle") if known else ("bad", "cross")
    return _result(role, icon, title, error.message, stock=known, asks=_asked(typed, error))


def _asked(typed: SimpleNamespace, error: DomainError) -> SimpleNamespace | None:
    """The scan once more with the fields of its lots or serial numbers, when that is what was missing."""
    for name, message in error.facts.get("fields", {}).items():
        typed.given.complain(name, message)
    if not typed.given.errors:
        return None
    return SimpleNamespace(**vars(typed), tracks="serials" if "serials" in typed.given.errors else "lots")


def _answer(location: str, result: SimpleNamespace, status: int, into: str) -> Any:
    """into: the bin that the next scan goes into."""
    refresh()
    template = "purchasing/_dock.html" if wants_part() else "purchasing/receiving.html"
    values = {**_values(location, result), "into": into}
    return flask.make_response(flask.render_template(template, **values), status)


def _values(chosen: str, result: SimpleNamespace | None = None) -> dict[str, Any]:
    """chosen: the code of the location whose dock it is; the first of the actor's without one."""
    live = live_page("purchases")
    places, now = reachable(inventory.locations(active=True), access.actor()), clock.now()
    here = next((place for place in places if place.code == chosen), places[0] if places else None)
    rows = store.due(reader(), [here.code]) if here else []
    docks = store.dock_to_stock(reader(), [here.code] if here else [], now)
    return {
        "live": live,
        "seen_at": clock_version(),
        "here": here,
        "places": [(place.code, place.name) for place in places],
        "rows": [(row, current_arrival(row.arrived_at, now)) for row in rows],
        "today": now.date(),
        "late": sum(row.is_late(now.date()) for row in rows),
        "units_due": sum(max(0, row.units - row.received) for row in rows),
        "docks": docks,
        "median": words.duration(docks.median),
        "result": result,
        "into": "",
        "has_bins": here is not None and here.id in bins.places_with_bins(reader()),
        "person": access.actor().ref,
        "may_read": access.actor().may("purchasing.read"),
        "key": once.fresh_key(),
    }
