"""What is due for counting at a location: shelves, when they were last counted, and what their SKUs ship."""

import datetime as dt

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.counts import rules
from dashboard.counts.commands import Due, Stocked
from dashboard.counts.model import CountLine
from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.kernel import clock, text

MOST = 50
"""Lines of a count of what is due, unless said otherwise."""


def at_location(connection: sa.Connection, location_id: int, now: dt.datetime) -> list[Due]:
    """Most urgent first; what is on an open count is left out."""
    return rules.due(shelves(connection, location_id), classes(connection, now), now)


def codes(connection: sa.Connection, location: str, now: dt.datetime, most: int = MOST) -> tuple[str, ...]:
    """The codes of the first `most` SKUs that are due at the location (its code); none at a location that is not there.

    Asked before the transaction that opens the count: it reads too much to keep other writers waiting.
    """
    place = None if text.trouble(location, 20) else connection.execute(sa.select(Location.id).where(Location.code == location)).scalar()
    return tuple(one.code for one in at_location(connection, place, now)[:most]) if place is not None else ()


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


def shelves(connection: sa.Connection, location_id: int) -> list[Stocked]:
    """SKUs on sale that have a balance here and are on no open count."""
    line = CountLine.__table__
    here = sa.and_(line.c.location_id == StockBalance.location_id, line.c.sku_id == StockBalance.sku_id)
    last = sa.select(sa.func.max(sa.type_coerce(line.c.counted_at, sa.BigInteger)))
    last = last.where(here, line.c.state == "approved", line.c.bin_id.is_(None))
    taken = sa.select(line.c.id).where(here, line.c.state.in_(rules.UNDECIDED))
    query = (
        sa.select(Sku.id, Sku.code, Sku.name, last.scalar_subquery())
        .join(StockBalance, StockBalance.sku_id == Sku.id)
        .where(StockBalance.location_id == location_id, Sku.active, Sku.kind == "stock", ~taken.exists())
        .order_by(Sku.code)
    )
    return [
        Stocked(sku_id, code, name, clock.moment(at) if at is not None else None)
        for sku_id, code, name, at in connection.execute(query)
    ]
