"""What editing does when something happened: money that counts for two orders follows its payment."""

import datetime as dt

from dashboard.kernel import outbox
from dashboard.kernel.actor import system
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderCancelled
from dashboard.payments import carrying
from dashboard.payments.commands import ReleaseSurplus
from dashboard.payments.events import PaymentRecorded
from dashboard.payments.surplus import release_surplus

CLOCK = system("clock")


def _moves_money(recorded: Recorded) -> bool:
    return recorded.data["kind"] in ("capture", "void", "refund")


@outbox.on(PaymentRecorded, when=_moves_money)
def settle_carries(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """A split order is paid when the payment of the order it came from is."""
    if recorded.order_id is not None:
        carrying.share_out(tx, recorded.order_id, CLOCK, now)


@outbox.on(OrderCancelled)
def return_carries(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Money that was carried to an order that is cancelled is the other order's again: it is refunded there, where it was paid, and
    what is only promised there is given back once that order can change no more."""
    carrying.share_out(tx, int(recorded.id), CLOCK, now)
    release_surplus(tx, ReleaseSurplus(int(recorded.id)), CLOCK, now)
