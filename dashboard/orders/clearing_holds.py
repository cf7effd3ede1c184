"""Holds that end by themselves when what they wait for has come; each says why it ended."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import actions
from dashboard.orders.commands import ReleaseHold
from dashboard.orders.ending_holds import REASONS as ENDS
from dashboard.orders.hold_conditions import REASONS, has_come
from dashboard.orders.model import Order, OrderHold

MOST = 200


def release_cleared(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """Release every hold whose condition has come true, with the reason. Returns how many."""
    waiting = (
        sa.select(OrderHold.id, OrderHold.order_id, OrderHold.release_when)
        .where(OrderHold.released_at.is_(None), OrderHold.release_when != "")
        .order_by(OrderHold.id)
    )
    cleared = [row for row in tx.execute(waiting).all() if has_come(tx, row.order_id, row.release_when)][:MOST]
    for row in cleared:
        actions.release_hold(tx, ReleaseHold(row.id, REASONS[row.release_when]), actor, now)
    return len(cleared)


def release_ended(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """Release the holds that an earlier release of Orderdeck left on orders when it ended them. Returns how many."""
    left = (
        sa.select(OrderHold.id, Order.status)
        .join(Order, Order.id == OrderHold.order_id)
        .where(OrderHold.released_at.is_(None), Order.status.in_(tuple(ENDS)))
        .order_by(OrderHold.id)
        .limit(MOST)
    )
    found = tx.execute(left).all()
    for hold_id, status in found:
        actions.release_hold(tx, ReleaseHold(hold_id, ENDS[status]), actor, now)
    return len(found)
