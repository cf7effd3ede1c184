"""The job of a bulk action: a few orders per transaction, with a rest in between for everybody else."""

import datetime as dt
import logging
import time
from dataclasses import replace

from dashboard.accounts import store as accounts
from dashboard.bulk import actions, store
from dashboard.bulk.actions import Progress
from dashboard.bulk.commands import AdvanceRun, StopRun
from dashboard.bulk.rules import ACTIONS
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.errors import Conflict, DomainError, Unavailable
from dashboard.kernel.jobs import Leased

log = logging.getLogger(__name__)

CLOCK = system("clock")
AT_ONCE = 10
"""Orders per transaction: whoever else writes waits at most for so many."""
REST = 1.0
"""How long it rests after a transaction, as a share of the time that took: the pages of this process have the machine meanwhile."""
TURN_SECONDS = 3.0
"""After so long another task has its turn."""


@jobs.task(actions.TASK)
def run_bulk(job: Leased) -> dict[str, int]:
    """Go on with a run from where it stands. Returns its counts."""
    run_id = job.payload["run_id"]
    with db.db.engine.connect() as connection:
        run = store.run(connection, run_id)
    actor = accounts.actor_of(run.actor_ref, clock.now())
    if actor is None or not actor.may(ACTIONS[run.action].permission):
        return _stop(run_id, f"{run.actor_name} may not do this any more.")
    ends = time.monotonic() + TURN_SECONDS
    while True:
        began = time.monotonic()
        moved = _advance(AdvanceRun(run_id, AT_ONCE, job.id), actor)
        if moved.over:
            return {"done": moved.done, "skipped": moved.skipped}
        now = time.monotonic()
        if now > ends:
            db.write(actions.go_on_later, run_id, actor, clock.now())
            return {"done": moved.done, "skipped": moved.skipped}
        time.sleep((now - began) * REST)


def _advance(command: AdvanceRun, actor: Actor) -> Progress:
    """The next few orders; where one of them fails as nobody foresaw, one by one, and that one is passed over."""
    try:
        return db.write(actions.advance_run, command, actor, clock.now())
    except (Unavailable, DomainError):
        raise
    except Exception:
        log.exception("orders of bulk action %d are done one by one", command.run_id)
    moved = Progress(False, 0, 0, 0)
    for _ in range(command.most):
        moved = moved if moved.over else _advance_by_one(replace(command, most=1), actor)
    return moved


def _advance_by_one(command: AdvanceRun, actor: Actor) -> Progress:
    try:
        return db.write(actions.advance_run, command, actor, clock.now())
    except (Unavailable, DomainError):
        raise
    except Exception:
        log.exception("an order of bulk action %d is passed over", command.run_id)
        return db.write(actions.pass_over, command, actor, clock.now())


def _stop(run_id: int, message: str) -> dict[str, int]:
    try:
        db.write(actions.stop_run, StopRun(run_id, message), CLOCK, clock.now())
    except Conflict:
        pass  # it has ended already
    return {}


@jobs.periodic("bulk.drafts", dt.timedelta(minutes=30))
def forget_drafts(_job: Leased) -> int:
    """Returns how many choices were forgotten that nobody acted upon."""
    count = 0
    while db.write(actions.forget_drafts, 1, CLOCK, clock.now()):
        count += 1
    return count
