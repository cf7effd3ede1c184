"""The staging file: a file's rows on disk, so that a file of any size is sorted and grouped in flat memory.

Rows of one order must be taken together, but a file may scatter them, and a history must be taken in order of time. So every row
is first written to a temporary SQLite file beside the instance, then read back in the order it is taken.
"""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.channels.reading import Record
from dashboard.channels.rows import Problem, Row
from dashboard.kernel.engines import sqlite

SCATTERED = 500
"""A document whose rows stand among more than so many others' rows is taken whole at its first row."""
WRITE_AT_ONCE = 2000

_SCHEMA = """
CREATE TABLE row (line INTEGER PRIMARY KEY, doc TEXT NOT NULL, at INTEGER, class TEXT NOT NULL, then_ TEXT NOT NULL,
  field_values TEXT NOT NULL, cells TEXT NOT NULL);
CREATE TABLE problem (line INTEGER PRIMARY KEY, external_id TEXT NOT NULL, class TEXT NOT NULL, field TEXT NOT NULL,
  reason TEXT NOT NULL, cells TEXT NOT NULL);
"""
_SPOILED = """
INSERT OR IGNORE INTO problem (line, external_id, class, field, reason, cells)
SELECT r.line, p.external_id, r.class, '', 'line ' || p.line || ' of the same document is refused: ' || p.reason, r.cells
FROM (SELECT external_id, min(line) AS line, reason FROM problem WHERE external_id <> '' GROUP BY external_id) p
JOIN row r ON r.doc IN ('order_line:' || p.external_id, 'return_line:' || p.external_id);
DELETE FROM row WHERE line IN (SELECT line FROM problem);
"""
_STEPS = """
CREATE TABLE step AS
WITH ranked AS (SELECT line, doc, row_number() OVER (ORDER BY {order}) AS place FROM row),
  spread AS (SELECT doc, min(place) AS first, max(place) AS last, count(*) AS rows FROM ranked GROUP BY doc)
SELECT r.line, CASE WHEN {whole} THEN s.first ELSE r.place END AS place, CASE WHEN {whole} THEN s.first ELSE s.last END AS last
FROM ranked r JOIN spread s USING (doc);
CREATE INDEX step_place ON step (place, line);
"""


class Step(NamedTuple):
    """A row in the order rows are taken. doc: which document it belongs to; last: place of the document's last row."""

    place: int
    last: int
    doc: str
    row: Row
    cells: list[str]


class Staging:
    """Open with `staging(folder)`."""

    def __init__(self, connection: Any):
        self._db = connection
        self._rows: list[tuple[Any, ...]] = []
        self._problems: list[tuple[Any, ...]] = []

    def add(self, record: Record, row: Row) -> None:
        doc = f"{row.then}:{row.values['external_id']}"
        values = json.dumps(row.values, ensure_ascii=False)
        cells = json.dumps(record.cells, ensure_ascii=False)
        self._rows.append((row.line, doc, row.at, row.row_class, row.then, values, cells))
        if len(self._rows) >= WRITE_AT_ONCE:
            self._flush()

    def refuse(self, cells: Sequence[str], problem: Problem) -> None:
        kept = json.dumps(cells, ensure_ascii=False)
        self._problems.append((problem.line, problem.external_id, problem.row_class, problem.field, problem.reason, kept))
        if len(self._problems) >= WRITE_AT_ONCE:
            self._flush()

    def settle(self, mode: str) -> tuple[int, int]:
        """No more rows come: documents with a refused row are refused whole, the order of the rest is fixed.

        Returns: (rows refused with their document, rows to take).
        """
        self._flush()
        before = self._count("problem")
        self._db.executescript(_SPOILED)
        order = "at, line" if mode == "history" else "line"
        whole = f"s.last - s.first - s.rows + 1 > {SCATTERED}" if mode == "history" else "1"
        self._db.executescript(_STEPS.format(order=order, whole=whole))
        return self._count("problem") - before, self._count("step")

    def first_moment(self) -> int | None:
        """Microseconds since 1970 of the earliest row."""
        return self._db.execute("SELECT min(at) FROM row").fetchone()[0]

    def first_seen(self) -> Iterator[tuple[str, str, int, str]]:
        """(SKU, name, unit price in 1/10,000, currency) as the first row of each SKU that has a name says them."""
        yield from self._db.execute(
            "SELECT sku, name, price, currency FROM (SELECT field_values ->> 'sku' AS sku, field_values ->> 'name' AS name,"
            " field_values ->> 'unit_price' AS price, field_values ->> 'currency' AS currency, line"
            " FROM row WHERE then_ = 'order_line') WHERE name <> '' AND price IS NOT NULL GROUP BY sku HAVING line = min(line)"
        )

    def batches(self, documents: int) -> Iterator[list[Step]]:
        """The rows in the order they are taken, cut where no document is open, about so many documents each."""
        batch: list[Step] = []
        docs: set[str] = set()
        open_until = 0
        for step in self._steps():
            if len(docs) >= documents and step.place > open_until and step.doc not in docs:
                yield batch
                batch, docs = [], set()
            batch.append(step)
            docs.add(step.doc)
            open_until = max(open_until, step.last)
        if batch:
            yield batch

    def problems(self) -> Iterator[tuple[int, str, str, list[str]]]:
        """(line, field, reason, cells) of every refused row, in order of the file."""
        self._flush()
        for line, field, reason, cells in self._db.execute("SELECT line, field, reason, cells FROM problem ORDER BY line"):
            yield line, field, reason, json.loads(cells)

    def _steps(self) -> Iterator[Step]:
        cursor = self._db.execute(
            "SELECT s.place, s.last, r.doc, r.line, r.class, r.then_, r.field_values, r.at, r.cells"
            " FROM step s JOIN row r USING (line) ORDER BY s.place, s.line"
        )
        for place, last, doc, line, row_class, then, values, at, cells in cursor:
            yield Step(place, last, doc, Row(line, row_class, then, json.loads(values), at), json.loads(cells))

    def _count(self, table: str) -> int:
        return self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 (a table of ours)

    def _flush(self) -> None:
        self._db.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?)", self._rows)
        self._db.executemany("INSERT OR IGNORE INTO problem VALUES (?, ?, ?, ?, ?, ?)", self._problems)
        self._rows, self._problems = [], []


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """A fresh staging file in the folder; gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="import-", dir=folder) as room:
        connection = sqlite.connect(str(Path(room) / "staging.sqlite3"), isolation_level=None)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA temp_store = FILE")
        try:
            connection.executescript(_SCHEMA)
            yield Staging(connection)
        finally:
            connection.close()
