"""Orders that wait for a SKU, and order numbers by id: what a stock page says about orders."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.orders.model import Order, OrderLine, OrderLinePart


class Waiting(NamedTuple):
    """One order with units of the SKU that have not left. allocated: tied to it, picked and packed ones included."""

    number: str
    phase: str
    allocated: int
    backordered: int
    placed_at: dt.datetime
    ship_by: dt.datetime | None


def waiting_for(connection: sa.Connection, sku_id: int, limit: int = 50) -> list[Waiting]:
    """Open orders that wait for this SKU, as an item of its own or as a part of kits, the most urgent first."""
    per = sa.func.coalesce(OrderLinePart.units, 1)
    tied = sa.func.sum((OrderLine.allocated + OrderLine.picked + OrderLine.packed) * per)
    short = sa.func.sum(OrderLine.backordered * per)
    own = sa.select(OrderLine.id).where(OrderLine.sku_id == sku_id)
    lines = own.union_all(sa.select(OrderLinePart.order_line_id).where(OrderLinePart.sku_id == sku_id))
    query = (
        sa.select(Order.number, Order.phase, tied, short, Order.placed_at, Order.ship_by)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(OrderLinePart, sa.and_(OrderLinePart.order_line_id == OrderLine.id, OrderLinePart.sku_id == sku_id))
        .where(OrderLine.id.in_(lines), Order.status == "open")
        .group_by(Order.id, Order.number, Order.phase, Order.placed_at, Order.ship_by)
        .having(tied + short > 0)
        .order_by(Order.ship_by, Order.id)
        .limit(limit)
    )
    return [
        Waiting(number, phase, int(tied_), int(short_), *moments)
        for number, phase, tied_, short_, *moments in connection.execute(query)
    ]


def numbers(connection: sa.Connection, order_ids: Iterable[int]) -> dict[int, str]:
    """Order numbers by id."""
    wanted = sorted(set(order_ids))
    return dict(connection.execute(sa.select(Order.id, Order.number).where(Order.id.in_(wanted))).all()) if wanted else {}
