"""Counts in lists, their progress, and how exact stock was found to be."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.counts.model import CountLine, StockCount
from dashboard.inventory.bin_model import Bin
from dashboard.inventory.model import Location
from dashboard.kernel import text
from dashboard.kernel.errors import NotFound

TABS = {"open": ("open", "counting"), "review": ("review",), "done": ("approved", "cancelled")}


class Head(NamedTuple):
    """A count. bin: the code of the bin it is about, None for the whole location.

    lines: SKUs; to_count: those without a figure yet; counted: those that wait for a decision.
    """

    id: int
    number: str
    status: str
    source: str
    note: str
    location: str
    location_name: str
    opened_by: str
    opened_by_name: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    version: int
    bin: str | None
    lines: int
    to_count: int
    counted: int


class Precision(NamedTuple):
    """Approved lines since some day, and those of them without variance; absolute variance and what was expected, in units."""

    lines: int
    exact: int
    variance: int
    expected: int


def _sum_of(state: str) -> sa.Label[int]:
    return sa.func.sum(sa.case((CountLine.state == state, 1), else_=0)).label(state)


def _heads() -> sa.Select:
    progress = (
        sa.select(
            CountLine.count_id,
            sa.func.count(sa.distinct(CountLine.sku_id)).label("lines"),
            _sum_of("to_count"),
            _sum_of("counted"),
        )
        .group_by(CountLine.count_id)
        .subquery()
    )
    return (
        sa.select(
            StockCount.id,
            StockCount.number,
            StockCount.status,
            StockCount.source,
            StockCount.note,
            Location.code.label("location"),
            Location.name.label("location_name"),
            StockCount.opened_by,
            StockCount.opened_by_name,
            StockCount.opened_at,
            StockCount.closed_at,
            StockCount.version,
            Bin.code.label("bin"),
            progress.c.lines,
            progress.c.to_count,
            progress.c.counted,
        )
        .join(Location, Location.id == StockCount.location_id)
        .join(progress, progress.c.count_id == StockCount.id)
        .outerjoin(Bin, Bin.id == StockCount.bin_id)
    )


def counts(connection: sa.Connection, statuses: Sequence[str] = (), before: int | None = None, limit: int = 50) -> list[Head]:
    """Counts in these statuses (without any: all), newest first, those with ids below `before`."""
    query = _heads().order_by(StockCount.id.desc()).limit(limit)
    if statuses:
        query = query.where(StockCount.status.in_(statuses))
    if before is not None:
        query = query.where(StockCount.id < before)
    return [Head(*row) for row in connection.execute(query)]


def count(connection: sa.Connection, number: str) -> Head:
    """Raises: NotFound."""
    row = None if text.trouble(number, 24) else connection.execute(_heads().where(StockCount.number == number)).first()
    if row is None:
        raise NotFound(f"There is no count {number[:24]}.", number=number[:24])
    return Head(*row)


def tab_counts(connection: sa.Connection) -> dict[str, int]:
    """How many counts stand in each tab that is worked through."""
    query = sa.select(StockCount.status, sa.func.count()).group_by(StockCount.status)
    found = {status: int(units) for status, units in connection.execute(query)}
    return {tab: sum(found.get(status, 0) for status in TABS[tab]) for tab in ("open", "review")}


def precision(connection: sa.Connection, since: dt.datetime, bin_id: int | None = None) -> Precision:
    """Of the lines approved since then; only those of one bin, when one is given."""
    off = sa.func.abs(CountLine.counted - CountLine.expected)
    query = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((off == 0, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(off), 0),
        sa.func.coalesce(sa.func.sum(CountLine.expected), 0),
    ).where(CountLine.state == "approved", CountLine.decided_at >= since)
    if bin_id is not None:
        query = query.where(CountLine.bin_id == bin_id)
    return Precision(*map(int, connection.execute(query).one()))
