"""/receiving: what is due at the dock, and the scan field that puts it on the shelf."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.inventory import store as inventory
from dashboard.inventory.limits import reachable
from dashboard.inventory.tracked_typed import FIELDS, LONGEST, field_of, typed_given
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
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import clock_version, live_page


@blueprint.get("/receiving")
@requires("stock.adjust")
def receiving() -> str:
    return flask.render_template("purchasing/receiving.html", **_values(flask.request.args.get("location", "")))


@blueprint.post("/receiving/scans")
@requires("stock.adjust")
def scan() -> Any:
    asked = flask.request.form
    typed = SimpleNamespace(
        code=asked.get("code", "").strip()[:200],
        units=asked.get("units", "1"),
        state=asked.get("state", "good"),
        given={name: asked.get(name, "")[: LONGEST[name]] for name in FIELDS},
    )
    location = asked.get("location", "")
    try:
        units = whole_units(typed.units or 1, "units")
        tracks = "serials" if typed.given["serials"].strip() else "lots"
        command = ScanReceipt(typed.code, location, units, typed.state, typed_given(tracks, units, typed.given))
        said = once.run(scan_receipt, command)
    except (Invalid, NotFound, Conflict) as error:
        return _answer(location, _refused(typed, error), 409 if isinstance(error, Conflict) else 422)
    return _answer(location, _received(said), 200)


def _received(said: dict[str, Any]) -> SimpleNamespace:
    """Big words about what has just gone on the shelf."""
    orders = [number for number, _ in said["orders"]]
    state = " as damaged" if said["state"] == "damaged" else ""
    left = f"{said['left']:,} still to come" if said["left"] else "all of it is here"
    return SimpleNamespace(
        role="ok",
        icon="check",
        title=f"+{said['units']:,} {said['sku']}{state}",
        text=f"{said['name']}: {left}.",
        orders=orders,
        stock=None,
        asks=None,
    )


def _refused(typed: SimpleNamespace, error: DomainError) -> SimpleNamespace:
    """Big words about what is wrong, and what to do; nothing was received."""
    known = error.facts.get("sku")
    return SimpleNamespace(
        role="warn" if known else "bad",
        icon="triangle" if known else "cross",
        title="Not received"
        if known
        else f"Unknown: {typed.code[:40]}"
        if "code" in error.facts.get("fields", {})
        else "Not received",
        text=error.message,
        orders=[],
        stock=known,
        asks=_asked(typed, error),
    )


def _asked(typed: SimpleNamespace, error: DomainError) -> SimpleNamespace | None:
    """The scan once more with the fields of its lot or serial numbers, when that is what was missing."""
    fields = {field_of(name): message for name, message in error.facts.get("fields", {}).items()}
    found = next((name for name in FIELDS if name in fields), None)
    if found is None:
        return None
    return SimpleNamespace(**vars(typed), tracks="serials" if found == "serials" else "lots", errors={found: fields[found]})


def _answer(location: str, result: SimpleNamespace, status: int) -> Any:
    refresh()
    template = "purchasing/_dock.html" if wants_part() else "purchasing/receiving.html"
    values = _values(location, result)
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
        "may_read": access.actor().may("purchasing.read"),
        "key": once.fresh_key(),
    }
