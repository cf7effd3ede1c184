"""Rows of the order list, with the locations of each: two queries whatever their number."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.inventory.model import Allocation, Location
from dashboard.orders.model import Order, OrderLine


@dataclass(frozen=True)
class Row:
    """What one row shows. total: minor units of `currency`. unit_count: units ordered, of which `cancelled` are not wanted any more.

    locations: names, that of location_id (by which the list sorts) first.
    """

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
    location_id: int | None
    cancelled: int
    locations: tuple[str, ...] = ()

    @property
    def wanted(self) -> int:
        """Units that are still to be, or were, sent; all that were ordered, once the whole order is cancelled."""
        return self.unit_count if self.status == "cancelled" else self.unit_count - self.cancelled


_COLUMNS = [getattr(Order, name) for name in Row.__dataclass_fields__ if name not in ("cancelled", "locations")]
_CANCELLED = sa.select(sa.func.coalesce(sa.func.sum(OrderLine.cancelled), 0)).where(OrderLine.order_id == Order.id)
_ROWS = sa.select(*_COLUMNS, _CANCELLED.scalar_subquery().label("cancelled"))


def order_rows(connection: sa.Connection, ids: Sequence[int]) -> list[Row]:
    """The rows of these orders, in the order of the ids; unknown ids are left out."""
    if not ids:
        return []
    found = {row.id: row for row in connection.execute(_ROWS.where(Order.id.in_(ids)))}
    places = _locations(connection, ids)
    return [Row(*found[id_], locations=_names(places.get(id_, ()), found[id_].location_id)) for id_ in ids if id_ in found]


class _Place(NamedTuple):
    id: int
    name: str


def _names(places: Sequence[_Place], first: int | None) -> tuple[str, ...]:
    """Of an order that is nowhere any more (a cancelled one), none."""
    if first is None:
        return ()
    return tuple(place.name for place in sorted(places, key=lambda place: place.id != first))


def _locations(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[_Place]]:
    """The locations that have units tied to an order, or gave them when nothing is tied any more; the best of the shop first."""
    taken = (
        sa.select(Allocation.order_id, Location.id, Location.name, sa.func.sum(Allocation.units).label("units"))
        .join(Location, Location.id == Allocation.location_id)
        .where(Allocation.order_id.in_(ids))
        .group_by(Allocation.order_id, Location.id, Location.name, Location.priority)
        .order_by(Allocation.order_id, Location.priority)
    )
    found: dict[int, list[tuple[_Place, int]]] = {}
    for order_id, *place, units in connection.execute(taken):
        found.setdefault(order_id, []).append((_Place(*place), units))
    return {
        order_id: [place for place, units in places if units or not any(other for _, other in places)]
        for order_id, places in found.items()
    }
