"""Consumers of the log: each has a cursor that moves in the same transaction as what it does, so each event counts once.

Reactions become jobs, one per event and function. A projection keeps a table that follows from the log (a search index, a rollup):

    @consumers.projection("order_search", OrderPlaced, OrderChanged)
    def index_orders(tx, events): ...
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel import clock, crash, jobs, outbox
from dashboard.kernel.db import Database
from dashboard.kernel.outbox import REACTIONS, Meta, Recorded
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

log = logging.getLogger(__name__)

BATCH = 500
MOST_WAITING = 5_000
BITE = 50
"""Events of one step of a projection that may be behind: nobody who writes meanwhile waits for more than that."""
SAVE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0

_MOVE = Prepared(
    sqlite="UPDATE meta SET value = :seq WHERE key = :key AND value = :stored",
    postgresql="UPDATE meta SET value = %(seq)s WHERE key = %(key)s AND value = %(stored)s",
    apart=True,
)

Step = Callable[[Tx, Sequence[Recorded]], Any]


class Projection(NamedTuple):
    """every: seconds a step waits for more events, so that many cost little more than a few."""

    step: Step
    types: frozenset[str] | None
    every: float = 0.0


PROJECTIONS: dict[str, Projection] = {}


def projection(name: str, *event_types: type, every: float = 0.0) -> Callable[[Step], Step]:
    """Register `function(tx, events)`, called with runs of these events (all, if none are named), each exactly once, in order.

    Args: every: how many seconds its table may be behind, for one that many events at once are cheaper for.
    """

    def add(function: Step) -> Step:
        types = frozenset(event_type.__name__ for event_type in event_types) or None
        PROJECTIONS[name] = Projection(function, types, every)
        return function

    return add


def skip_to_end(tx: Tx) -> None:
    """Let every consumer begin behind what is in the log now: for a loader that has done its own following work."""
    end = tx.execute(sa.text("SELECT coalesce(max(seq), 0) FROM event")).scalar_one()
    for name in ("reactions", *PROJECTIONS):
        tx.execute(sa.delete(Meta).where(Meta.key == _key(name)))
        tx.execute(sa.insert(Meta).values(key=_key(name), value=str(end)))


def all_of(database: Database) -> list["Consumer"]:
    found = [Consumer(database, "reactions", _write_jobs, lambda: REACTIONS.keys())]
    for name, (step, types, every) in PROJECTIONS.items():
        found.append(Consumer(database, name, step, None if types is None else partial(frozenset, types), every))
    return found


class Consumer:
    """One reader of the log. A step that fails is tried again later and holds up nobody else.

    Args: wanted: gives the names of the event types the step is called with; None for all. every: seconds between two steps.
    """

    def __init__(self, database: Database, name: str, step: Step, wanted: Callable[[], Any] | None, every: float = 0.0):
        self.name = name
        self.seq: int | None = None
        self._database, self._step, self._wanted = database, step, wanted
        self._every = every
        self._most = BITE if every else MOST_WAITING
        self._waiting: list[Recorded] = []
        self._stored = 0
        self._saved_at = time.monotonic()
        self._failures = 0
        self._again_at = 0.0

    def advance(self, engine: sa.Engine, news: Sequence[Recorded], end: int) -> int:
        """Take what is new up to `end`. Returns how many rows the steps reported (jobs written).

        Args: news: events just read by the relay; used when they continue the cursor, else the log is read.
        """
        if time.monotonic() < self._again_at:
            return 0
        try:
            done = self._catch_up(engine, news, end)
        except Exception as error:
            self._failures += 1
            self._again_at = time.monotonic() + min(0.1 * 2**self._failures, LONGEST_PAUSE_SECONDS)
            self.seq = None
            self._waiting = []
            log.exception("%s stands still after %d failures: %s", self.name, self._failures, error)
            return 0
        self._failures = 0
        return done

    def _catch_up(self, engine: sa.Engine, news: Sequence[Recorded], end: int) -> int:
        if self.seq is None:
            self.seq = self._stored = self._load(engine)
        done = 0
        while self.seq < end:
            if news and news[0].seq == self.seq + 1:
                events, news = news, ()
            else:
                with engine.connect() as connection:
                    events = outbox.after(connection, self.seq, BATCH)
            if not events:
                break
            done += self._take(events)
        if self._waiting and time.monotonic() - self._saved_at >= self._every:
            done += self._step_on(self.seq)
        if self._stored < self.seq and not self._waiting and time.monotonic() - self._saved_at > SAVE_SECONDS:
            self.save()
        return done

    def _take(self, events: Sequence[Recorded]) -> int:
        last = events[-1].seq
        types = self._wanted() if self._wanted else None
        self._waiting += [event for event in events if types is None or event.type in types]
        due = not self._every or len(self._waiting) >= MOST_WAITING or time.monotonic() - self._saved_at >= self._every
        done = self._step_on(last) if self._waiting and due else 0
        self.seq = last
        return done

    def _step_on(self, last: int) -> int:
        """Do the step for what waits. The events wait on when it fails; the cursor is then read again, and they with it."""
        done = 0
        while self._waiting:
            bite, rest = self._waiting[:self._most], self._waiting[self._most:]
            done += self._bite(bite, bite[-1].seq if rest else last)
            self._waiting = rest
        return done

    def _bite(self, events: Sequence[Recorded], last: int) -> int:
        done = self._database.write(lambda tx: self._step_and_move(tx, events, last)) or 0
        crash.point("relay_dispatched")
        self._stored, self._saved_at = last, time.monotonic()
        return done

    def _step_and_move(self, tx: Tx, wanted: Sequence[Recorded], last: int) -> Any:
        self._move(tx, last)
        crash.point("relay_moved")
        return self._step(tx, wanted)

    def _move(self, tx: Tx, seq: int) -> None:
        """Raises: RuntimeError, when another process moved this cursor: what was to be done here is done."""
        if tx.run(_MOVE, key=_key(self.name), stored=str(self._stored), seq=str(seq)).rowcount != 1:
            raise RuntimeError(f"the cursor of {self.name} is no longer at {self._stored}")

    def save(self) -> None:
        """Keep how far the cursor is, where nothing was wanted since it was kept last."""
        seq = self.seq
        if seq is not None and self._waiting:
            self._step_on(seq)
        elif seq is not None and seq > self._stored:
            self._database.write(lambda tx: self._move(tx, seq))
            self._stored, self._saved_at = seq, time.monotonic()

    def _load(self, engine: sa.Engine) -> int:
        query = sa.select(Meta.value).where(Meta.key == _key(self.name))
        with engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            self._database.write(lambda tx: tx.execute(_if_new(tx, {"key": _key(self.name), "value": "0"})) and None)
            return 0
        return int(found)


def _key(name: str) -> str:
    return f"cursor:{name}"


def _if_new(tx: Tx, values: dict[str, Any]) -> Any:
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    return dialect.insert(Meta.__table__).values(values).on_conflict_do_nothing()


def _write_jobs(tx: Tx, events: Sequence[Recorded]) -> int:
    now = clock.now()
    rows = [_job(event, function, now) for event in events for function in outbox.reactions_to(event)]
    return jobs.enqueue_reactions(tx, rows)


def _job(event: Recorded, function: Callable[..., Any], now: dt.datetime) -> dict[str, Any]:
    name = outbox.name_of(function)
    return jobs.reaction_row(event.seq, name, now)
