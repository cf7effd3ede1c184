"""Prepared statements: Core compiled once per database and run on the driver's cursor.

A capture runs some fifteen statements; SQLAlchemy's execution path costs 25-60 microseconds for each, the driver 3-8.
Values must be what the driver stores: instants as microseconds, JSON as text.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

DIALECTS = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),
}


class Prepared:
    """A statement compiled on first use.

    Args: core: for both databases. Or texts per database, with :name (sqlite) and %(name)s (postgresql) parameters.
    """

    def __init__(self, core: Any = None, *, sqlite: str = "", postgresql: str = ""):
        self._core = core
        self._texts = {"sqlite": sqlite, "postgresql": postgresql}
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}

    def sql(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """The text and the values fixed in it."""
        found = self._compiled.get(dialect)
        if found is None:
            found = self._compiled[dialect] = self._compile(dialect)
        return found

    def bound(self, dialect: str, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        sql, fixed = self.sql(dialect)
        return sql, ({**fixed, **values} if fixed else values)

    def _compile(self, dialect: str) -> tuple[str, dict[str, Any]]:
        if self._core is None:
            return self._texts[dialect], {}
        compiled = self._core.compile(dialect=DIALECTS[dialect])
        return str(compiled), {name: value for name, value in compiled.params.items() if value is not None}


def insert_into(model: Any, *columns: str, returning: str | None = None) -> Prepared:
    """INSERT of exactly these columns, each bound by its own name."""
    table = model.__table__
    statement = sa.insert(table).values({name: sa.bindparam(name, type_=sa.types.NullType()) for name in columns})
    return Prepared(statement.returning(table.c[returning]) if returning else statement)


_next: dict[str, Prepared] = {}


def next_ids(tx: Any, table: str, count: int) -> list[int]:
    """Ids for `count` new rows, known before the insert so that all rows go out in one executemany.

    SQLite: the writer is alone in its transaction, so max + 1 is safe and gap-free. PostgreSQL: its sequence.
    """
    statement = _next.get(table)
    if statement is None:
        statement = _next[table] = Prepared(
            sqlite=f"SELECT coalesce(max(id), 0) + 1 FROM {table}",  # noqa: S608 (a table of ours, never input)
            postgresql=f"SELECT nextval('{table}_id_seq') FROM generate_series(1, %(count)s)",  # noqa: S608
        )
    if tx.is_sqlite:
        first = tx.run(statement).fetchone()[0]
        return list(range(first, first + count))
    return [row[0] for row in tx.run(statement, count=count).fetchall()]
