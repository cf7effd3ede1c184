"""One open transaction as an action sees it: prepared statements, Core, ORM, and the events to be recorded."""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dashboard.kernel import outbox
from dashboard.kernel.statements import Prepared, Rows

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
    ends: the next free id of tables (and seq of events) as far as the actions of one commit know them; see statements.next_ids.
    """

    def __init__(self, connection: sa.Connection, *, guarded: bool = True, ends: dict[str, int] | None = None):
        self.connection = connection
        self.guarded = guarded
        self.ends: dict[str, int] = {} if ends is None else ends
        self.dialect = connection.dialect.name
        self.is_sqlite = self.dialect == "sqlite"
        self.raw: Any = connection.connection.cursor()
        self._orm: Session | None = None
        self._orm_undo: sa.NestedTransaction | None = None
        self._orm_depth = 0
        self._depth = 0
        self._events: list[tuple[Any, ...]] = []
        self._tallies: list[tuple[Rows, tuple[Any, ...], int]] = []
        self._before = 0 if guarded else self.raw.connection.total_changes

    def wrote(self, before: int | None = None) -> bool:
        """Unguarded: whether anything was written, since this transaction (or `before`, an earlier count of changes) began."""
        return self._orm is not None or self.raw.connection.total_changes != (self._before if before is None else before)

    @property
    def orm(self) -> Session:
        """A Session that undoes only its own work when a flush fails: the savepoint below it, not the transaction others are in."""
        self.ends.clear()
        if self._orm is None:
            self._orm_undo = self.connection.begin_nested()
            self._orm_depth = self._depth
            self._orm = Session(self.connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        return self._orm

    def run(self, statement: Prepared, **values: Any) -> Any:
        """Execute once; returns the DBAPI cursor (rows are plain tuples, `rowcount` counts changed rows)."""
        text, arrange, fixed = statement.on(self.dialect)
        self.raw.execute(text, arrange({**fixed, **values} if fixed else values))
        return self.raw

    def run_many(self, statement: Prepared, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute for each row; returns how many rows changed in all."""
        text, arrange, fixed = statement.on(self.dialect)
        many = [arrange({**fixed, **row} if fixed else row) for row in rows]
        if not many:
            return 0
        self.raw.executemany(text, many)
        return self.raw.rowcount

    def add(self, rows: Rows, values: Sequence[tuple[Any, ...]]) -> int:
        """Insert rows given as tuples in the order of the columns, in driver form; returns how many rows changed."""
        if not values:
            return 0
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
        self.ends.clear()
        if self._orm is not None:
            self._orm.flush()
        return self.connection.execute(statement, values)

    def record(self, event: Any, actor: Any, now: Any, **links: Any) -> None:
        """Keep the event for the log; it is written with the change, or not at all. See outbox.row."""
        self._events.append(outbox.row(event, actor, now, **links))

    def savepoint(self) -> contextlib.AbstractContextManager[None]:
        """Undo only what was written inside when it raises; the exception goes on."""
        return self._savepoint() if self.guarded else self._hoping()

    @contextlib.contextmanager
    def _hoping(self) -> Iterator[None]:
        before, kept = self.raw.connection.total_changes, (len(self._events), len(self._tallies))
        try:
            yield
            self.flush()
        except Exception as error:
            if self.wrote(before):
                raise Rewind from error
            self._forget(kept)
            raise

    @contextlib.contextmanager
    def _savepoint(self) -> Iterator[None]:
        name = f"inner_{self._depth}"  # a text the driver knows already: a new one would be prepared, and push others out
        self.raw.execute(f"SAVEPOINT {name}")
        kept = len(self._events), len(self._tallies)
        self._depth += 1
        try:
            yield
            self.flush()
            if self._orm_depth >= self._depth:
                self._end_orm()
        except BaseException:
            self._forget(kept)
            self._depth -= 1
            self._undo_to(name)
            raise
        self._depth -= 1
        self.raw.execute(f"RELEASE SAVEPOINT {name}")

    def _forget(self, kept: tuple[int, int]) -> None:
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
        """Write what is still in memory; returns how many events the transaction recorded."""
        self.flush()
        if self._tallies:
            self._write_tallies()
        count = len(self._events)
        if count:
            outbox.insert(self, self._events)
            self._events = []
        self._end_orm()
        return count

    def _write_tallies(self) -> None:
        sums: dict[Rows, dict[tuple[Any, ...], int]] = {}
        for rows, key, more in self._tallies:
            of_rows = sums.setdefault(rows, {})
            of_rows[key] = of_rows.get(key, 0) + more
        self._tallies = []
        for rows, of_rows in sums.items():
            self.add(rows, [(*key, more) for key, more in sorted(of_rows.items()) if more])
