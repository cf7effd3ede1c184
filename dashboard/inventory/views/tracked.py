"""/lots: what expires; one lot with its recall list. /serials: where a serial number is, and its whole life."""

import datetime as dt
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory.expiry import WriteOffLot, write_off_lot
from dashboard.inventory.limits import reachable
from dashboard.inventory.store import locations
from dashboard.inventory.store import lots as lots_store
from dashboard.inventory.store import serials as serials_store
from dashboard.inventory.views import words
from dashboard.kernel import clock
from dashboard.orders.store import reader
from dashboard.orders.store.waiting import numbers
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

lots = flask.Blueprint("lots", __name__, url_prefix="/lots")
serials = flask.Blueprint("serials", __name__, url_prefix="/serials")
PAGE = 50
DAYS = (7, 30, 90)
STATES = ("in_stock", "picked", "in_transit", "shipped", "scrapped")


@lots.get("")
@requires("stock.read")
def index() -> str:
    """Lots that expire within some days (30 unless asked otherwise), and those that have; the earliest first."""
    asked = flask.request.args
    days = asked.get("days", type=int)
    days = days if days in DAYS else 30
    after = paging.decode(asked["after"], str, int) if asked.get("after") else None
    found = lots_store.expiring(reader(), clock.now(), dt.timedelta(days=days), _key(after), PAGE + 1)
    more = None
    if len(found) > PAGE:
        last = found[PAGE - 1]
        more = flask.url_for("lots.index", days=days, after=paging.encode(last.expires_on.isoformat(), last.id))
    values = {
        "lots": found[:PAGE],
        "days": days,
        "choices": [(number, flask.url_for("lots.index", days=number)) for number in DAYS],
        "more": more,
        "first": after is None,
        "today": clock.now().date(),
    }
    return flask.render_template("inventory/_expiring.html" if wants_part() else "inventory/expiring.html", **values)


def _key(after: Any) -> tuple[dt.date, int] | None:
    """A cursor that cannot be read begins at the beginning."""
    try:
        return (dt.date.fromisoformat(after[0]), after[1]) if after else None
    except ValueError:
        return None


@lots.get("/<int:lot_id>")
@requires("stock.read")
def show(lot_id: int) -> str:
    connection, actor = reader(), access.actor()
    lot = lots_store.lot(connection, lot_id, clock.now())
    recall = lots_store.recall(connection, lot_id)
    steps = lots_store.movements(connection, lot_id)
    mine = {place.code for place in reachable(locations(), actor)} if actor.may("stock.adjust") else set()
    return flask.render_template(
        "inventory/lot.html",
        lot=lot,
        recall=recall,
        steps=steps,
        kinds=words.KINDS,
        order_numbers=numbers(connection, [got.order_id for got in recall] + [step.order_id for step in steps if step.order_id]),
        may_write_off=mine,
        today=clock.now().date(),
        key=once.new_key(),
    )


@lots.post("/<int:lot_id>/write-offs")
@requires("stock.adjust")
def write_off(lot_id: int) -> Any:
    lot = lots_store.lot(reader(), lot_id, clock.now())
    command = WriteOffLot(lot.sku, lot.code, flask.request.form.get("location", ""))
    units = once.run(write_off_lot, command, lambda units: {"units": units})["units"]
    flask.flash(f"{units:,} units of lot {lot.code} are written off.", "ok")
    return redirect(flask.url_for("lots.show", lot_id=lot_id))


@serials.get("")
@requires("stock.read")
def find() -> Any:
    """Serial numbers by their beginning; of one SKU, in one state. A search that finds one alone opens it."""
    asked = flask.request.args
    query, code, state = asked.get("q", "").strip()[:60], asked.get("sku", "").strip(), asked.get("state", "")
    sku = catalog.sku(code) if code else None
    state = state if state in STATES else ""
    after = paging.decode(asked["after"], int)[0] if asked.get("after") else 0
    found = serials_store.find_serials(reader(), query, sku.id if sku else None, state, after, PAGE + 1)
    if query and len(found) == 1 and not after and not wants_part():
        return redirect(flask.url_for("serials.show_serial", serial_id=found[0].id))
    kept = {"q": query or None, "sku": sku.code if sku else None, "state": state or None}
    values = {
        "rows": found[:PAGE],
        "query": query,
        "sku": sku,
        "state": state,
        "states": [("", "Any state"), *((name, words.SERIAL_STATES[name]) for name in STATES)],
        "more": flask.url_for("serials.find", after=paging.encode(found[PAGE - 1].id), **kept) if len(found) > PAGE else None,
        "first": not after,
        "order_numbers": numbers(reader(), [row.order_id for row in found if row.order_id]),
    }
    return flask.render_template("inventory/_serial_rows.html" if wants_part() else "inventory/serials.html", **values)


@serials.get("/<int:serial_id>")
@requires("stock.read")
def show_serial(serial_id: int) -> str:
    connection = reader()
    serial = serials_store.serial(connection, serial_id)
    steps = serials_store.life(connection, serial_id)
    ids = [step.order_id for step in steps if step.order_id]
    return flask.render_template(
        "inventory/serial.html", serial=serial, steps=steps, kinds=words.KINDS, order_numbers=numbers(connection, ids)
    )
