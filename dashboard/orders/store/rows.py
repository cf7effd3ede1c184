"""Rows of the order list, with the locations of each: two queries whatever their number."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.inventory.model import Allocation, Location
from dashboard.orders.model import Order


@dataclass(frozen=True)
class Row:
    """What one row shows. total: minor units of `currency`."""

    id: int
    number: str
    version: int
    channel: str
    status: str
    phase: str
    work: str | None
    payment_status: str
    fulfilment_status: str
    readiness: str | None
    open_holds: int
    customer_name: str
    currency: str
    total: int
    line_count: int
    unit_count: int
    placed_at: dt.datetime
    ship_by: dt.datetime | None
    locations: tuple[str, ...] = ()


_COLUMNS = [getattr(Order, name) for name in Row.__dataclass_fields__ if name != "locations"]
_ROWS = sa.select(*_COLUMNS)


def order_rows(connection: sa.Connection, ids: Sequence[int]) -> list[Row]:
    """The rows of these orders, in the order of the ids; unknown ids are left out."""
    if not ids:
        return []
    found = {row.id: row for row in connection.execute(_ROWS.where(Order.id.in_(ids)))}
    places = _locations(connection, ids)
    return [Row(*found[id_], locations=tuple(places.get(id_, ()))) for id_ in ids if id_ in found]


def _locations(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of the locations that have units tied to an order, or gave them when nothing is tied any more."""
    taken = (
        sa.select(Allocation.order_id, Location.name, sa.func.sum(Allocation.units).label("units"))
        .join(Location, Location.id == Allocation.location_id)
        .where(Allocation.order_id.in_(ids))
        .group_by(Allocation.order_id, Location.name, Location.priority)
        .order_by(Allocation.order_id, Location.priority)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for order_id, name, units in connection.execute(taken):
        found.setdefault(order_id, []).append((name, units))
    return {
        order_id: [name for name, units in places if units or not any(other for _, other in places)]
        for order_id, places in found.items()
    }
