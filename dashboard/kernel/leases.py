"""Leases: who runs which job until when, how a job ends, and when a failed one is tried again."""

import datetime as dt
import json
import random
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import clock
from dashboard.kernel.actor import system
from dashboard.kernel.events import event
from dashboard.kernel.jobs import LEASE, PAUSES, PERIODIC, REACTION, Job, Leased
from dashboard.kernel.statements import Prepared, run
from dashboard.kernel.tx import Tx

FIRST_DELAY = dt.timedelta(seconds=1)
LONGEST_DELAY = dt.timedelta(hours=1)
MOST_ATTEMPTS = 8
_dice = random.Random()  # noqa: S311 (jitter; not the one others seed)
KEPT_DONE = dt.timedelta(days=7)


@event("job")
class JobDied:
    """A job became a dead letter after its last attempt. version: attempts."""

    id: int
    version: int
    task: str
    title: str
    error: str


class LostLease(Exception):
    """Somebody else took the job meanwhile: what was done here must roll back."""


def lease(tx: Tx, worker: str, now: dt.datetime, count: int = 1, *, reactions: bool | None = None) -> list[Leased]:
    """Take up to `count` due jobs, or ones whose lease ran out, for LEASE, the longest waiting first.

    Args: reactions: only reactions, only other tasks, or (None) both.
    """
    due = (
        sa.select(Job.id)
        .where(
            sa.or_(
                sa.and_(Job.status == "ready", Job.run_at <= now),
                sa.and_(Job.status == "running", Job.leased_until < now),
            )
        )
        .order_by(Job.run_at, Job.id)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    if reactions is not None:
        due = due.where(Job.task == REACTION if reactions else Job.task != REACTION)
    ids = tx.execute(due).scalars().all()
    if not ids:
        return []
    taken = tx.execute(
        sa.update(Job)
        .where(Job.id.in_(ids))
        .values(status="running", leased_until=now + LEASE, leased_by=worker, attempts=Job.attempts + 1)
        .returning(Job.id, Job.task, Job.payload, Job.attempts, Job.leased_by)
    ).all()
    return [Leased(row.id, row.task, json.loads(row.payload), row.attempts, row.leased_by) for row in sorted(taken)]


def keep(tx: Tx, job_ids: Sequence[int], worker: str, now: dt.datetime) -> None:
    """Extend the leases of jobs this worker is still busy with."""
    tx.execute(
        sa.update(Job)
        .where(Job.id.in_(job_ids), Job.leased_by == worker, Job.status == "running")
        .values(leased_until=now + LEASE)
    )


def finish(tx: Tx, job: Leased, result: Any, now: dt.datetime) -> None:
    """Raises: LostLease."""
    values = {
        "status": "done",
        "finished_at": now,
        "leased_until": None,
        "error": None,
        "result": json.dumps(result, default=str),
    }
    _still_ours(tx.execute(sa.update(Job).where(*_ours(job)).values(values)), job)


def finish_reaction(tx: Tx, job: Leased) -> None:
    """End the job in the transaction of its effect; the log keeps what it was for, so the row goes.

    Raises: LostLease, which rolls the effect back.
    """
    _still_ours(tx.execute(sa.delete(Job).where(*_ours(job))), job)


def is_last(job: Leased) -> bool:
    """Whether this attempt is the last one: a failure makes it a dead letter."""
    return job.attempts >= MOST_ATTEMPTS


def fail(tx: Tx, job: Leased, error: str, now: dt.datetime, *, hopeless: bool = False) -> str:
    """Try again later; after MOST_ATTEMPTS, or when it is hopeless, it is a dead letter, recorded as JobDied. Returns the new status.

    Raises: LostLease.
    """
    dead = hopeless or is_last(job)
    values: dict[str, Any] = (
        {"status": "dead", "finished_at": now} if dead else {"status": "ready", "run_at": now + _pause(job)}
    )
    _still_ours(tx.execute(sa.update(Job).where(*_ours(job)).values(error=error[:4000], leased_until=None, **values)), job)
    if dead:
        what = job.payload.get("function", job.task) if job.task == REACTION else job.task
        title = tx.execute(sa.select(Job.title).where(Job.id == job.id)).scalar() or what
        tx.record(JobDied(job.id, job.attempts, what, title, error[:300]), system("jobs"), now)
    return values["status"]


def _ours(job: Leased) -> tuple[Any, ...]:
    return (Job.id == job.id, Job.status == "running", Job.leased_by == job.worker, Job.attempts == job.attempts)


def _still_ours(result: Any, job: Leased) -> None:
    if result.rowcount != 1:
        raise LostLease(f"job {job.id} is no longer ours")


def purge(tx: Tx, now: dt.datetime) -> int:
    """Delete what was done more than a week ago; dead letters stay. Returns how many."""
    return tx.execute(sa.delete(Job).where(Job.status == "done", Job.finished_at < now - KEPT_DONE)).rowcount


def _pause(job: Leased) -> dt.timedelta:
    pauses = PAUSES.get(job.task)
    return pauses[min(job.attempts, len(pauses)) - 1] * _dice.uniform(0.8, 1.2) if pauses else backoff(job.attempts)


def backoff(attempts: int) -> dt.timedelta:
    longest = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    return longest * _dice.uniform(0.5, 1)


_DUE = (
    "EXISTS (SELECT 1 FROM job WHERE task {is} {reaction}"
    " AND (status = 'ready' AND run_at <= {now} OR status = 'running' AND leased_until < {now}))"
)
_LANES = f"SELECT {_DUE.replace('{is}', '=')}, {_DUE.replace('{is}', '<>')}"
_LANES_DUE = Prepared(
    sqlite=_LANES.format(now=":now", reaction=":reaction"), postgresql=_LANES.format(now="%(now)s", reaction="%(reaction)s")
)


def lanes_due(connection: sa.Connection, now: dt.datetime) -> list[str]:
    """Which of "reactions" and "tasks" have a job that may run now."""
    found = run(connection, _LANES_DUE, now=clock.micros(now), reaction=REACTION).fetchone()
    return [lane for lane, due in zip(("reactions", "tasks"), found, strict=True) if due]


_spans: dict[str, int] = {}


def periodic_is_due(now: dt.datetime) -> bool:
    """Whether a periodic task entered a span of time that this process has not enqueued it for yet."""
    spans = {name: clock.micros(now) // (every // clock.MICROSECOND) for name, every in PERIODIC.items()}
    if spans == _spans:
        return False
    _spans.clear()
    _spans.update(spans)
    return True
