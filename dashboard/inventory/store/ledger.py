"""One SKU's ledger: why there are so many, page by page, and how it came about day by day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.inventory.store.cell import Cell
from dashboard.kernel import clock
from dashboard.kernel.db import db

BUCKETS = ("on_hand", "allocated", "held", "damaged", "quarantine")
DAY = 86_400_000_000


class Entry(NamedTuple):
    """One ledger row. change: {bucket: delta} of those that are not 0; on_hand_after: at that location."""

    id: int
    at: dt.datetime
    location: str
    kind: str
    change: dict[str, int]
    on_hand_after: int
    allocated_after: int
    order_id: int | None
    cause: str | None
    reason: str | None
    note: str | None
    actor_name: str


class Totals(NamedTuple):
    """Why there are so many: on-hand units per kind of movement; drift: {bucket: ledger minus balance} where they differ."""

    by_kind: dict[str, int]
    on_hand: int
    drift: dict[str, int]


_PLACED = sa.select(StockMovement.__table__, Location.name.label("location")).join(Location, Location.id == StockMovement.location_id)


def ledger(sku_id: int, location_id: int | None = None, before: int | None = None, limit: int = 50) -> list[Entry]:
    """The ledger, newest first: rows before this id."""
    query = _PLACED.where(StockMovement.sku_id == sku_id).order_by(StockMovement.id.desc()).limit(limit)
    if location_id is not None:
        query = query.where(StockMovement.location_id == location_id)
    if before is not None:
        query = query.where(StockMovement.id < before)
    return [_entry(row) for row in db.session.execute(query)]


def explained(sku_id: int, location_id: int | None = None) -> Totals:
    """On hand as the sum of its movements, and whether every bucket's sum is what the balance says."""
    sums = [sa.func.coalesce(sa.func.sum(StockMovement.__table__.c[bucket]), 0) for bucket in BUCKETS]
    moved = sa.select(StockMovement.kind, *sums).where(*_at(StockMovement, sku_id, location_id)).group_by(StockMovement.kind)
    rows = db.session.execute(moved).all()
    kept = [sa.func.coalesce(sa.func.sum(StockBalance.__table__.c[bucket]), 0) for bucket in BUCKETS]
    stored = db.session.execute(sa.select(*kept).where(*_at(StockBalance, sku_id, location_id))).one()
    ledger_sums = [sum(int(row[place + 1]) for row in rows) for place in range(len(BUCKETS))]
    drift = {
        bucket: moved_ - int(kept_) for bucket, moved_, kept_ in zip(BUCKETS, ledger_sums, stored, strict=True) if moved_ != int(kept_)
    }
    return Totals({row[0]: int(row[1]) for row in rows if row[1]}, int(stored[0]), drift)


def history(sku_id: int, cells: Sequence[Cell], now: dt.datetime, days: int = 30) -> list[tuple[dt.date, int]]:
    """Units on hand at the end of each of the last days (UTC), today last: today's figure less what happened since."""
    today = clock.micros(now) // DAY
    day = sa.type_coerce(StockMovement.at, sa.BigInteger).op("/")(sa.literal(DAY, sa.BigInteger)).label("day")
    query = (
        sa.select(day, sa.func.sum(StockMovement.on_hand))
        .where(StockMovement.sku_id == sku_id, StockMovement.at >= now - dt.timedelta(days=days), StockMovement.on_hand != 0)
        .group_by(day)
    )
    changed = {int(number): int(units) for number, units in db.session.execute(query)}
    units = sum(cell.on_hand for cell in cells)
    found = []
    for number in range(today, today - days, -1):
        found.append((clock.moment(number * DAY).date(), units))
        units -= changed.get(number, 0)
    return found[::-1]


def _at(table: Any, sku_id: int, location_id: int | None) -> list[Any]:
    here = [table.sku_id == sku_id]
    return here if location_id is None else [*here, table.location_id == location_id]


def _entry(row: Any) -> Entry:
    change = {bucket: delta for bucket in BUCKETS if (delta := getattr(row, bucket))}
    return Entry(
        row.id,
        row.at,
        row.location,
        row.kind,
        change,
        row.on_hand_after,
        row.allocated_after,
        row.order_id,
        row.cause,
        row.reason,
        row.note,
        row.actor_name,
    )
