"""Orders taken by a person: placed like any other; money that has arrived already is received in the same transaction."""

import datetime as dt

from dashboard.channels.actions import Placed, place_order
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import CaptureOrder
from dashboard.payments.commands import AuthorizePayment
from dashboard.payments.receiving import receive_payment


def place_paid_order(tx: Tx, command: CaptureOrder, actor: Actor, now: dt.datetime) -> Placed:
    """Place the order and receive its whole total.

    Raises: as place_order; nothing is written then.
    """
    placed = place_order(tx, command, actor, now)
    if placed.created and placed.captured.total:
        method = command.payment.method if command.payment else "paid"
        receive_payment(tx, AuthorizePayment(placed.id, placed.captured.total, "manual", method), actor, now)
    return placed
