"""One open transaction as an action sees it: prepared statements, Core, ORM, and the events to be recorded."""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dashboard.kernel import context, outbox
from dashboard.kernel.statements import Prepared, Rows
from dashboard.kernel.together import Together

_open = threading.local()


def transaction_open() -> bool:
    return getattr(_open, "depth", 0) > 0


@contextlib.contextmanager
def in_transaction() -> Iterator[None]:
    """Mark this thread as inside a transaction for the assertion of kernel.db."""
    _open.depth = getattr(_open, "depth", 0) + 1
    try:
        yield
    finally:
        _open.depth -= 1


class Rewind(BaseException):
    """Something was written and must be undone, but no savepoint was set: the writer starts the transaction again with savepoints.

    No Exception, so that no action can take it for a refusal.
    """


class Tx:
    """What an action writes with. `run` is the fast path; `orm` is a Session on the same connection, made when asked for.

    Attributes: raw: a DBAPI cursor on this transaction's connection. guarded: False leaves savepoints out and raises Rewind where
    one would have been needed. A savepoint makes SQLite copy every page it then changes, and few are ever rolled back to.
    together: what an unguarded action shares with the others of its commit; its part of it is closed to whoever takes `connection`
    or `orm`, because what goes on there is not seen here.
    """

    def __init__(self, connection: sa.Connection, *, guarded: bool = True, together: Together | None = None, raw: Any = None):
        self.guarded = guarded
        self.together = Together() if together is None else together
        self.ends = self.together.ends
        self.dialect = connection.dialect.name
        self.is_sqlite = self.dialect == "sqlite"
        self.raw: Any = connection.connection.cursor() if raw is None else raw
        self._connection = connection
        self._shares = not guarded
        self._orm: Session | None = None
        self._orm_undo: sa.NestedTransaction | None = None
        self._orm_depth = 0
        self._depth = 0
        self._events: list[outbox.Told] = []
        self._tallies: list[tuple[Rows, tuple[Any, ...], int]] = []
        self._before = 0 if guarded else self.changes()

    def changes(self) -> int:
        """How many rows the actions of this commit have changed, those that wait among them."""
        return self.raw.connection.total_changes - self.together.written + self.together.waiting

    def wrote(self, before: int | None = None) -> bool:
        """Unguarded: whether anything was written, since this transaction (or `before`, an earlier count of changes) began."""
        return self._orm is not None or self.changes() != (self._before if before is None else before)

    @property
    def connection(self) -> sa.Connection:
        """SQLAlchemy's, for reading with it."""
        if self._shares:
            self.settle()
            self._shares = False
        return self._connection

    @property
    def orm(self) -> Session:
        """A Session that undoes only its own work when a flush fails: the savepoint below it, not the transaction others are in."""
        connection = self.connection
        self.ends.clear()
        if self._orm is None:
            self._orm_undo = connection.begin_nested()
            self._orm_depth = self._depth
            self._orm = Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        return self._orm

    def seen(self, what: str) -> dict[Any, Any]:
        """Rows that were read and cannot have changed since, by their key; to be added to."""
        return self.together.seen.setdefault(what, {}) if self._shares else {}

    def fresh(self, what: str) -> dict[Any, Any]:
        """Rows that were added in this commit and wait to be written, by their key; to be added to."""
        return self.together.fresh.setdefault(what, {}) if self._shares else {}

    def settle(self) -> None:
        """Write what waits and forget what was seen: something is about to be changed.

        Raises: Rewind, when it cannot be written: it may be another action's.
        """
        if self.together.seen:
            self.together.seen.clear()
        self.write_late()

    def write_late(self) -> None:
        """Write what waits: something is about to look there. Raises: Rewind, as `settle` does."""
        together = self.together
        if not (together.late or together.tallies or together.events):
            return
        together.fresh.clear()
        before = self.raw.connection.total_changes
        try:
            self._write_waiting()
        except Exception as error:
            raise Rewind from error
        together.written += self.raw.connection.total_changes - before

    def _write_waiting(self) -> None:
        """With a cursor of its own: somebody may be reading from the other one."""
        reading, self.raw = self.raw, self.raw.connection.cursor()
        try:
            for rows, values in self.together.take_rows():
                if values:
                    self._insert(rows, values)
            if events := self.together.take_events():
                outbox.insert(self, events)
        finally:
            self.raw = reading

    def _make_way(self, statement: Prepared) -> None:
        """Let the statement see what it may look at, and nobody rely on what it may change."""
        if statement.apart:
            return
        if statement.only_reads:
            self.write_late()
        else:
            self.settle()

    def run(self, statement: Prepared, **values: Any) -> Any:
        """Execute once; returns the DBAPI cursor (rows are plain tuples, `rowcount` counts changed rows)."""
        self._make_way(statement)
        text, arrange, fixed = statement.on(self.dialect)
        self.raw.execute(text, arrange({**fixed, **values} if fixed else values))
        return self.raw

    def run_many(self, statement: Prepared, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute for each row; returns how many rows changed in all."""
        self._make_way(statement)
        text, arrange, fixed = statement.on(self.dialect)
        many = [arrange({**fixed, **row} if fixed else row) for row in rows]
        if not many:
            return 0
        self.raw.executemany(text, many)
        return self.raw.rowcount

    def add(self, rows: Rows, values: Sequence[tuple[Any, ...]]) -> int:
        """Insert rows given as tuples in the order of the columns, in driver form; returns how many rows changed.

        Those of a statement that may wait are written with others', and count as written.
        """
        if not values:
            return 0
        if rows.waits and self._shares:
            self.together.add(rows, values)
            return len(values)
        if not rows.apart:
            self.settle()
        return self._insert(rows, values)

    def _insert(self, rows: Rows, values: Sequence[tuple[Any, ...]]) -> int:
        self.raw.executemany(rows.sqlite if self.is_sqlite else rows.postgresql, values)
        return self.raw.rowcount

    def tally(self, rows: Rows, keys: Iterable[tuple[Any, ...]], more: int) -> None:
        """Add to counters that everybody changes: summed, in key order, as the last statement before the events.

        So they are locked for the shortest time, and two transactions never wait for each other's in a circle.
        Args: rows: an upsert whose columns are the key's and the number to add; it must be one object per table.
        """
        self._tallies += [(rows, key, more) for key in keys]

    def execute(self, statement: Any, values: Any = None) -> sa.CursorResult[Any]:
        """A Core statement by SQLAlchemy's own way, for what is not hot."""
        if isinstance(statement, sa.Select):
            self.write_late()
        else:
            self.settle()
            self.ends.clear()
        self.flush()
        return self._connection.execute(statement, values)

    def record(self, event: Any, actor: Any, now: Any, order_id: int | None = None) -> None:
        """Keep the event for the log; it is written with the change, or not at all. See outbox.row."""
        self._events.append(outbox.Told(event, actor, now, order_id, context.request_id()))

    def savepoint(self) -> contextlib.AbstractContextManager[None]:
        """Undo only what was written inside when it raises; the exception goes on."""
        return self._savepoint() if self.guarded else _Hoping(self)

    @contextlib.contextmanager
    def _savepoint(self) -> Iterator[None]:
        name = f"inner_{self._depth}"  # a text the driver knows already: a new one would be prepared, and push others out
        self.raw.execute(f"SAVEPOINT {name}")
        kept = self.kept()
        self._depth += 1
        try:
            yield
            self.flush()
            if self._orm_depth >= self._depth:
                self._end_orm()
        except BaseException:
            self.forget(kept)
            self._depth -= 1
            self._undo_to(name)
            raise
        self._depth -= 1
        self.raw.execute(f"RELEASE SAVEPOINT {name}")

    def kept(self) -> tuple[int, int]:
        """How much is to be written at the end."""
        return len(self._events), len(self._tallies)

    def forget(self, kept: tuple[int, int]) -> None:
        """What was to be written at the end and came after this."""
        events, tallies = kept
        del self._events[events:]
        del self._tallies[tallies:]

    def _undo_to(self, name: str) -> None:
        """Back to the savepoint. A Session that failed below it has undone more than that: the action as a whole must fail then."""
        if self._orm is not None and self._orm_depth > self._depth:
            self.abandon()
        elif self._orm is not None:
            self._orm.expunge_all()
            if self._orm_undo is None or not self._orm_undo.is_active:
                return
        self.ends.clear()
        self.raw.execute(f"ROLLBACK TO SAVEPOINT {name}")
        self.raw.execute(f"RELEASE SAVEPOINT {name}")

    def _end_orm(self) -> None:
        if self._orm is not None and self._orm_undo is not None:
            self._orm.flush()
            self._orm_undo.commit()
            self._orm.close()
        self._orm = self._orm_undo = None
        self._orm_depth = 0

    def abandon(self) -> None:
        """Drop the Session and what it wrote; for an action that failed."""
        if self._orm is not None and self._orm_undo is not None:
            self._orm.expunge_all()
            if self._orm_undo.is_active:
                self._orm_undo.rollback()
            self._orm.close()
        self._orm = self._orm_undo = None
        self._orm_depth = 0

    def flush(self) -> None:
        if self._orm is not None:
            self.ends.clear()
            self._orm.flush()

    def finish(self) -> int:
        """Write what is still in memory, or let it wait for the end of the commit; returns how many events the action recorded."""
        self.flush()
        count, together = len(self._events), self.together
        if self._tallies:
            together.count(self._tallies)
            self._tallies = []
        if count:
            together.events += self._events
            self._events = []
        if not self._shares:
            self._write_waiting()
        self._end_orm()
        if not self._shares:
            self.ends.clear()  # rows may have been added past us
        return count


class _Hoping:
    """In place of a savepoint: nothing is set, and who has written when it raises makes the whole commit run again."""

    __slots__ = ("_before", "_kept", "_tx")

    def __init__(self, tx: Tx):
        self._tx = tx

    def __enter__(self) -> None:
        self._before, self._kept = self._tx.changes(), self._tx.kept()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is None:
            self._tx.flush()
        elif issubclass(kind, Exception):
            if self._tx.wrote(self._before):
                raise Rewind from error
            self._tx.forget(self._kept)
