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
from dashboard.orders.crediting import cancel_and_credit
from dashboard.orders.events import OrderCancelled
from dashboard.orders.lines import Shrinkage
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.payments import carrying
from dashboard.payments.surplus import void_open

_HERE = ("backordered", "allocated", "picked", "packed")


def cancel_order(tx: Tx, command: CancelOrder, actor: Actor, now: dt.datetime) -> int:
    """Cancel everything that has not left and free its stock.

    When nothing has left at all, the order keeps what it cost, and what is authorized is voided. When something has, the units that
    are cancelled are taken off the bill, as if they had been cancelled by count (editing.cancelling): what is left of the order is
    what was sent, and its shipping. Captured money stays to be refunded.

    Returns the order's new version.
    Raises: Invalid, for an unknown reason; Conflict, when it was changed, has been picked, or nothing is left to cancel.
    """
    if command.reason not in CANCEL_REASONS:
        raise Invalid(f"Choose why: {', '.join(CANCEL_REASONS)}.", fields={"reason": "unknown reason"})
    carrying.lock(tx, command.order_id)
    derive.check_version(tx, command.order_id, command.version)
    order = tx.execute(sa.select(Order.number, Order.status).where(Order.id == command.order_id)).one()
    if order.status != "open":
        raise Conflict(f"Order {order.number} is {order.status}; there is nothing to cancel.", status=order.status)
    tied = allocation.open_of(tx, command.order_id)
    locking.lock_lines(tx, {take.line for take in tied})
    _stop_work(tx, command.order_id, order.number, actor, now)
    allocation.release(tx, tied, command.order_id, actor, now, reason="cancelled")
    crash.point("cancel_stock_freed")
    gone = _still_here(tx, command.order_id)
    tx.execute(sa.update(Order).where(Order.id == command.order_id).values(cancel_reason=command.reason))
    bill = None
    if _has_left(tx, command.order_id):
        bill = cancel_and_credit(tx, command.order_id, gone)
        carrying.share_out(tx, command.order_id, actor, now, leave=(command.order_id,))
    else:
        move_units(tx, [UnitMove(one.id, getattr(one, name), name, "cancelled") for one in gone for name in _HERE])
        void_open(tx, command.order_id, actor, now)
    version = derive.rederive(tx, command.order_id, actor, now)
    tx.record(
        OrderCancelled(
            id=command.order_id,
            version=version,
            order_id=command.order_id,
            number=order.number,
            reason=command.reason,
            units=sum(one.units for one in gone),
            notify=command.notify,
            total_before=bill.before if bill else None,
            total=bill.after if bill else None,
            currency=bill.currency if bill else "",
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


def _still_here(tx: Tx, order_id: int) -> list[Shrinkage]:
    """What of the order's lines has not left, by bucket."""
    columns = [getattr(OrderLine, name) for name in _HERE]
    query = sa.select(OrderLine.id, *columns).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    return [found for row in tx.execute(query) if (found := Shrinkage(*row)).units]
