"""The life of two orders, step by step, going on from wherever the database says it stands; each done step is noted in a file."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, MoveParcel, PackUnits, PickUnits, RejectWork, ReleaseWork, ShipParcel
from dashboard.fulfilment.parcels import move_parcel
from dashboard.fulfilment.rejection import reject_work
from dashboard.kernel.db import database
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import PlaceHold, ReleaseHold
from dashboard.payments.actions import capture_payment, refund_payment
from dashboard.payments.commands import CapturePayment, RefundPayment
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from tests.factories import do, place, read
from tests.patience import PATIENCE

SECRET = "tests-only-secret-of-forty-characters-000"


def only(sql: str, **values: Any) -> Any:
    """The first value of the query, None without rows."""
    rows = read(sql, **values)
    return rows[0][0] if rows else None


def first(column: str) -> Any:
    return only(f"SELECT {column} FROM orders WHERE external_id = 'first'")


def work_status() -> Any:
    return only("SELECT f.status FROM fulfilment_order f JOIN orders o ON o.id = f.order_id WHERE o.external_id = 'first'")


def work_id() -> int:
    return only("SELECT f.id FROM fulfilment_order f JOIN orders o ON o.id = f.order_id WHERE o.external_id = 'first'")


def payment_id() -> int:
    return only("SELECT p.id FROM payment p JOIN orders o ON o.id = p.order_id WHERE o.external_id = 'first'")


def a_line() -> int:
    return only("SELECT l.id FROM order_line l JOIN orders o ON o.id = l.order_id WHERE o.external_id = 'first'")


Step = tuple[str, Callable[[], bool], Callable[[], Any]]
AFTER = ("released", "picked", "packed", "shipped", "closed")


def reached(status: str) -> bool:
    return work_status() in AFTER[AFTER.index(status) :]


STEPS: list[Step] = [
    ("place", lambda: first("id") is not None, lambda: place(("A", 2), ("B", 1), external_id="first")),
    ("hold", lambda: only("SELECT id FROM order_hold") is not None, lambda: do(place_hold, PlaceHold(first("id"), "address"))),
    (
        "unhold",
        lambda: first("open_holds") == 0,
        lambda: do(release_hold, ReleaseHold(only("SELECT id FROM order_hold"), "checked")),
    ),
    ("pay", lambda: first("captured") == 3000, lambda: do(capture_payment, CapturePayment(payment_id()))),
    ("release", lambda: reached("released"), lambda: do(work.release_work, ReleaseWork(work_id()))),
    ("pick", lambda: reached("picked"), lambda: do(work.pick_units, PickUnits(work_id()))),
    ("pack", lambda: reached("packed"), lambda: do(work.pack_units, PackUnits(work_id()))),
    ("ship", lambda: reached("shipped"), lambda: do(work.ship_parcel, ShipParcel(work_id(), "DHL", "1"))),
    (
        "deliver",
        lambda: reached("closed"),
        lambda: do(move_parcel, MoveParcel(only("SELECT id FROM parcel"), "delivered")),
    ),
    (
        "return",
        lambda: only("SELECT id FROM return_") is not None,
        lambda: do(request_return, RequestReturn(first("id"), "other", (ReturnItem(a_line(), 1),))),
    ),
    (
        "take back",
        lambda: only("SELECT status FROM return_") == "closed",
        lambda: do(receive_return, ReceiveReturn(only("SELECT id FROM return_"), "north")),
    ),
    ("refund", lambda: first("refunded") == 1000, lambda: do(refund_payment, RefundPayment(payment_id(), 1000))),
    (
        "place another",
        lambda: only("SELECT id FROM orders WHERE external_id = 'second'") is not None,
        lambda: place(("A", 3), external_id="second"),
    ),
    (
        "reject",
        lambda: only("SELECT kind FROM routing_refusal") is not None,
        lambda: do(reject_work, RejectWork(only("SELECT max(id) FROM fulfilment_order"), "closed")),
    ),
    (
        "cancel",
        lambda: only("SELECT status FROM orders WHERE external_id = 'second'") == "cancelled",
        lambda: do(cancel_order, CancelOrder(only("SELECT id FROM orders WHERE external_id = 'second'"), "customer")),
    ),
]


def play(instance: Path, crash_at: str, notes: Path) -> None:
    """Do every step that is not done, with the relay and the jobs running; then wait until they have caught up."""
    app = create_app(Config(instance=instance, secret_key=SECRET, crash_at=crash_at))
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with app.app_context():
        app.extensions["orderdeck_live"].start()
        for name, is_done, step in STEPS:
            if not is_done():
                step()
                os.write(file, f"{name}\n".encode())
        settle()
        app.extensions["orderdeck_live"].stop()
        database().close()


def settle(seconds: float = 2 * PATIENCE) -> None:
    """Wait until every event is sealed (which comes after its dispatch) and no reaction is waiting.

    Raises: TimeoutError.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        sealed = only("SELECT max(last_seq) FROM event_seal") == only("SELECT max(seq) FROM event")
        if sealed and not only("SELECT count(*) FROM job WHERE status IN ('ready', 'running') AND task = 'reaction'"):
            return
        time.sleep(0.02)
    raise TimeoutError("the relay did not catch up")
