"""The relay: reads the event log after the commit and hands it on, in order, to live screens, reactions and projections.

One thread per serving process, woken by commits of its own process and by a look at the log's end every 50 ms (other processes
write too, and a lost wake-up costs nothing else). Every process feeds its own listeners. On PostgreSQL, where transactions
commit in any order, the holder of an advisory lock numbers the committed events; only the holder dispatches. Should two
believe they hold it, the compare-and-set of each consumer's cursor lets one of them through. The holder seals the log too, in a
thread of its own that takes small bites: nobody waits for it.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from dashboard.kernel import clock, consumers, crash, outbox, seal
from dashboard.kernel.db import Database, db
from dashboard.kernel.leader import Leader
from dashboard.kernel.outbox import Recorded

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
BREATH_SECONDS = 0.015
SEAL_SECONDS = 0.8
LONGEST_PAUSE_SECONDS = 2.0
BATCH = 500

Listener = Callable[[Sequence[Recorded]], None]


class Relay:
    """Reads the log of one application. `start` begins at its present end; consumers go on where their cursors stand.

    Args: dispatched: called after new jobs were written (the runner's wake-up).
    """

    def __init__(self, database: Database, dispatched: Callable[[], None] = lambda: None):
        self.seq = 0
        self.leads = False
        self._database = database
        self._dispatched = dispatched
        self._listeners: list[Listener] = []
        self._consumers: list[consumers.Consumer] = []
        self._leader: Leader | None = None
        self._woken = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._sealer: threading.Thread | None = None
        self._stopped = threading.Event()

    def listen(self, listener: Listener) -> None:
        """Call the listener with every run of new events, in order, on the relay's thread. It must be quick and must not raise."""
        self._listeners.append(listener)

    def wake(self) -> None:
        self._woken.set()

    def start(self) -> None:
        with self._database.app.app_context():
            engine = db.engine
        self._leader = Leader(engine)
        self._consumers = consumers.all_of(self._database)
        with engine.connect() as connection:
            self.seq = outbox.position(connection).seq
        self._database.committed.append(self.wake)
        self._thread = threading.Thread(target=self._loop, args=(engine,), name="relay", daemon=True)
        self._thread.start()
        self._sealer = threading.Thread(target=self._seal, args=(engine,), name="sealer", daemon=True)
        self._sealer.start()

    def stop(self) -> None:
        """Hand on what is committed, then stop."""
        self._stopping = True
        self._stopped.set()
        self.wake()
        if self._sealer is not None:
            self._sealer.join(timeout=5)
            self._sealer = None
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._database.committed.remove(self.wake)
            self._thread = None

    def _loop(self, engine: sa.Engine) -> None:
        pause = POLL_SECONDS
        while not self._stopping:
            self._woken.wait(pause)
            self._woken.clear()
            try:
                pause = BREATH_SECONDS if self._pass(engine) else POLL_SECONDS
            except Exception as error:  # noqa: BLE001 (the database is away: try again until it is back)
                pause = min(max(pause, POLL_SECONDS) * 2, LONGEST_PAUSE_SECONDS)
                log.warning("the relay waits %.1f s: %s", pause, error)
            if pause == BREATH_SECONDS:
                time.sleep(BREATH_SECONDS)
        self._step_down()

    def _pass(self, engine: sa.Engine) -> int:
        """One look at the log; returns how many events were new."""
        assert self._leader is not None
        self.leads = self._leader.lead()
        if self.leads:
            self._leader.number(BATCH)
        with engine.connect() as connection:
            events = outbox.after(connection, self.seq, BATCH)
        if events:
            crash.point("relay_read")
            self.seq = events[-1].seq
            self._tell(events)
        if self.leads:
            self._dispatch(engine, events)
        return len(events)

    def _tell(self, events: Sequence[Recorded]) -> None:
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:
                log.exception("a listener of the relay failed")

    def _dispatch(self, engine: sa.Engine, events: Sequence[Recorded]) -> None:
        jobs = sum(consumer.advance(engine, events, self.seq) for consumer in self._consumers)
        if jobs:
            self._dispatched()

    def _seal(self, engine: sa.Engine) -> None:
        while not self._stopped.wait(SEAL_SECONDS):
            try:
                while self.leads and seal.extend(self._database, engine, clock.now(), breathe=self._breathe):
                    pass
            except Exception as error:  # noqa: BLE001 (the database is away: what is not sealed now is sealed later)
                log.warning("the seal waits: %s", error)

    def _breathe(self) -> None:
        self._stopped.wait(BREATH_SECONDS)

    def _step_down(self) -> None:
        assert self._leader is not None
        for consumer in self._consumers if self.leads else ():
            consumer.save()
        self._leader.resign()
        self.leads = False
