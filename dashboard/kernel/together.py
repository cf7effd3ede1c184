"""What the actions of one commit share on SQLite, where they run one after another and nobody else can write.

Ids that are free; rows that were read and have not changed since; and what still has to be written: rows that no statement of an order
looks at again, counters, events. Many orders' rows go out in one call per table, and a second order for the same goods reads nothing.
"""

from collections.abc import Sequence
from typing import Any

from dashboard.kernel.statements import Rows

Key = tuple[Any, ...]


class Together:
    """Attributes: ends: the next free id of tables, and seq of events. seen: {what: {key: rows}}. late: rows by their statement, in
    the order in which the tables were first written. written, waiting: how many changes of the connection were made for `late`, and
    how many rows were put there, since the transaction began.
    """

    __slots__ = ("ends", "events", "late", "seen", "tallies", "waiting", "written")

    def __init__(self) -> None:
        self.ends: dict[str, int] = {}
        self.seen: dict[str, dict[Any, Any]] = {}
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
        """The rows to be written now, counters last and in key order."""
        found = list(self.late.items())
        for rows, sums in self.tallies.items():
            found.append((rows, [(*key, more) for key, more in sorted(sums.items()) if more]))
        self.late, self.tallies = {}, {}
        return found

    def take_events(self) -> list[Any]:
        events, self.events = self.events, []
        return events
