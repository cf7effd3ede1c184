"""Jobs: rows written in the same transaction as the wish, leased, retried with backoff, dead letters kept.

The table is the truth; huey (runner.py) only runs what is due. A job that dies with its process comes back when its lease ends.
A reaction is a job that ends in the transaction of what it did, so its effect happens once; other tasks run at least once.
"""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel import clock
from dashboard.kernel.columns import Base, BigId
from dashboard.kernel.statements import insert_into
from dashboard.kernel.states import StateTable
from dashboard.kernel.tx import Tx

LEASE = dt.timedelta(seconds=8)
"""How long a dead worker's jobs stay untouched; a living one extends (runner.py)."""
REACTION = "reaction"

JOB = StateTable(
    "job",
    ["ready"],
    {
        "ready": ("running",),
        "running": ("done", "ready", "dead"),
        "dead": ("ready",),
        "done": (),
    },
)


class Job(Base):
    __tablename__ = "job"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    task: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[str] = mapped_column(sa.Text)
    key: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    actor: Mapped[str] = mapped_column(sa.String(64), default="system")
    status: Mapped[str] = mapped_column(sa.String(12))
    run_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[dt.datetime | None]
    leased_by: Mapped[str | None] = mapped_column(sa.String(64))
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None] = mapped_column(sa.Text)
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    __table_args__ = (sa.Index("ix_job_due", "status", "run_at"),)


class Leased(NamedTuple):
    """A job a worker holds until its lease ends."""

    id: int
    task: str
    payload: dict[str, Any]
    attempts: int
    worker: str = ""


class Failed(Exception):
    """Raised by a task that says in words why it has failed: no traceback is kept."""


class Hopeless(Failed):
    """No further attempt would help: the job is a dead letter at once."""


TASKS: dict[str, Callable[..., Any]] = {}
PERIODIC: dict[str, dt.timedelta] = {}
PAUSES: dict[str, Sequence[dt.timedelta]] = {}


def task(name: str, pauses: Sequence[dt.timedelta] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `function(job: Leased)` to run jobs of this name. It opens its own transactions with kernel.db.write.

    Args: pauses: how long to wait after each failed attempt; the last one again and again. Without: from a second, doubled each time.
    """

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        TASKS[name] = function
        if pauses:
            PAUSES[name] = pauses
        return function

    return add


def periodic(name: str, every: dt.timedelta) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a task that is enqueued once per span of time, whatever number of processes run."""
    PERIODIC[name] = every
    return task(name)


def enqueue(
    tx: Tx,
    name: str,
    payload: dict[str, Any],
    now: dt.datetime,
    *,
    key: str | None = None,
    title: str = "",
    actor: str = "system",
    run_at: dt.datetime | None = None,
) -> int | None:
    """Write the wish; it exists if and only if the change does. A known key is ignored (returns None)."""
    table = Job.__table__
    values = {
        "task": name,
        "payload": json.dumps(payload),
        "key": key,
        "title": title,
        "actor": actor,
        "status": "ready",
        "run_at": run_at or now,
        "attempts": 0,
        "done_count": 0,
        "total_count": 0,
        "created_at": now,
    }
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    statement = dialect.insert(table).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)
    return tx.execute(statement).scalar()


_ADD_REACTION = insert_into(Job, "task", "payload", "key", "title", "actor", "status", "run_at", "attempts", "done_count",
                            "total_count", "created_at")  # fmt: skip


def reaction_row(seq: int, function: str, now: dt.datetime) -> dict[str, Any]:
    """The job that runs one reaction for one event; its key makes it unique."""
    at = clock.micros(now)
    return {
        "task": REACTION,
        "payload": json.dumps({"seq": seq, "function": function}),
        "key": f"{seq}:{function}",
        "title": "",
        "actor": "system",
        "status": "ready",
        "run_at": at,
        "attempts": 0,
        "done_count": 0,
        "total_count": 0,
        "created_at": at,
    }


def enqueue_reactions(tx: Tx, rows: Sequence[dict[str, Any]]) -> int:
    if rows:
        tx.run_many(_ADD_REACTION, rows)
    return len(rows)


def enqueue_periodic(tx: Tx, now: dt.datetime) -> int:
    """Enqueue every periodic task whose present span has none yet; returns how many."""
    count = 0
    for name, every in PERIODIC.items():
        span = clock.micros(now) // (every // clock.MICROSECOND)
        count += enqueue(tx, name, {}, now, key=f"every:{name}:{span}") is not None
    return count


def extend(tx: Tx, job_id: int, done: int, total: int, now: dt.datetime) -> None:
    """Keep the lease and say how far the job is."""
    tx.execute(sa.update(Job).where(Job.id == job_id).values(leased_until=now + LEASE, done_count=done, total_count=total))


def retry(tx: Tx, job_id: int, now: dt.datetime) -> bool:
    """Give a dead letter another life; returns whether there was one."""
    return (
        tx.execute(
            sa.update(Job)
            .where(Job.id == job_id, Job.status == "dead")
            .values(status="ready", run_at=now, attempts=0, finished_at=None)
        ).rowcount
        == 1
    )
