"""A test's own little slice: one event, actions that write a row and record it."""

import sqlalchemy as sa

from dashboard.kernel import clock
from dashboard.kernel.actor import system
from dashboard.kernel.events import event
from dashboard.kernel.outbox import Meta

ACTOR = system("test")


@event("test")
class Noted:
    id: int
    version: int
    text: str
    order_id: int | None = None


def note(tx, number, text="", order_id=None):
    """Write a row and its event."""
    tx.execute(sa.insert(Meta).values(key=f"note:{number}", value=text))
    tx.record(Noted(number, 1, text, order_id), ACTOR, clock.now())
    return number


def note_and_fail(tx, number):
    note(tx, number)
    raise ValueError(f"{number} fails")


def notes(connection) -> set[int]:
    query = sa.select(Meta.key).where(Meta.key.startswith("note:"))
    return {int(key.removeprefix("note:")) for key in connection.execute(query).scalars()}
