"""/api/v1/stock/lots and /api/v1/stock/serials: what expires, who got a lot, where a serial number is."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import asked, once, tracked_schemas
from dashboard.api.routes import number_of, route
from dashboard.catalog import store as catalog
from dashboard.inventory.store import lots, serials
from dashboard.inventory.store.lots import LotFacts
from dashboard.kernel import clock
from dashboard.kernel.errors import Forbidden, Invalid
from dashboard.orders.store import reader
from dashboard.orders.store.waiting import numbers
from dashboard.web import access

blueprint = flask.Blueprint("tracked_api", __name__, url_prefix="/api/v1/stock")
FURTHEST = 3650
PAGE = {"cursor": "`next` of the page before", "limit": "1 to 200"}
LOTS = {"sku": "all lots of this SKU with units; without it those of all SKUs that expire", "within": "days, 30 without"} | PAGE
SERIALS = {"serial": "its beginning", "sku": "of this SKU", "state": "in this state"} | PAGE


@route(blueprint, "GET", "/lots", "stock.read", "Lots with units, the earliest expiry first", answer=tracked_schemas.LotList, query=LOTS)
def index_lots() -> flask.Response:
    now, code = clock.now(), asked.word("sku")
    if code:
        return once.show({"items": [_lot(lot) for lot in lots.lots_of_sku(reader(), catalog.sku(code).id, now)], "next": None})
    limit, after = asked.limit(), asked.cursor(str, int)
    found = lots.expiring(reader(), now, dt.timedelta(days=_within()), _after(after), limit + 1)
    items, following = asked.page(found, limit, lambda lot: (lot.expires_on.isoformat(), lot.id))
    return once.show({"items": [_lot(lot) for lot in items], "next": following})


def _within() -> int:
    """Raises: Invalid, for what is no number of days."""
    days = asked.whole("within", 30)
    if days > FURTHEST:
        raise Invalid(f"within is a number of days up to {FURTHEST}.", fields={"within": f"0 to {FURTHEST}"})
    return days


def _after(cursor: Any) -> tuple[dt.date, int] | None:
    """Raises: Invalid, for a cursor that is not ours."""
    try:
        return (dt.date.fromisoformat(cursor[0]), cursor[1]) if cursor else None
    except ValueError:
        raise Invalid("This cursor is damaged; start again without it.", fields={"cursor": "damaged"}) from None


@route(blueprint, "GET", "/lots/<id_>/orders", "orders.read", "Which orders got a lot", answer=tracked_schemas.LotOrders)
def index_lot_orders(id_: str) -> flask.Response:
    if own := access.actor().channel:
        raise Forbidden(f"This token is for channel {own}; a lot goes to all of them.", channel=own)
    lot = lots.lot(reader(), number_of(id_, "lot"), clock.now())
    recall = lots.recall(reader(), lot.id)
    known = numbers(reader(), [got.order_id for got in recall])
    rows = [
        {"order": known[got.order_id], "picked": got.picked, "shipped": got.shipped, "returned": got.returned} for got in recall
    ]
    return once.show({"lot": _lot(lot), "orders": rows})


@route(blueprint, "GET", "/serials", "stock.read", "Find serial numbers", answer=tracked_schemas.SerialList, query=SERIALS)
def index_serials() -> flask.Response:
    limit, after, code = asked.limit(), asked.cursor(int), asked.word("sku")
    sku_id = catalog.sku(code).id if code else None
    begin = after[0] if after else 0
    found = serials.find_serials(reader(), asked.word("serial"), sku_id, asked.word("state"), begin, limit + 1)
    items, following = asked.page(found, limit, lambda row: (row.id,))
    known = numbers(reader(), [row.order_id for row in items if row.order_id])
    return once.show({"items": [_serial(row, known) for row in items], "next": following})


def _lot(lot: LotFacts) -> dict[str, Any]:
    places = [
        {"location": place.code, "units": place.units, "picked": place.picked, "set_aside": place.set_aside, "state": place.state}
        for place in lot.places
    ]
    return {
        "id": str(lot.id),
        "sku": lot.sku,
        "lot": lot.code,
        "expires_on": lot.expires_on.isoformat(),
        "state": lot.state,
        "units": lot.units,
        "locations": places,
    }


def _serial(row: serials.SerialFacts, known: dict[int, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "serial": row.code,
        "sku": row.sku,
        "state": row.state,
        "location": row.location_code,
        "order": known[row.order_id] if row.order_id else None,
        "changed_at": clock.iso(row.changed_at),
    }
