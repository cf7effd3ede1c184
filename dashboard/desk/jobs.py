"""What the desk does by the clock: looks for what is wrong, closes what is right again, wakes what was snoozed."""

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from dashboard.desk import actions, clearing, finding
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.jobs import Leased
from dashboard.kernel.outbox import Meta
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import OpenException
from dashboard.orders.exceptions import open_exception

CLOCK = system("clock")
LOOKED_AT = "desk:orders"
"""The last order whose address was looked at; its few predecessors are looked at again, for they may have been committed after it."""
CHECKED = "desk:stock"
OVERLAP = 100
ORDERS = 500
Look = Callable[[sa.Connection, int], tuple[list[OpenException], int]]


@jobs.periodic("desk.rounds", dt.timedelta(minutes=1))
def make_rounds(_job: Leased) -> dict[str, int]:
    """Returns how many exceptions were opened, closed and woken."""
    now = clock.now()
    with db.db.engine.connect() as connection:
        found, over = finding.everything(connection, now), clearing.gone(connection, now)
    return {
        "opened": db.write(open_all, found, CLOCK, now) if found else 0,
        "closed": db.write(clearing.clear_gone, sorted(over), CLOCK, now) if over else 0,
        "woken": db.write(actions.wake_due, None, CLOCK, now),
        "addresses": _walk(LOOKED_AT, lambda connection, after: finding.bad_addresses(connection, max(0, after - OVERLAP), ORDERS)),
    }


@jobs.periodic("desk.stock", dt.timedelta(minutes=5))
def check_stock(_job: Leased) -> int:
    """The next stretch of the catalogue: all of it, a little at a time. Returns how many places do not add up."""
    return _walk(CHECKED, finding.drifted_stock)


def _walk(key: str, look: Look) -> int:
    """Look at what comes after the mark, open what is found and move the mark, in one transaction. Returns how many were opened."""
    with db.db.engine.connect() as connection:
        mark = connection.scalar(sa.select(Meta.value).where(Meta.key == key)) or "0"
        found, last = look(connection, int(mark))
    if not found and str(last) == mark:
        return 0
    return db.write(_open_and_mark, (key, found, last), CLOCK, clock.now())


def _open_and_mark(tx: Tx, command: tuple[str, Sequence[OpenException], int], actor: Actor, now: dt.datetime) -> int:
    key, found, last = command
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    fresh = dialect.insert(Meta.__table__).values(key=key, value=str(last))
    tx.execute(fresh.on_conflict_do_update(index_elements=["key"], set_={"value": fresh.excluded.value}))
    return open_all(tx, found, actor, now)


def open_all(tx: Tx, found: Sequence[OpenException], actor: Actor, now: dt.datetime) -> int:
    """Returns how many of them are new, or back."""
    return sum(open_exception(tx, command, actor, now) is not None for command in found)
