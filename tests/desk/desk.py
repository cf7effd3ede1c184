"""People and exceptions for the tests of the desk."""

import datetime as dt

import sqlalchemy as sa

from dashboard.accounts.model import User
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.orders.commands import OpenException
from dashboard.orders.exceptions import open_exception
from tests.acting import EVERYTHING
from tests.factories import NOW, do, one, place

HOUR = dt.timedelta(hours=1)


def person(user_id: int, name: str) -> Actor:
    """A person with an account and every permission."""

    def make(tx) -> None:
        values = {"id": user_id, "email": f"{name.lower()}@example.com", "name": name, "fs_uniquifier": f"u{user_id}", "created_at": NOW}
        tx.execute(sa.insert(User).values(**values, active=True))

    db.write(make)
    return Actor("user", str(user_id), name, "owner", frozenset([*EVERYTHING, "jobs.manage"]))


def trouble(key: str = "late:1", kind: str = "late", order_id: int | None = None, now=NOW, **more) -> int:
    """An open exception; its id."""
    opened = do(open_exception, OpenException(kind, f"{kind} {key}", order_id, key=key, **more), now)
    assert opened is not None
    return opened


def sold(*lines: tuple[str, int]):
    """An order a channel has sold already: it is taken whatever is short or unknown."""
    return place(*lines, sold=True, on_shortage="backorder")


def state(exception_id: int) -> str:
    resolved, snoozed = one("SELECT resolved_at, snoozed_until FROM order_exception WHERE id = :id", id=exception_id)
    return "resolved" if resolved else "snoozed" if snoozed else "open"


def steps(exception_id: int) -> list[str]:
    with db.db.engine.connect() as connection:
        query = sa.text("SELECT what FROM order_exception_step WHERE exception_id = :id ORDER BY id")
        return list(connection.execute(query, {"id": exception_id}).scalars())
