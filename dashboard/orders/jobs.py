"""What orders do by the clock: holds end on their date, dead letters become exceptions."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.jobs import Job, Leased
from dashboard.kernel.tx import Tx
from dashboard.orders import actions
from dashboard.orders.commands import OpenException

CLOCK = system("clock")


@jobs.periodic("orders.due_holds", dt.timedelta(minutes=1))
def release_due_holds(_job: Leased) -> int:
    return db.write(actions.due_holds, None, CLOCK, clock.now())


@jobs.periodic("orders.dead_letters", dt.timedelta(minutes=1))
def report_dead_letters(_job: Leased) -> int:
    return db.write(open_dead_letters, None, CLOCK, clock.now())


def open_dead_letters(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """Put every job that was given up into the queue, once. Returns how many are new."""
    dead = tx.execute(sa.select(Job.id, Job.task, Job.error, Job.attempts).where(Job.status == "dead").order_by(Job.id).limit(200)).all()
    opened = [
        actions.open_exception(
            tx,
            OpenException(
                "dead_letter",
                f"Job {job.id} ({job.task}) was given up after {job.attempts} attempts",
                facts={"error": (job.error or "")[-400:]},
                key=f"dead_letter:{job.id}",
            ),
            actor,
            now,
        )
        for job in dead
    ]
    return sum(found is not None for found in opened)
