"""What the desk does when something happened: a job given up is shown at once, an order that is settled leaves the queue."""

import datetime as dt

from dashboard.desk import clearing, finding
from dashboard.desk.jobs import open_all
from dashboard.kernel import outbox
from dashboard.kernel.actor import system
from dashboard.kernel.leases import JobDied
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderCancelled, OrderProgressed

DESK = system("desk")


def _waited(recorded: Recorded) -> bool:
    """Only what was out of stock: an ordinary order is no work for this desk."""
    return recorded.data["before"].get("phase") == "out_of_stock"


@outbox.on(JobDied)
def show_dead_letter(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    open_all(tx, finding.dead_letters(tx.connection, int(recorded.id)), DESK, now)


@outbox.on(OrderCancelled)
def settle_cancelled(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    _settle(tx, recorded, now)


@outbox.on(OrderProgressed, when=_waited)
def settle_supplied(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    _settle(tx, recorded, now)


def _settle(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    if ids := clearing.of_orders(tx.connection, [int(recorded.id)]):
        clearing.clear_gone(tx, ids, DESK, now)
