"""What is promised above what an order costs is given back when the order can change no more: once all of it has shipped.

Not before: an edit that lowers the total may be taken back, or followed by one that raises it, until the last unit has left, and then
the promise is needed again. One that is given back cannot be had again without the customer. Orders that were one wait for each other.
"""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order
from dashboard.orders.rules import to_take
from dashboard.payments import carrying
from dashboard.payments.actions import void_payment
from dashboard.payments.commands import ReleaseSurplus, VoidPayment
from dashboard.payments.model import Payment
from dashboard.payments.port import PROVIDERS

WHY = "Promised above what the order costs"
OVER = ("completed", "cancelled", "discarded")
_ORDER = (Order.status, Order.total, Order.carried, Order.authorized, Order.captured, Order.voided, Order.repaid)


def release_surplus(tx: Tx, command: ReleaseSurplus, actor: Actor, now: dt.datetime) -> int:
    """Void what the payments of an order, and of those it was one with, need not bring in. Returns minor units; 0 while one of them
    may still change."""
    if not _all_over(tx, carrying.family(tx, command.order_id)):
        return 0
    ids = carrying.lock(tx, command.order_id)
    if not _all_over(tx, ids):  # again, now that they are locked
        return 0
    carrying.share_out(tx, command.order_id, actor, now)
    parts = [part for order_id in ids for part in surplus_of(tx, order_id)]
    return sum(void_payment(tx, VoidPayment(payment_id, amount=part, reason=WHY), actor, now) for payment_id, part in parts)


def void_open(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """Void whatever the payments of an order that is being cancelled still hold, but what counts for another order."""
    carrying.share_out(tx, order_id, actor, now, ended=(order_id,), leave=(order_id,))
    order = tx.execute(sa.select(*_ORDER).where(Order.id == order_id)).one()
    counts = max(0, -order.carried - order.captured + order.repaid)
    for payment_id, part in _parts(tx, order_id, order.authorized - order.voided - order.captured - counts):
        void_payment(tx, VoidPayment(payment_id, amount=part), actor, now)


def surplus_of(tx: Tx, order_id: int) -> list[tuple[int, int]]:
    """[(payment id, minor units)] that a completed or cancelled order's payments need not bring in, newest payment first.

    A provider that cannot void a part keeps its promise until none of it is needed.
    """
    order = tx.execute(sa.select(*_ORDER).where(Order.id == order_id)).one()
    return _parts(tx, order_id, order.authorized - order.voided - order.captured - to_take(order))


def _all_over(tx: Tx, order_ids: list[int]) -> bool:
    others = sa.select(Order.id).where(Order.id.in_(order_ids), Order.status.not_in(OVER)).limit(1)
    return tx.execute(others).first() is None


def _parts(tx: Tx, order_id: int, left: int) -> list[tuple[int, int]]:
    if left <= 0:
        return []
    still = Payment.authorized - Payment.voided - Payment.captured
    query = sa.select(Payment.id, Payment.provider, still.label("still")).where(Payment.order_id == order_id, still > 0)
    found = []
    for row in tx.execute(query.order_by(Payment.id.desc())):
        part = min(left, row.still)
        if part == row.still or (part and PROVIDERS[row.provider].voids_in_part):
            found.append((row.id, part))
            left -= part
    return found
