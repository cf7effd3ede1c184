"""What a condition is: a name, the invariant it proves, and a way to list the rows that break it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Condition:
    """says: what must hold, in words. offending: (connection, most) -> at most that many rows that break it."""

    name: str
    invariant: str
    says: str
    offending: Callable[[sa.Connection, int], Rows]


def by_sql(name: str, invariant: str, says: str, sql: str, postgresql: str = "") -> Condition:
    """A condition whose offending rows one set query returns; the same text on SQLite and PostgreSQL, unless it is given another."""

    def offending(connection: sa.Connection, most: int) -> Rows:
        text = postgresql if postgresql and connection.dialect.name == "postgresql" else sql
        found = connection.execute(sa.text(f"SELECT * FROM ({text}) AS offending LIMIT :most"), {"most": most})
        return [dict(row._mapping) for row in found]

    return Condition(name, invariant, says, offending)


def by_walk(name: str, invariant: str, says: str, walk: Callable[[sa.Connection], Iterator[dict[str, Any]]]) -> Condition:
    """A condition that Python has to work out, row by row."""
    return Condition(name, invariant, says, lambda connection, most: list(islice(walk(connection), most)))
