"""What payments do when something happened: an order that is complete needs no more promises than it costs."""

import datetime as dt

from dashboard.kernel import outbox
from dashboard.kernel.actor import system
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderProgressed
from dashboard.payments.commands import ReleaseSurplus
from dashboard.payments.events import PaymentRecorded
from dashboard.payments.surplus import release_surplus

CLOCK = system("clock")


def _is_complete(recorded: Recorded) -> bool:
    return recorded.data["after"].get("status") == "completed"


def _leaves_a_promise(recorded: Recorded) -> bool:
    """A capture that did not take all that was promised: after shipping, the rest may be free."""
    data = recorded.data
    return data["kind"] == "capture" and data["captured"] + data["voided"] < data["authorized"]


@outbox.on(OrderProgressed, when=_is_complete)
def release_surplus_of_complete(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    release_surplus(tx, ReleaseSurplus(int(recorded.id)), CLOCK, now)


@outbox.on(PaymentRecorded, when=_leaves_a_promise)
def release_what_a_capture_left(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    if recorded.order_id is not None:
        release_surplus(tx, ReleaseSurplus(recorded.order_id), CLOCK, now)
