"""Lock what an action goes on to change step by step: orders, then balances, then counts of waiting units, each in key order.

SQLite's writer is alone. On PostgreSQL everybody locks in this order, so that two never wait for each other in a circle.
"""

from collections.abc import Collection

import sqlalchemy as sa

from dashboard.inventory import allowance, balances
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order, OrderLine, OrderLinePart


def lock_waiting(tx: Tx, order_ids: Collection[int], sku_ids: Collection[int]) -> None:
    """These orders, and what their lines of these SKUs (or of kits with them as parts) wait for."""
    if tx.is_sqlite or not order_ids:
        return
    tx.execute(sa.select(Order.id).where(Order.id.in_(order_ids)).order_by(Order.id).with_for_update()).all()
    parts = sa.select(OrderLinePart.order_line_id).where(OrderLinePart.sku_id.in_(sku_ids))
    mine = sa.or_(OrderLine.sku_id.in_(sku_ids), OrderLine.id.in_(parts))
    _lock(tx, sa.and_(OrderLine.order_id.in_(order_ids), OrderLine.backordered > 0, mine))


def lock_lines(tx: Tx, line_ids: Collection[int]) -> None:
    """The shelves and counts of these lines of a locked order; of kits those of all their parts."""
    if not tx.is_sqlite:
        _lock(tx, OrderLine.id.in_(line_ids))


def _lock(tx: Tx, lines: sa.ColumnElement[bool]) -> None:
    shelf = sa.func.coalesce(OrderLinePart.sku_id, OrderLine.sku_id)
    query = sa.select(OrderLine.sku_id, shelf).outerjoin(OrderLinePart, OrderLinePart.order_line_id == OrderLine.id)
    rows = tx.execute(query.where(lines, OrderLine.sku_id.is_not(None))).all()
    if rows:
        balances.locked(tx, {row[1] for row in rows})
        allowance.lock(tx, {row[0] for row in rows})
