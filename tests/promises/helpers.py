"""Orders that wait, purchase orders that come, and the reactions that follow, run as the relay's jobs run them."""

import datetime as dt
from typing import Any

from dashboard.kernel import db, outbox
from dashboard.kernel.leader import Leader
from dashboard.purchasing.actions import reschedule_purchase
from dashboard.purchasing.commands import ReschedulePurchase
from tests.factories import NOW, do, place, read
from tests.purchasing.helpers import ordered

OWN = "dashboard.promises.reactions"


def react(after: int = 0, now: dt.datetime = NOW, modules: tuple[str, ...] = (OWN, "dashboard.fulfilment.reactions")) -> int:
    """Run the reactions to everything in the log after this seq, and to what they cause; returns the log's end."""
    while True:
        _number()
        with db.db.engine.connect() as connection:
            events = outbox.after(connection, after, 500)
        if not events:
            return after
        for event in events:
            for reaction in outbox.reactions_to(event):
                if reaction.__module__ in modules:
                    db.database().write(lambda tx, r=reaction, e=event: r(tx, e, now))
        after = events[-1].seq


def _number() -> None:
    """On PostgreSQL the relay numbers the log."""
    leader = Leader(db.db.engine)
    leader.lead()
    leader.number(10_000)
    leader.resign()


def log_end() -> int:
    _number()
    with db.db.engine.connect() as connection:
        return outbox.position(connection).seq


def waits(*lines: tuple[str, int], minutes: int = 0, **more: Any) -> int:
    """The id of an order that waits, placed so many minutes after NOW."""
    return place(*lines, on_shortage="backorder", placed_at=NOW + dt.timedelta(minutes=minutes), **more).id


def comes(day: dt.date, *lines: tuple[str, int], **more: Any) -> str:
    """The number of a purchase order expected on a day."""
    return ordered(*lines, expected_on=day, **more)


def moves(number: str, day: dt.date) -> None:
    do(reschedule_purchase, ReschedulePurchase(number, day))


def promises() -> list[tuple[Any, ...]]:
    """[(order id, units, day, basis, purchase order number)] of what waits."""
    rows = read(
        "SELECT p.order_id, p.units, p.promised_on, p.basis, o.number FROM order_promise p"
        " LEFT JOIN purchase_order o ON o.id = p.purchase_order_id WHERE p.units > 0 ORDER BY p.order_line_id"
    )
    return [(row[0], row[1], str(row[2]) if row[2] else None, *row[3:]) for row in rows]


def days() -> list[str | None]:
    """The promised day of each line that waits."""
    return [row[2] for row in promises()]


def told(order_id: int) -> list[Any]:
    """The order's PromiseChanged events, oldest first."""
    with db.db.engine.connect() as connection:
        found = outbox.of_order(connection, order_id, limit=200)
    return [event for event in reversed(found) if event.type == "PromiseChanged"]
