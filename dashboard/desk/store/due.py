"""What must leave by each location's next cut-off: counted where it stands, in one statement."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.orders.model import Order

WAITING = ("to_pick", "to_pack", "to_ship", "out_of_stock")
"""Phases of orders that a location works on and has not sent."""
OVER = ("shipped", "closed", "rejected", "cancelled")


class Due(NamedTuple):
    """Orders of one location due by its cut-off, and those of them that should have left already."""

    count: int
    overdue: int


def due_by(connection: sa.Connection, cutoffs: Mapping[int, dt.datetime], now: dt.datetime) -> dict[int, Due]:
    """Per location id of `cutoffs`; a location without such an order is left out."""
    if not cutoffs:
        return {}
    work = FulfilmentOrder
    by_place = [sa.and_(work.location_id == place, Order.ship_by <= cutoff) for place, cutoff in cutoffs.items()]
    overdue = sa.func.count(sa.case((Order.ship_by < now, Order.id)).distinct())
    query = (
        sa.select(work.location_id, sa.func.count(Order.id.distinct()), overdue)
        .join(Order, Order.id == work.order_id)
        .where(
            Order.phase.in_([sa.literal(phase, literal_execute=True) for phase in WAITING]),
            Order.ship_by <= max(cutoffs.values()),
            work.status.not_in(OVER),
            sa.or_(*by_place),
        )
        .group_by(work.location_id)
    )
    return {place: Due(count, late) for place, count, late in connection.execute(query)}
