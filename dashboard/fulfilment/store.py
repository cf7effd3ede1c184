"""Fulfilment orders and parcels as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder, Parcel
from dashboard.fulfilment.tracked_lines import TrackedLine, tracked_lines
from dashboard.inventory.bin_rules import pick_list
from dashboard.inventory.model import Location
from dashboard.inventory.store import bins
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.model import Order, OrderLine, OrderLinePart

_WORK = (
    sa.select(
        FulfilmentOrder.id,
        FulfilmentOrder.number,
        FulfilmentOrder.status,
        FulfilmentOrder.version,
        FulfilmentOrder.order_id,
        FulfilmentOrder.location_id,
        FulfilmentOrder.created_at,
        FulfilmentOrder.released_at,
        FulfilmentOrder.shipped_at,
        Location.code.label("location"),
        Location.name.label("location_name"),
        Order.number.label("order_number"),
        Order.open_holds,
        Order.ship_by,
        Order.phase,
    )
    .join(Location, Location.id == FulfilmentOrder.location_id)
    .join(Order, Order.id == FulfilmentOrder.order_id)
)


class Stop(NamedTuple):
    """Where a picker goes for one line. bin: its code; empty when those units lie in no bin."""

    bin: str
    line: Any
    units: int


@dataclass(frozen=True)
class WorkFacts:
    """One fulfilment order with its location, lines and parcels; its own columns by name.

    stops: while it is to be picked and its location has bins, the way through them. tracked: the lots or serial numbers of the lines
    that have them, by line id.
    """

    facts: Any
    lines: list[Any] = field(default_factory=list)
    parcels: list[Any] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    tracked: dict[int, TrackedLine] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.facts, name)

    @property
    def units(self) -> int:
        return sum(line.units for line in self.lines)


def naming() -> tuple[sa.ColumnElement[Any], ...]:
    """sku_code and name of what is to be picked, and the code of the kit it is a part of (None: of none)."""
    is_part = FulfilmentLine.sku_id != OrderLine.sku_id
    return (
        sa.case((is_part, Sku.code), else_=OrderLine.sku_code).label("sku_code"),
        sa.case((is_part, Sku.name), else_=OrderLine.name).label("name"),
        sa.case((is_part, OrderLine.sku_code)).label("kit"),
    )


def work_of(connection: sa.Connection, order_id: int) -> list[WorkFacts]:
    """The order's fulfilment orders, oldest first."""
    query = _WORK.where(FulfilmentOrder.order_id == order_id).order_by(FulfilmentOrder.id)
    return _with_lines(connection, list(connection.execute(query)))


def by_id(connection: sa.Connection, work_id: int) -> WorkFacts:
    """Raises: NotFound."""
    found = connection.execute(_WORK.where(FulfilmentOrder.id == work_id)).first()
    if found is None:
        raise NotFound("This fulfilment order does not exist.")
    return _with_lines(connection, [found])[0]


def by_number(connection: sa.Connection, number: str) -> WorkFacts:
    """Raises: NotFound."""
    found = connection.execute(_WORK.where(FulfilmentOrder.number == number)).first()
    if found is None:
        raise NotFound(f"There is no fulfilment order {number[:40]!r}.")
    return _with_lines(connection, [found])[0]


def by_ids(connection: sa.Connection, ids: Sequence[int]) -> list[WorkFacts]:
    return _with_lines(
        connection, list(connection.execute(_WORK.where(FulfilmentOrder.id.in_(ids)).order_by(FulfilmentOrder.id)))
    )


def queue(
    connection: sa.Connection, statuses: Sequence[str], location_ids: Sequence[int], limit: int, after: int = 0
) -> list[WorkFacts]:
    """Work in these statuses at these locations in the order it came in, that after the id `after`."""
    if not location_ids:
        return []
    query = (
        _WORK.where(
            FulfilmentOrder.location_id.in_(location_ids), FulfilmentOrder.status.in_(statuses), FulfilmentOrder.id > after
        )
        .order_by(FulfilmentOrder.id)
        .limit(limit)
    )
    return _with_lines(connection, list(connection.execute(query)))


