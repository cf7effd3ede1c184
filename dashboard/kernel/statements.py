"""Prepared statements: Core compiled once per database and run on the driver's cursor.

A capture runs some fifteen statements; SQLAlchemy's execution path costs 25-60 microseconds for each, the driver 3-8.
Values must be what the driver stores: instants as microseconds, JSON as text.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),
}
NAME = re.compile(r"'[^']*'|(?<!:):([a-z_][a-z0-9_]*)")

Values = Mapping[str, Any]


class Ready(NamedTuple):
    """A statement for one database. arrange: from values by name to what the driver wants; fixed: values that are part of it."""

    text: str
    arrange: Callable[[Values], Any]
    fixed: dict[str, Any]


class Prepared:
    """A statement compiled on first use.

    Args: core: for both databases. Or texts per database, with :name (sqlite) and %(name)s (postgresql) parameters. apart: it reads no
    table whose rows may wait, and changes nothing that is kept as seen; see together.py.
    Attributes: only_reads: it changes nothing at all.
    """

    def __init__(self, core: Any = None, *, sqlite: str = "", postgresql: str = "", apart: bool = False):
        self.apart = apart
        self.only_reads = sqlite.startswith("SELECT ")
        self._core = core
        self._texts = {"sqlite": sqlite, "postgresql": postgresql}
        self._ready: dict[str, Ready] = {}

    def on(self, dialect: str) -> Ready:
        found = self._ready.get(dialect)
        if found is None:
            found = self._ready[dialect] = self._compile(dialect)
        return found

    def _compile(self, dialect: str) -> Ready:
        text, fixed = self._texts[dialect], {}
        if self._core is not None:
            compiled = self._core.compile(dialect=DIALECTS[dialect])
            text, fixed = str(compiled), {name: value for name, value in compiled.params.items() if value is not None}
        return _by_place(text, fixed) if dialect == "sqlite" else Ready(text, _as_given, fixed)


def _as_given(values: Values) -> Values:
    return values


def _by_place(text: str, fixed: dict[str, Any]) -> Ready:
    """SQLite's driver looks up every named value in turn; by place it takes half the time. A name used twice is bound once."""
    names: list[str] = []

    def mark(found: re.Match[str]) -> str:
        name = found.group(1)
        if name is None:
            return found.group()
        if name not in names:
            names.append(name)
        return f"?{names.index(name) + 1}"

    text = NAME.sub(mark, text)
    if len(names) > 1:
        return Ready(text, operator.itemgetter(*names), fixed)
    return Ready(text, lambda values: tuple(values[name] for name in names), fixed)


def run(connection: Any, statement: Prepared, **values: Any) -> Any:
    """Execute on a reader's connection; returns the DBAPI cursor. In a transaction, `Tx.run` is the way."""
    text, arrange, fixed = statement.on(connection.dialect.name)
    cursor = connection.connection.cursor()
    cursor.execute(text, arrange({**fixed, **values} if fixed else values))
    return cursor


def insert_into(model: Any, *columns: str, zero: Iterable[str] = (), returning: str | None = None) -> Prepared:
    """INSERT of exactly these columns, each bound by its own name; those of `zero` are 0 in every new row."""
    table = model.__table__
    values: dict[str, Any] = {name: sa.bindparam(name, type_=sa.types.NullType()) for name in columns}
    statement = sa.insert(table).values(values | dict.fromkeys(zero, sa.text("0")))
    return Prepared(statement.returning(table.c[returning]) if returning else statement)


class Rows:
    """An INSERT whose values come as tuples in the order of the columns: the cheapest way to write a row. See `Tx.add`.

    Attributes: table: its name; waits: the rows may be written later in the commit, with others'; apart: as in Prepared.
    """

    def __init__(self, table: str, columns: Iterable[str], zero: Iterable[str] = ()):
        columns, zero = tuple(columns), tuple(zero)
        self.table, self.columns = table, columns
        self.waits = self.apart = False
        head = f"INSERT INTO {table} ({', '.join((*columns, *zero))}) VALUES "  # noqa: S608 (names of ours, never input)
        sqlite, postgresql = ("(" + ", ".join((mark,) * len(columns) + ("0",) * len(zero)) + ")" for mark in ("?", "%s"))
        self.sqlite, self.postgresql = head + sqlite, head + postgresql

    def waiting(self) -> "Rows":
        """The same INSERT for rows that nothing looks at before the commit, or only what makes them be written first."""
        self.waits = True
        return self

    def standing_apart(self) -> "Rows":
        """The same INSERT for a table that nothing which waits refers to, and of which nothing is kept as seen."""
        self.apart = True
        return self

    def on_conflict(self, what: str) -> "Rows":
        """The same INSERT with what is to be done about a row that is there."""
        self.sqlite, self.postgresql = (f"{text} ON CONFLICT {what}" for text in (self.sqlite, self.postgresql))
        return self


def rows_into(model: Any, *columns: str, zero: Iterable[str] = ()) -> Rows:
    """INSERT of exactly these columns, in this order; those of `zero` are 0 in every new row."""
    table = model.__table__
    unknown = {*columns, *zero} - set(table.c.keys())
    if unknown:
        raise ValueError(f"{table.name} has no {', '.join(sorted(unknown))}")
    return Rows(table.name, columns, zero)


_next: dict[str, Prepared] = {}


def next_ids(tx: Any, table: str, count: int) -> Sequence[int]:
    """Ids for `count` new rows, known before the insert so that all rows go out in one executemany.

    SQLite: the writer is alone in its transaction, so max + 1 is safe and gap-free; it is asked once for all actions that are
    committed together. PostgreSQL: its sequence.
    """
    statement = _next.get(table)
    if statement is None:
        statement = _next[table] = Prepared(
            sqlite=f"SELECT coalesce(max(id), 0) + 1 FROM {table}",  # noqa: S608 (a table of ours, never input)
            postgresql=f"SELECT nextval('{table}_id_seq') FROM generate_series(1, %(count)s)",  # noqa: S608
            apart=True,  # while rows of this table wait, their ids are known
        )
    if tx.is_sqlite:
        first = tx.ends.get(table)
        if first is None:
            first = tx.run(statement).fetchone()[0]
        tx.ends[table] = first + count
        return range(first, first + count)
    return [row[0] for row in tx.run(statement, count=count).fetchall()]
