"""Running leased jobs: a reaction and its job's end in one transaction; a task between transactions of its own."""

import logging
import threading
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import flask

from dashboard.kernel import clock, crash, db, jobs, leases, outbox
from dashboard.kernel.errors import DomainError, Unavailable
from dashboard.kernel.jobs import Leased
from dashboard.kernel.leases import LostLease

log = logging.getLogger(__name__)

REACTIONS_PER_LEASE = 32


class Work:
    """What one worker process holds and runs. Call inside an application context."""

    def __init__(self, app: flask.Flask, worker: str):
        self._app = app
        self._worker = worker
        self._held: set[int] = set()
        self._lock = threading.Lock()

    def take(self, reactions: bool) -> int:
        """Lease what is due and run it; returns how many jobs that were."""
        count = REACTIONS_PER_LEASE if reactions else 1
        leased = db.write(lambda tx: leases.lease(tx, self._worker, clock.now(), count, reactions=reactions))
        with self._lock:
            self._held.update(job.id for job in leased)
        if leased:
            crash.point("job_leased")
        try:
            self._react(leased) if reactions else self._do(leased)
        finally:
            with self._lock:
                self._held.difference_update(job.id for job in leased)
        return len(leased)

    def keep_leases(self) -> None:
        with self._lock:
            held = sorted(self._held)
        if held:
            with self._app.app_context():
                db.write(lambda tx: leases.keep(tx, held, self._worker, clock.now()))

    def _do(self, leased: list[Leased]) -> None:
        for job in leased:
            self._settle(job, partial(self._run_task, job))

    def _run_task(self, job: Leased) -> None:
        run = jobs.TASKS.get(job.task)
        if run is None:
            raise LookupError(f"nobody here knows the task {job.task!r}")
        result = run(job)
        db.write(lambda tx: leases.finish(tx, job, result, clock.now()))

    def _react(self, leased: list[Leased]) -> None:
        """On SQLite all of them go to the writer at once: one commit for many, each in a savepoint of its own."""
        database = db.database()
        if not database.is_sqlite:
            for job in leased:
                self._settle(job, partial(database.write, self._reaction(job)))
            return
        waiting = [(job, database.submit(self._reaction(job))) for job in leased if not _is_worn_out(job)]
        for job, future in waiting:
            self._settle(job, future.result)
        for job in leased:
            if _is_worn_out(job):
                self._settle(job, lambda: None)

    def _reaction(self, job: Leased) -> Callable[[Any], None]:
        def run(tx: Any) -> None:
            leases.finish_reaction(tx, job)
            recorded = _event(tx, job.payload["seq"])
            function = outbox.reaction_named(recorded.type, job.payload["function"])
            if function is None:
                raise LookupError(f"nobody here knows the reaction {job.payload['function']!r}")
            function(tx, recorded, clock.now())
            crash.point("reaction_done")

        return run

    def _settle(self, job: Leased, run: Callable[[], Any]) -> None:
        """Run it; a failure is kept with the job and tried again later."""
        try:
            if _is_worn_out(job):
                raise RuntimeError("the process died each time this job ran")
            run()
            crash.point("job_settled")
        except LostLease:
            log.info("job %s went to another worker", job.id)
        except Unavailable:
            raise  # the database is away: the lease ends by itself and no attempt is blamed on the job
        except Exception as error:  # noqa: BLE001 (whatever a job does, the others go on)
            self._fail(job, error)

    def _fail(self, job: Leased, error: Exception) -> None:
        hopeless = isinstance(error, jobs.Hopeless)
        try:
            status = db.write(lambda tx: leases.fail(tx, job, _said(error), clock.now(), hopeless=hopeless))
        except LostLease:
            return
        log.log(logging.ERROR if status == "dead" else logging.WARNING, "job %s (%s) is %s: %s", job.id, job.task, status, error)


def _said(error: Exception) -> str:
    if isinstance(error, DomainError):
        return error.message
    return str(error) if isinstance(error, jobs.Failed) else "".join(traceback.format_exception(error))[-4000:]


def _is_worn_out(job: Leased) -> bool:
    return job.attempts > leases.MOST_ATTEMPTS


def _event(tx: Any, seq: int) -> outbox.Recorded:
    found = outbox.after(tx.connection, seq - 1, 1)
    if not found or found[0].seq != seq:
        raise LookupError(f"event {seq} is not in the log")
    return found[0]