def versions(connection: sa.Connection, order_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(id, version) of every fulfilment order of these orders."""
    if not order_ids:
        return []
    query = sa.select(FulfilmentOrder.id, FulfilmentOrder.version).where(FulfilmentOrder.order_id.in_(order_ids))
    return [(row.id, row.version) for row in connection.execute(query)]


def counts(connection: sa.Connection, statuses: Sequence[str]) -> dict[tuple[int, str], int]:
    """How many fulfilment orders there are per (location id, status)."""
    query = (
        sa.select(FulfilmentOrder.location_id, FulfilmentOrder.status, sa.func.count())
        .where(FulfilmentOrder.location_id.in_(sa.select(Location.id)), FulfilmentOrder.status.in_(statuses))
        .group_by(FulfilmentOrder.location_id, FulfilmentOrder.status)
    )
    return {(location, status): count for location, status, count in connection.execute(query)}


def parcels_of(connection: sa.Connection, order_id: int) -> list[sa.Row[Any]]:
    """The order's parcels, oldest first."""
    return list(connection.execute(sa.select(Parcel.__table__).where(Parcel.order_id == order_id).order_by(Parcel.id)))


def parcel(connection: sa.Connection, parcel_id: int) -> sa.Row[Any]:
    """Raises: NotFound."""
    found = connection.execute(sa.select(Parcel.__table__).where(Parcel.id == parcel_id)).first() if parcel_id < 2**63 else None
    if found is None:
        raise NotFound("This parcel does not exist.")
    return found


def _with_lines(connection: sa.Connection, found: list[Any]) -> list[WorkFacts]:
    if not found:
        return []
    ids = [work.id for work in found]
    works = {work.id: WorkFacts(work) for work in found}
    lines = (
        sa.select(
            FulfilmentLine.id,
            FulfilmentLine.fulfilment_order_id,
            FulfilmentLine.order_line_id,
            FulfilmentLine.sku_id,
            FulfilmentLine.units,
            FulfilmentLine.picked,
            FulfilmentLine.packed,
            Sku.tracks,
            *naming(),
            sa.func.coalesce(OrderLinePart.units, 0).label("per"),
        )
        .join(OrderLine, OrderLine.id == FulfilmentLine.order_line_id)
        .join(Sku, Sku.id == FulfilmentLine.sku_id)
        .outerjoin(OrderLinePart, sa.and_(OrderLinePart.order_line_id == OrderLine.id, OrderLinePart.sku_id == Sku.id))
        .where(FulfilmentLine.fulfilment_order_id.in_(ids))
        .order_by(FulfilmentLine.id)
    )
    for line in connection.execute(lines):
        works[line.fulfilment_order_id].lines.append(line)
    parcels = sa.select(Parcel.__table__).where(Parcel.fulfilment_order_id.in_(ids)).order_by(Parcel.id)
    for parcel in connection.execute(parcels):
        works[parcel.fulfilment_order_id].parcels.append(parcel)
    for line_id, tracked in tracked_lines(connection, list(works.values()), clock.now()).items():
        next(work for work in works.values() if any(line.id == line_id for line in work.lines)).tracked[line_id] = tracked
    _lead(connection, [work for work in works.values() if work.status in ("released", "picking")])
    return list(works.values())


def _lead(connection: sa.Connection, works: list[WorkFacts]) -> None:
    """Say which bins to go to; each unit in a bin is told to one line only, the oldest work first."""
    lines = [(work.location_id, line) for work in works for line in work.lines if line.units > line.picked]
    held = bins.held(connection, {line.sku_id for _, line in lines}, {place for place, _ in lines}) if lines else {}
    if not held:
        return
    wants = [(line.id, (place, line.sku_id), line.units - line.picked) for place, line in lines]
    found = pick_list(wants, held)
    for work in works:
        way = [(stop, line, units) for line in work.lines for stop, units in found.get(line.id, ())]
        way.sort(key=lambda step: (step[0] is None, step[0].pick_order if step[0] else 0, step[0].code if step[0] else ""))
        work.stops.extend(Stop(stop.code if stop else "", line, units) for stop, line, units in way)
