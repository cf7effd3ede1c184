"""What belongs to one order: lines with their units per location, holds, notes, open exceptions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.inventory.model import Allocation, Location, StockBalance
from dashboard.inventory.store import cells_of_kits
from dashboard.kernel.errors import NotFound
from dashboard.orders.model import OrderException, OrderHold, OrderLine, OrderLinePart, OrderNote

_LINE = [column for column in OrderLine.__table__.c if column.name not in ("order_id",)]


@dataclass(frozen=True)
class Line:
    """One line. facts: its columns by name; tied: units still allocated, per location id."""

    facts: Any
    tied: dict[int, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.facts, name)


def lines(connection: sa.Connection, order_id: int, limit: int | None = None) -> list[Line]:
    """The order's lines in order, all of them or the first `limit`."""
    tied: dict[int, dict[int, int]] = {}
    part = sa.and_(OrderLinePart.order_line_id == Allocation.order_line_id, OrderLinePart.sku_id == Allocation.sku_id)
    count = Allocation.units // sa.func.coalesce(OrderLinePart.units, 1)  # of a kit every part says the same
    taken = sa.select(Allocation.order_line_id, Allocation.location_id, count).outerjoin(OrderLinePart, part)
    for line_id, location_id, units in connection.execute(taken.where(Allocation.order_id == order_id, Allocation.units > 0)):
        tied.setdefault(line_id, {})[location_id] = units
    found = connection.execute(sa.select(*_LINE).where(OrderLine.order_id == order_id).order_by(OrderLine.position).limit(limit))
    return [Line(line, tied.get(line.id, {})) for line in found]


def balances(connection: sa.Connection, sku_ids: list[int]) -> dict[tuple[int, int], Any]:
    """Per (SKU id, location id) of active locations: on_hand, available, reorder_point and version; of kits as their parts allow."""
    if not sku_ids:
        return {}
    available = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine
    query = (
        sa.select(
            StockBalance.sku_id,
            StockBalance.location_id,
            StockBalance.on_hand,
            available.label("available"),
            StockBalance.reorder_point,
            StockBalance.version,
        )
        .join(Location, Location.id == StockBalance.location_id)
        .where(StockBalance.sku_id.in_(sku_ids), Location.active)
    )
    found: dict[tuple[int, int], Any] = {(row.sku_id, row.location_id): row for row in connection.execute(query)}
    if bare := set(sku_ids) - {sku for sku, _ in found}:
        found |= {(cell.sku_id, cell.location_id): cell for cell in cells_of_kits(bare)}
    return found


def holds(connection: sa.Connection, order_id: int) -> list[sa.Row[Any]]:
    """Every hold of the order, newest first; released_at is None for the open ones."""
    query = sa.select(OrderHold.__table__).where(OrderHold.order_id == order_id).order_by(OrderHold.id.desc())
    return list(connection.execute(query))


def hold_of(connection: sa.Connection, order_id: int, hold_id: int) -> sa.Row[Any]:
    """Raises: NotFound, also for a hold of another order."""
    query = sa.select(OrderHold.__table__).where(OrderHold.order_id == order_id, OrderHold.id == hold_id)
    found = connection.execute(query).first() if hold_id < 2**63 else None
    if found is None:
        raise NotFound("This order has no such hold.")
    return found


def notes(connection: sa.Connection, order_id: int) -> list[sa.Row[Any]]:
    """The order's notes, newest first, without deleted ones."""
    query = sa.select(OrderNote.__table__).where(OrderNote.order_id == order_id, OrderNote.deleted_at.is_(None))
    return list(connection.execute(query.order_by(OrderNote.id.desc())))


def notes_by_id(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Any]:
    """Comments as they are now, by id: what the log says of them may have been changed or deleted since."""
    columns = (OrderNote.id, OrderNote.body, OrderNote.edited_at, OrderNote.deleted_at)
    return {row.id: row for row in connection.execute(sa.select(*columns).where(OrderNote.id.in_(sorted(ids))))} if ids else {}


def notes_of(connection: sa.Connection, order_id: int, author_ref: str, since: dt.datetime) -> list[sa.Row[Any]]:
    """One person's comments on the order since a moment, newest first, without deleted ones."""
    query = sa.select(OrderNote.__table__).where(
        OrderNote.order_id == order_id, OrderNote.author_ref == author_ref, OrderNote.at > since, OrderNote.deleted_at.is_(None)
    )
    return list(connection.execute(query.order_by(OrderNote.id.desc()).limit(5)))


def open_exceptions(connection: sa.Connection, order_id: int) -> list[sa.Row[Any]]:
    """What is still to be decided by a person about this order, oldest first."""
    query = (
        sa.select(OrderException.__table__)
        .where(OrderException.order_id == order_id, OrderException.resolved_at.is_(None))
        .order_by(OrderException.id)
    )
    return list(connection.execute(query))
