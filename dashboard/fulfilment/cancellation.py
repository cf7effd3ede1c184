"""Cancel an order: work, stock, counters and money in one transaction."""

import datetime as dt

import sqlalchemy as sa

from dashboard.fulfilment import locking, rules, work
from dashboard.fulfilment.commands import CancelOrder
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.inventory import allocation
from dashboard.kernel import crash
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.counters import UnitMove, move_units
from dashboard.orders.events import OrderCancelled
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.payments.surplus import void_open


def cancel_order(tx: Tx, command: CancelOrder, actor: Actor, now: dt.datetime) -> int:
    """Cancel everything that has not left: free its stock; void what is authorized when nothing has left at all.

    Captured money stays to be refunded.

    Returns the order's new version.
    Raises: Invalid, for an unknown reason; Conflict, when it was changed, has been picked, or nothing is left to cancel.
    """
    if command.reason not in CANCEL_REASONS:
        raise Invalid(f"Choose why: {', '.join(CANCEL_REASONS)}.", fields={"reason": "unknown reason"})
    derive.check_version(tx, command.order_id, command.version)
    order = tx.execute(sa.select(Order.number, Order.status).where(Order.id == command.order_id)).one()
    if order.status != "open":
        raise Conflict(f"Order {order.number} is {order.status}; there is nothing to cancel.", status=order.status)
    tied = allocation.open_of(tx, command.order_id)
    locking.lock_lines(tx, {take.line for take in tied})
    _stop_work(tx, command.order_id, order.number, actor, now)
    allocation.release(tx, tied, command.order_id, actor, now, reason="cancelled")
    crash.point("cancel_stock_freed")
    units = _cancel_lines(tx, command.order_id)
    tx.execute(sa.update(Order).where(Order.id == command.order_id).values(cancel_reason=command.reason))
    if not _has_left(tx, command.order_id):
        void_open(tx, command.order_id, actor, now)
    version = derive.rederive(tx, command.order_id, actor, now)
    tx.record(
        OrderCancelled(
            id=command.order_id,
            version=version,
            order_id=command.order_id,
            number=order.number,
            reason=command.reason,
            units=units,
            notify=command.notify,
        ),
        actor,
        now,
    )
    return version


def _has_left(tx: Tx, order_id: int) -> bool:
    """Whether something was shipped, so that there is still money to take."""
    shipped = sa.select(sa.func.sum(OrderLine.shipped)).where(OrderLine.order_id == order_id)
    return bool(tx.execute(shipped).scalar())


def _stop_work(tx: Tx, order_id: int, number: str, actor: Actor, now: dt.datetime) -> None:
    found = tx.execute(
        sa.select(FulfilmentOrder.id, FulfilmentOrder.status)
        .where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status.in_(rules.OPEN))
        .order_by(FulfilmentOrder.id)
    ).all()
    late = [status for _, status in found if status not in rules.CANCELLABLE]
    if late:
        raise Conflict(
            f"Order {number} is {late[0]} in the warehouse; it can only be returned once it has shipped.", status=late[0]
        )
    for work_id, _ in found:
        work.advance(tx, work.read(tx, work_id), "cancelled", 0, actor, now)


def _cancel_lines(tx: Tx, order_id: int) -> int:
    rows = tx.execute(
        sa.select(OrderLine.id, OrderLine.backordered, OrderLine.allocated, OrderLine.picked, OrderLine.packed).where(
            OrderLine.order_id == order_id
        )
    ).all()
    moves = [
        UnitMove(row.id, getattr(row, bucket), bucket, "cancelled")
        for row in rows
        for bucket in ("backordered", "allocated", "picked", "packed")
        if getattr(row, bucket)
    ]
    move_units(tx, moves)
    return sum(move.units for move in moves)
