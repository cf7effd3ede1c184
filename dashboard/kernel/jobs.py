"""Jobs: rows written in the same transaction as the wish, leased, retried with backoff, dead letters kept.

The table is the truth; huey (runner.py) only runs what is due. A job that dies with its process comes back when its lease ends.
"""

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel import clock
from dashboard.kernel.columns import Base, BigId
from dashboard.kernel.states import StateTable
from dashboard.kernel.tx import Tx

LEASE = dt.timedelta(seconds=60)
FIRST_DELAY = dt.timedelta(seconds=1)
LONGEST_DELAY = dt.timedelta(hours=1)
MOST_ATTEMPTS = 8

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
    id: int
    task: str
    payload: dict[str, Any]
    attempts: int


TASKS: dict[str, Callable[..., Any]] = {}


def task(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `function(job: Leased)` to run jobs of this name. It opens its own transactions with kernel.db.write."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        TASKS[name] = function
        return function

    return add


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


def lease(tx: Tx, worker: str, now: dt.datetime) -> Leased | None:
    """Take the next due job, or one whose lease ran out, for LEASE."""
    due = (
        sa.select(Job.id)
        .where(
            sa.or_(
                sa.and_(Job.status == "ready", Job.run_at <= now),
                sa.and_(Job.status == "running", Job.leased_until < now),
            )
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = tx.execute(
        sa.update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(status="running", leased_until=now + LEASE, leased_by=worker, attempts=Job.attempts + 1)
        .returning(Job.id, Job.task, Job.payload, Job.attempts)
    ).first()
    return found and Leased(found.id, found.task, json.loads(found.payload), found.attempts)


def extend(tx: Tx, job_id: int, done: int, total: int, now: dt.datetime) -> None:
    """Keep the lease and say how far the job is."""
    tx.execute(sa.update(Job).where(Job.id == job_id).values(leased_until=now + LEASE, done_count=done, total_count=total))


def finish(tx: Tx, job_id: int, result: Any, now: dt.datetime) -> None:
    tx.execute(
        sa.update(Job)
        .where(Job.id == job_id, Job.status == "running")
        .values(status="done", finished_at=now, leased_until=None, error=None, result=json.dumps(result, default=str))
    )


def fail(tx: Tx, job: Leased, error: str, now: dt.datetime) -> str:
    """Try again later, doubling the delay; after MOST_ATTEMPTS it is a dead letter. Returns the new status."""
    if job.attempts >= MOST_ATTEMPTS:
        values: dict[str, Any] = {"status": "dead", "finished_at": now}
    else:
        values = {"status": "ready", "run_at": now + backoff(job.attempts)}
    tx.execute(sa.update(Job).where(Job.id == job.id).values(error=error[:4000], leased_until=None, **values))
    return values["status"]


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


def backoff(attempts: int) -> dt.timedelta:
    longest = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1)  # noqa: S311 (jitter, not a secret)


def next_due(connection: sa.Connection) -> dt.datetime | None:
    """When the next job wants to run; None without any."""
    micros = connection.exec_driver_sql(
        "SELECT min(CASE status WHEN 'ready' THEN run_at ELSE leased_until END) FROM job WHERE status IN ('ready', 'running')"
    ).scalar()
    return None if micros is None else clock.moment(micros)
