"""What a file has said already: keys on disk, so that a file of any size is looked through in flat memory."""

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from dashboard.kernel.engines import sqlite


class Repeats:
    """Open with `repeats(folder)`."""

    def __init__(self, connection: sqlite.Connection):
        self._db = connection

    def first(self, line: int, keys: Sequence[str]) -> int | None:
        """Note what this line is about. Returns the earlier line about the same; None when it is the first."""
        for key in keys:
            before = self._db.execute("SELECT line FROM said WHERE key = ?", (key,)).fetchone()
            if before is not None:
                return before[0]
        self._db.executemany("INSERT INTO said (key, line) VALUES (?, ?)", [(key, line) for key in keys])
        return None


@contextlib.contextmanager
def repeats(folder: Path) -> Iterator[Repeats]:
    """folder: room for the file."""
    with tempfile.TemporaryDirectory(prefix="repeats-", dir=folder) as room:
        connection = sqlite.connect(Path(room) / "said.sqlite3", isolation_level=None)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -4000"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("CREATE TABLE said (key TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID")
            connection.execute("BEGIN")
            yield Repeats(connection)
        finally:
            connection.close()
