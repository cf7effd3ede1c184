"""The SQLite writer thread: takes what waits, runs one action after another, commits once.

Group commit: with FULL durability a commit costs one sync of the disk however many actions it holds. A failed action is undone
alone and its caller gets its error: most fail before they have written, and there is nothing to undo; when one fails later, the
whole group is rolled back and runs again with a savepoint for each action. When the commit itself fails, every caller of the
group gets Unavailable.
"""

import _queue
import contextlib
import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from dashboard.kernel import context, crash
from dashboard.kernel.errors import Unavailable
from dashboard.kernel.threads import OsThread, is_green, queue_of_work
from dashboard.kernel.together import Together
from dashboard.kernel.tx import Rewind, Tx, in_transaction

log = logging.getLogger(__name__)

MOST_PER_COMMIT = 64
MOST_SEEN = 1_500  # some 2 MB of balances and SKUs
COURTESY_SECONDS = 0.02
"""So long the writer waits for those it has answered to be on their way, before it begins the next group."""
# SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN: the transaction is lost, not one action.
OUTAGES = {5, 6, 7, 8, 10, 11, 13, 14}
SERVER_OUTAGES = {"08", "53", "57", "58"}  # connection, resources, operator intervention (a restart), system error
REFUSAL = "The database cannot take changes right now. Nothing was changed; try again in a moment."


class Job:
    """Work somebody waits for: a future that costs one lock, where concurrent.futures' costs a condition and a list of waiters."""

    __slots__ = ("_done", "error", "once", "request_id", "turns", "value", "waited", "work")

    def __init__(self, work: Callable[[Tx], Any], *, once: bool = False):
        self.work, self.once = work, once
        self.request_id = context.request_id()
        self.value: Any = None
        self.error: BaseException | None = None
        self.turns: Turns | None = None
        self.waited = False
        self._done = threading.Lock()
        self._done.acquire()

    def settle(self) -> None:
        """Let those go on who wait for it; once."""
        self._done.release()

    def result(self, seconds: float = -1) -> Any:
        """What the work returned, once it is committed.

        Raises: what the work raised; Unavailable, when nothing could be committed; TimeoutError, after `seconds`.
        """
        error = self.exception(seconds)
        if error is not None:
            raise error
        return self.value

    def exception(self, seconds: float = -1) -> BaseException | None:
        """Wait, and return what `result` would raise."""
        self.waited = True
        if not self._done.acquire(timeout=seconds):
            self.waited = False
            if not self._done.acquire(blocking=False):  # else it was settled just now, by somebody who relies on us
                raise TimeoutError(f"not written within {seconds} s")
        self._done.release()
        turns, self.turns = self.turns, None
        if turns is not None:
            turns.go_on()
        return self.error


class Turns:
    """The jobs of a committed group. Whoever goes on lets the next one go on: they answer in the order in which they asked.

    Woken all at once, they are run in any order, and who asked first is as likely as not answered last: that made a request in a
    hundred wait twice as long as half of them.
    """

    def __init__(self, jobs: Iterable[Job]):
        self._jobs = deque(jobs)
        self._over = threading.Event()
        for job in self._jobs:
            job.turns = self

    def go_on(self) -> None:
        """Settle the next job, and those behind it up to one that somebody waits for."""
        with contextlib.suppress(IndexError):
            while True:
                job = self._jobs.popleft()
                job.settle()
                if job.waited:
                    return
        self._over.set()

    def wait_over(self, seconds: float) -> bool:
        """Wait until everybody has gone on, at most so long; returns whether they have."""
        return self._over.wait(seconds)


