"""What the actions of one commit share on SQLite, where they run one after another and nobody else can write.

Ids that are free; rows that were read and have not changed since; and what still has to be written: rows that no statement of an order
looks at again, counters, events. Many orders' rows go out in one call per table, and a second order for the same goods reads nothing.

What keeps this true: before any statement that is not marked as standing apart from it, what waits is written, and what was seen is
forgotten unless the statement only reads (Tx.run). What was seen, and which ids are free, outlives the commit: until one fails, or
another process writes.
"""

import functools
from collections.abc import Sequence
from typing import Any

from dashboard.kernel.columns import Base
from dashboard.kernel.statements import Rows

Key = tuple[Any, ...]
Seen = dict[str, dict[Any, Any]]


@functools.cache
def _place(table: str) -> int:
    """Where a table stands among all, each behind those it refers to."""
    return next(at for at, found in enumerate(Base.metadata.sorted_tables) if found.name == table)


class Together:
    """Attributes: ends: the next free id of tables, and seq of events. seen: {what: {key: rows}} as they are in their tables. fresh: the
    same of rows that wait. late: rows that wait, by their statement. waiting: how many were put there since the transaction began;
    written: how many changes of the connection were made for them.
    """

    __slots__ = ("ends", "events", "fresh", "late", "seen", "tallies", "waiting", "written")

    def __init__(self) -> None:
        self.ends: dict[str, int] = {}
        self.seen: Seen = {}
        self.fresh: Seen = {}
        self.late: dict[Rows, list[Key]] = {}
        self.tallies: dict[Rows, dict[Key, int]] = {}
        self.events: list[Any] = []
        self.written = self.waiting = 0

    def add(self, rows: Rows, values: Sequence[Key]) -> None:
        found = self.late.get(rows)
        if found is None:
            found = self.late[rows] = []
        found.extend(values)
        self.waiting += len(values)

    def count(self, tallies: list[tuple[Rows, Key, int]]) -> None:
        for rows, key, more in tallies:
            sums = self.tallies.setdefault(rows, {})
            sums[key] = sums.get(key, 0) + more

    def take_rows(self) -> list[tuple[Rows, list[Key]]]:
        """The rows to be written now: tables before those that refer to them, counters last and in key order."""
        found = sorted(self.late.items(), key=lambda one: _place(one[0].table))
        for rows, sums in self.tallies.items():
            found.append((rows, [(*key, more) for key, more in sorted(sums.items()) if more]))
        self.late, self.tallies = {}, {}
        return found

    def take_events(self) -> list[Any]:
        events, self.events = self.events, []
        return events
