"""The job that matches orders which were here before their customers, or came past the log: a few hundred at a time."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.customers.matching import follow_orders
from dashboard.customers.store.progress import TASK
from dashboard.customers.totals import recount
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.jobs import Leased
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order

BATCH = 100
"""Orders per transaction: a few hundredths of a second of the one writer."""


@jobs.task(TASK)
def match_orders(job: Leased) -> str:
    """Match every order, oldest first. One that died with its process begins again: what is matched is passed over quickly."""
    total = db.write(lambda tx: tx.execute(sa.select(sa.func.count()).select_from(Order)).scalar_one())
    after, done, matched = 0, 0, 0
    while True:
        after, count, new = db.write(match_batch, after, BATCH)
        if not count:
            return f"{matched} of {done} orders have a new customer link"
        done, matched = done + count, matched + new
        db.write(jobs.extend, job.id, done, max(total, done), clock.now())


def match_batch(tx: Tx, after: int, most: int) -> tuple[int, int, int]:
    """Match the next orders with an id above `after`. Returns: (the last id, how many were looked at, how many were matched)."""
    ids = tx.execute(sa.select(Order.id).where(Order.id > after).order_by(Order.id).limit(most)).scalars().all()
    if not ids:
        return after, 0, 0
    new = follow_orders(tx, ids)
    recount(tx, ids)
    return ids[-1], len(ids), new


def request_match(tx: Tx, _command: Any, actor: Actor, now: dt.datetime) -> int | None:
    """Ask for the job; while one waits or runs there is no second. Returns the job's id or None."""
    waiting = sa.select(jobs.Job.id).where(jobs.Job.task == TASK, jobs.Job.status.in_(("ready", "running"))).limit(1)
    if tx.execute(waiting).scalar() is not None:
        return None
    return jobs.enqueue(tx, TASK, {}, now, title="Match orders to customers", actor=actor.ref)
