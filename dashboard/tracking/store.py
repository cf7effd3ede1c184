"""What the tracking page reads of one order: its public facts, its parcels and work, and how long parcels take."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder, Parcel
from dashboard.inventory.model import Location
from dashboard.orders.model import Order, OrderHold, OrderLine, OrderLinePart
from dashboard.returns.model import Return

GONE = ("rejected", "cancelled")
MOST_SAMPLES = 500
NEWEST_PARCELS = 5_000
_PUBLIC = (
    "id number status phase payment_status pay_on currency total captured authorized refunded ship_line1 ship_city ship_country"
    " placed_at ready_at ship_by promised_at shipped_at delivered_at cancelled_at tracking_expires_at tracking_hash"
).split()
_TRANSIT = sa.text("""
SELECT p.delivered_at - p.handed_over_at FROM parcel p JOIN orders o ON o.id = p.order_id
WHERE p.id > (SELECT coalesce(max(id), 0) FROM parcel) - :newest
  AND p.delivered_at IS NOT NULL AND p.handed_over_at IS NOT NULL AND o.ship_country = :country
ORDER BY p.id DESC LIMIT :most""")


class Item(NamedTuple):
    name: str
    units: int


class Piece(NamedTuple):
    """What travels together: a fulfilment order with its parcel, or what has no stock yet (status backordered, id 0)."""

    id: int
    status: str
    packed_at: dt.datetime | None
    parcel: Any
    items: tuple[Item, ...]


def by_hash(connection: sa.Connection, digest: str) -> sa.Row | None:
    """The public columns of the order with this tracking hash; drafts are nobody's to see."""
    return _order(connection, Order.tracking_hash == digest)


def by_id(connection: sa.Connection, order_id: int) -> sa.Row | None:
    return _order(connection, Order.id == order_id)


def _order(connection: sa.Connection, which: sa.ColumnElement[bool]) -> sa.Row | None:
    columns = [getattr(Order, name) for name in _PUBLIC]
    return connection.execute(sa.select(*columns).where(which, Order.status.notin_(("draft", "discarded")))).first()


def pieces(connection: sa.Connection, order_id: int) -> list[Piece]:
    """What the order travels in, in the order in which the work was opened; what waits for stock last."""
    work = connection.execute(
        sa.select(FulfilmentOrder.id, FulfilmentOrder.status, FulfilmentOrder.packed_at)
        .where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status.notin_(GONE))
        .order_by(FulfilmentOrder.id)
    ).all()
    parcels = _parcels(connection, order_id)
    items = _items(connection, order_id)
    found = []
    for row in work:
        mine = parcels.get(row.id) or [None]
        found += [Piece(row.id, row.status, row.packed_at, parcel, tuple(items.get(row.id, ()))) for parcel in mine]
    waiting = _waiting(connection, order_id)
    return found + ([Piece(0, "backordered", None, None, waiting)] if waiting else [])


def _parcels(connection: sa.Connection, order_id: int) -> dict[int, list[sa.Row]]:
    found: dict[int, list[sa.Row]] = {}
    columns = (Parcel.fulfilment_order_id, Parcel.status, Parcel.carrier, Parcel.tracking_number, Parcel.expected_at)
    query = sa.select(*columns, Parcel.handed_over_at, Parcel.delivered_at).where(Parcel.order_id == order_id)
    for row in connection.execute(query.where(Parcel.status != "voided").order_by(Parcel.id)):
        found.setdefault(row.fulfilment_order_id, []).append(row)
    return found


def _items(connection: sa.Connection, order_id: int) -> dict[int, list[Item]]:
    """What travels in each fulfilment order, as the customer ordered it: a kit is one item, whatever its parts."""
    part = sa.and_(OrderLinePart.order_line_id == OrderLine.id, OrderLinePart.sku_id == FulfilmentLine.sku_id)
    query = (
        sa.select(
            FulfilmentLine.fulfilment_order_id,
            OrderLine.name,
            sa.func.min(FulfilmentLine.units // sa.func.coalesce(OrderLinePart.units, 1)),
        )
        .join(OrderLine, OrderLine.id == FulfilmentLine.order_line_id)
        .outerjoin(OrderLinePart, part)
        .where(OrderLine.order_id == order_id, FulfilmentLine.units > 0)
        .group_by(FulfilmentLine.fulfilment_order_id, OrderLine.id, OrderLine.name, OrderLine.position)
        .order_by(OrderLine.position)
    )
    found: dict[int, list[Item]] = {}
    for work_id, name, units in connection.execute(query):
        found.setdefault(work_id, []).append(Item(name, units))
    return found


def _waiting(connection: sa.Connection, order_id: int) -> tuple[Item, ...]:
    query = sa.select(OrderLine.name, OrderLine.backordered).where(OrderLine.order_id == order_id, OrderLine.backordered > 0)
    return tuple(Item(*row) for row in connection.execute(query.order_by(OrderLine.position)))


def open_holds(connection: sa.Connection, order_id: int) -> list[str]:
    """Kinds of the order's open holds."""
    query = sa.select(OrderHold.kind).where(OrderHold.order_id == order_id, OrderHold.released_at.is_(None))
    return list(connection.scalars(query.order_by(OrderHold.id)))


def returns(connection: sa.Connection, order_id: int) -> list[sa.Row]:
    """number and status of the order's returns."""
    return list(
        connection.execute(sa.select(Return.number, Return.status).where(Return.order_id == order_id).order_by(Return.id))
    )


def shop_zone(connection: sa.Connection) -> str:
    """The time zone of the shop's first location."""
    query = sa.select(Location.time_zone).where(Location.active).order_by(Location.priority, Location.id).limit(1)
    return connection.scalar(query) or "Europe/London"


def transit_seconds(connection: sa.Connection, country: str) -> list[float]:
    """How long our latest parcels to this country were on the road."""
    values = {"country": country, "newest": NEWEST_PARCELS, "most": MOST_SAMPLES}
    return [row[0] / 1_000_000 for row in connection.execute(_TRANSIT, values)]