class Writer:
    """One thread, one connection, one transaction at a time."""

    def __init__(self, engine: sa.Engine, committed: Callable[[], None]):
        self._engine = engine
        self._committed = committed
        self._queue: _queue.SimpleQueue[Job | None] = queue_of_work()
        self._next: Job | None = None
        self._stopping = self._closed = False
        self._together = Together()
        self._version: int | None = None
        self._answering: Turns | None = None
        self._door = threading.Lock()
        self._thread = OsThread("writer", self._loop)

    def submit(self, work: Callable[[Tx], Any], *, once: bool = False) -> Job:
        """Args: once: the work keeps things in memory and must not run again: it gets savepoints and a commit of its own.

        Raises (in the job's result): Unavailable, once the writer is closed.
        """
        job = Job(work, once=once)
        with self._door:
            if not self._closed:
                self._queue.put(job)
                return job
        job.error = Unavailable(REFUSAL)
        job.settle()
        return job

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout=10)
        self._engine.dispose()

    def _loop(self) -> None:
        while not self._stopping:
            first, self._next = self._next or self._queue.get(), None
            if first is None:
                return
            self._let_go_first()
            self._commit_group(self._group(first))

    def _let_go_first(self) -> None:
        """Those who have been answered are sent on before the next ones are written: they have waited longest, and what they ask next
        joins the group. Groups of all who are there cost each of them least."""
        turns, self._answering = self._answering, None
        if turns is not None and not is_green():
            turns.wait_over(COURTESY_SECONDS)

    def _group(self, first: Job) -> Iterator[Job]:
        """The first job and what waits behind it, taken one by one while the transaction runs."""
        yield first
        for _ in range(0 if first.once else MOST_PER_COMMIT - 1):
            try:
                job = self._queue.get_nowait()
            except _queue.Empty:
                return
            if job is None:
                self._stopping = True
                return
            if job.once:
                self._next = job
                return
            yield job

    def _commit_group(self, jobs: Iterator[Job]) -> None:
        first = next(jobs)
        taken = [first]  # before the transaction begins: it may not even do that
        try:
            try:
                events = self._transaction(itertools.chain([first], _noted(jobs, taken)), guarded=first.once)
            except Rewind:
                events = self._transaction(iter(taken), guarded=True)
        except BaseException as error:  # noqa: BLE001 (the thread must live on; its callers get the error)
            self._refuse(taken, error)
            return
        self._answering = Turns(job for job in taken if job.error is None)
        self._thread.hand_back(self._answering.go_on)
        if events:
            self._thread.hand_back(self._committed)

    def _transaction(self, jobs: Iterator[Job], *, guarded: bool) -> int:
        """Run the jobs and commit. Returns how many events they recorded.

        Raises: Rewind, unguarded, when a job failed after it had written.
        """
        events = 0
        together, self._together = self._together, Together()  # for good, unless all goes well
        with self._engine.connect() as connection, in_transaction():
            with connection.begin():
                cursor = connection.connection.cursor()
                if self._is_old(together, cursor) or guarded:
                    together = Together()
                for job in jobs:
                    if job.error is None:
                        events += self._run(Tx(connection, guarded=guarded, together=together, raw=cursor), job)
                        crash.point("writer_group")
                Tx(connection, guarded=guarded, together=together, raw=cursor).write_late()
                crash.point("before_commit")
            crash.point("after_commit")
        if not guarded:
            self._together = together
        return events

    def _is_old(self, together: Together, cursor: Any) -> bool:
        """Whether another process has written since what is known was read, or it is too much to keep."""
        before, self._version = self._version, cursor.execute("PRAGMA data_version").fetchone()[0]
        return before != self._version or sum(map(len, together.seen.values())) > MOST_SEEN

    def _run(self, tx: Tx, job: Job) -> int:
        """Run one action; what it wrote is undone when it fails. Returns how many events it recorded."""
        cursor = tx.raw
        context.set_request_id(job.request_id)
        if tx.guarded:
            cursor.execute("SAVEPOINT action")
        try:
            job.value = job.work(tx)
            events = tx.finish()
        except Exception as error:
            if is_outage(error):
                raise
            if tx.guarded:
                tx.abandon()
                cursor.execute("ROLLBACK TO SAVEPOINT action")
                cursor.execute("RELEASE SAVEPOINT action")
            elif tx.wrote():
                raise Rewind from error
            tx.write_late()  # so that the tables say which ids are free
            tx.ends.clear()
            self._fail(job, error)
            return 0
        if tx.guarded:
            cursor.execute("RELEASE SAVEPOINT action")
        return events

    def _fail(self, job: Job, error: BaseException) -> None:
        job.error = error
        self._thread.hand_back(job.settle)

    def _refuse(self, jobs: list[Job], error: BaseException) -> None:
        log.error("a group of %d writes failed: %s", len(jobs), error)
        for job in jobs:
            if job.error is None:
                refusal = Unavailable(REFUSAL)
                refusal.__cause__ = error
                self._fail(job, refusal)


def _noted(jobs: Iterator[Job], taken: list[Job]) -> Iterator[Job]:
    """The jobs, each kept in `taken` before it is run."""
    for job in jobs:
        taken.append(job)
        yield job


def is_outage(error: BaseException) -> bool:
    """Whether the database itself is away, full or locked: by SQLite's codes, or PostgreSQL's class 08, 53, 57, 58 (or no answer)."""
    original = getattr(error, "orig", error)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in OUTAGES
    if not isinstance(error, OperationalError):
        return False
    state = getattr(original, "sqlstate", None)
    return hasattr(original, "sqlstate") and (state is None or state[:2] in SERVER_OUTAGES)
