"""Money that has arrived: authorized and captured at once."""

import datetime as dt

from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.payments.actions import authorize_payment, capture_payment
from dashboard.payments.commands import AuthorizePayment, CapturePayment


def receive_payment(tx: Tx, command: AuthorizePayment, actor: Actor, now: dt.datetime) -> int:
    """Record money that is here already (a transfer seen on the account, cash in the till). Returns the payment's id.

    Raises: as authorize_payment; nothing is written then.
    """
    payment_id = authorize_payment(tx, command, actor, now)
    capture_payment(tx, CapturePayment(payment_id, command.amount), actor, now)
    return payment_id
