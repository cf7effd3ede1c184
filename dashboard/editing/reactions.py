"""What editing does when something happened: money that counts for two orders follows its payment."""

import datetime as dt

from dashboard.editing import carrying
from dashboard.kernel import outbox
from dashboard.kernel.actor import system
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderCancelled
from dashboard.payments.events import PaymentRecorded

CLOCK = system("clock")


def _moves_money(recorded: Recorded) -> bool:
    return recorded.data["kind"] in ("capture", "void")


@outbox.on(PaymentRecorded, when=_moves_money)
def settle_carries(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """A split order is paid when the payment of the order it came from is."""
    if recorded.order_id is not None:
        carrying.settle(tx, recorded.order_id, CLOCK, now)


@outbox.on(OrderCancelled)
def return_carries(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Money that was carried to an order that is cancelled is the other order's again."""
    carrying.give_back(tx, int(recorded.id), CLOCK, now)
