"""What is promised above what an order costs is given back when the order can change no more: once all of it has shipped.

Not before: an edit that lowers the total may be taken back, or followed by one that raises it, until the last unit has left, and then
the promise is needed again. One that is given back cannot be had again without the customer.
"""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order
from dashboard.orders.rules import to_take
from dashboard.payments.actions import void_payment
from dashboard.payments.commands import ReleaseSurplus, VoidPayment
from dashboard.payments.model import Payment
from dashboard.payments.port import PROVIDERS

WHY = "Promised above what the order costs"
_ORDER = (Order.status, Order.total, Order.carried, Order.authorized, Order.captured, Order.voided)


def release_surplus(tx: Tx, command: ReleaseSurplus, actor: Actor, now: dt.datetime) -> int:
    """Void what a completed order's payments need not bring in. Returns minor units; 0 while it may still change."""
    if not surplus_of(tx, command.order_id):
        return 0
    derive.check_version(tx, command.order_id, None)
    parts = surplus_of(tx, command.order_id)  # again, now that the order is locked
    return sum(void_payment(tx, VoidPayment(payment_id, amount=part, reason=WHY), actor, now) for payment_id, part in parts)


def surplus_of(tx: Tx, order_id: int) -> list[tuple[int, int]]:
    """[(payment id, minor units)] that a completed order's payments need not bring in, newest payment first; of others, nothing.

    A provider that cannot void a part keeps its promise until none of it is needed.
    """
    order = tx.execute(sa.select(*_ORDER).where(Order.id == order_id)).one()
    left = order.authorized - order.voided - order.captured - to_take(order)
    if order.status != "completed" or left <= 0:
        return []
    still = Payment.authorized - Payment.voided - Payment.captured
    query = sa.select(Payment.id, Payment.provider, still.label("still")).where(Payment.order_id == order_id, still > 0)
    found = []
    for row in tx.execute(query.order_by(Payment.id.desc())):
        part = min(left, row.still)
        if part and (part == row.still or PROVIDERS[row.provider].voids_in_part):
            found.append((row.id, part))
            left -= part
    return found
