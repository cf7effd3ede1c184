"""What is due for counting at a location: from the schedule where there is one, worked out from the ledger where there is none yet."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.counts import rules
from dashboard.counts.commands import Due, Stocked
from dashboard.counts.model import CountLine, CountSchedule
from dashboard.counts.store.policies import policies
from dashboard.inventory.bin_model import Bin, BinStock
from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.kernel import clock, text

MOST = 50
"""Lines of a count of what is due, unless said otherwise."""
_HERE = sa.and_(CountLine.location_id == CountSchedule.location_id, CountLine.sku_id == CountSchedule.sku_id)


def first(connection: sa.Connection, location_id: int, now: dt.datetime, most: int = MOST) -> list[Due]:
    """The first `most` that are due, most urgent first; what is on an open count is left out."""
    if not is_scheduled(connection, location_id):
        return at_location(connection, location_id, now)[:most]
    taken = sa.select(CountLine.id).where(_HERE, CountLine.state.in_(rules.UNDECIDED)).exists()
    row = CountSchedule
    query = (
        sa.select(row.sku_id, Sku.code, Sku.name, row.last_counted, row.class_, row.due_at)
        .join(Sku, Sku.id == row.sku_id)
        .where(row.location_id == location_id, row.due_at <= now, Sku.active, ~taken)
        .order_by(row.class_, row.due_at, row.sku_id)
        .limit(most)
    )
    return [rules.late(Stocked(*shelf), class_, since, now) for *shelf, class_, since in connection.execute(query)]


def totals(connection: sa.Connection, location_id: int, now: dt.datetime) -> dict[str, int]:
    """How many are due of each class, without those on an open count."""
    if not is_scheduled(connection, location_id):
        lines = at_location(connection, location_id, now)
        return {name: sum(line.class_ == name for line in lines) for name in rules.POLICIES}
    row, here = CountSchedule, sa.and_(CountSchedule.location_id == location_id, CountSchedule.due_at <= now)
    due = dict(connection.execute(sa.select(row.class_, sa.func.count()).where(here).group_by(row.class_)).all())
    taken = sa.select(row.class_, sa.func.count(row.sku_id.distinct())).join(CountLine, _HERE)
    taken = taken.where(here, CountLine.location_id == location_id, CountLine.state.in_(rules.UNDECIDED)).group_by(row.class_)
    busy = dict(connection.execute(taken).all())
    return {name: due.get(name, 0) - busy.get(name, 0) for name in rules.POLICIES}


def codes(connection: sa.Connection, location: str, now: dt.datetime, most: int = MOST) -> tuple[str, ...]:
    """The codes of the first `most` SKUs that are due at the location (its code); none at a location that is not there.

    Asked before the transaction that opens the count: where nothing is scheduled yet it reads too much to keep others waiting.
    """
    place = None if text.trouble(location, 20) else connection.execute(sa.select(Location.id).where(Location.code == location)).scalar()
    return tuple(one.code for one in first(connection, place, now, most)) if place is not None else ()


def is_scheduled(connection: sa.Connection, location_id: int) -> bool:
    """Whether the schedule knows this location already; a new one it knows within the hour."""
    known = sa.select(CountSchedule.sku_id).where(CountSchedule.location_id == location_id).limit(1)
    return connection.execute(known).first() is not None


def at_location(connection: sa.Connection, location_id: int, now: dt.datetime) -> list[Due]:
    """All that is due, worked out from the ledger (about a second at 50,000 SKUs and a million movements)."""
    return rules.due(shelves(connection, location_id), classes(connection, now), now, policies(connection))


def classes(connection: sa.Connection, now: dt.datetime) -> dict[int, str]:
    """The class of every SKU that shipped in the last rules.VALUE_DAYS."""
    units = sa.func.sum(-StockMovement.on_hand)
    query = (
        sa.select(StockMovement.sku_id, units, Sku.unit_price_e4)
        .join(Sku, Sku.id == StockMovement.sku_id)
        .where(StockMovement.kind == "shipped", StockMovement.at >= now - dt.timedelta(days=rules.VALUE_DAYS))
        .group_by(StockMovement.sku_id, Sku.unit_price_e4)
    )
    return rules.classes({sku_id: int(shipped) * price for sku_id, shipped, price in connection.execute(query)})


def shelves(connection: sa.Connection, location_id: int, *, busy: bool = False) -> list[Stocked]:
    """SKUs on sale that have a balance here. busy: also those on an open count."""
    line = CountLine.__table__
    here = sa.and_(line.c.location_id == StockBalance.location_id, line.c.sku_id == StockBalance.sku_id)
    last = sa.select(sa.func.max(sa.type_coerce(line.c.counted_at, sa.BigInteger)))
    last = last.where(here, line.c.state == "approved", line.c.bin_id.is_(None))
    taken = sa.select(line.c.id).where(here, line.c.state.in_(rules.UNDECIDED))
    query = (
        sa.select(Sku.id, Sku.code, Sku.name, last.scalar_subquery())
        .join(StockBalance, StockBalance.sku_id == Sku.id)
        .where(StockBalance.location_id == location_id, Sku.active, Sku.kind == "stock", sa.true() if busy else ~taken.exists())
        .order_by(Sku.code)
    )
    of_bins = by_bins(connection, location_id)
    found = ((*sku, clock.moment(at) if at is not None else None) for *sku, at in connection.execute(query))
    return [
        Stocked(sku_id, code, name, max(filter(None, (at, of_bins.get(sku_id))), default=None)) for sku_id, code, name, at in found
    ]


def by_bins(connection: sa.Connection, location_id: int, sku_ids: Collection[int] | None = None) -> dict[int, dt.datetime]:
    """When SKUs were counted bin by bin: all they have lies in bins, and each was counted; as of the one counted longest ago."""
    if sku_ids is not None and not sku_ids:
        return {}
    line, lying = CountLine.__table__, BinStock
    counted = sa.select(line.c.bin_id, line.c.sku_id, sa.func.max(sa.type_coerce(line.c.counted_at, sa.BigInteger)).label("at"))
    counted = counted.where(line.c.location_id == location_id, line.c.state == "approved", line.c.bin_id.is_not(None))
    counted = counted.group_by(line.c.bin_id, line.c.sku_id).subquery()
    oldest = sa.func.min(sa.func.coalesce(counted.c.at, 0))
    query = (
        sa.select(lying.sku_id, oldest)
        .join(Bin, Bin.id == lying.bin_id)
        .join(StockBalance, sa.and_(StockBalance.sku_id == lying.sku_id, StockBalance.location_id == Bin.location_id))
        .outerjoin(counted, sa.and_(counted.c.bin_id == lying.bin_id, counted.c.sku_id == lying.sku_id))
        .where(Bin.location_id == location_id, lying.units > 0, sa.true() if sku_ids is None else lying.sku_id.in_(sorted(sku_ids)))
        .group_by(lying.sku_id, StockBalance.on_hand)
        .having(oldest > 0, sa.func.sum(lying.units) == StockBalance.on_hand)
    )
    return {sku_id: clock.moment(at) for sku_id, at in connection.execute(query)}
