"""The raw limit of a capture: its own statements, recorded once, replayed by a bare sqlite3 loop with FULL, one commit each."""

import hashlib
import time
from pathlib import Path
from typing import Any

from dashboard.channels.actions import place_order
from dashboard.kernel import clock, db, engines
from dashboard.kernel.actor import system
from dashboard.kernel.statements import Prepared, Rows
from dashboard.kernel.tx import Tx

WRITES = ("INSERT", "UPDATE")
COUNTED = ("orders", "order_line", "payment", "fulfilment_order", "event")
PRAGMAS = ("busy_timeout = 10000", "foreign_keys = ON", f"journal_mode = {engines.journal_mode()}", "synchronous = FULL",
           "temp_store = MEMORY", "cache_size = -16000")  # fmt: skip
Noted = list[tuple[Prepared | Rows, list[Any]]]


def text_of(statement: Prepared | Rows) -> str:
    return statement.sqlite if isinstance(statement, Rows) else statement.on("sqlite").text


class Recorder(Tx):
    """A transaction that notes every statement with its rows."""

    def __init__(self, tx: Tx):
        super().__init__(tx.connection)
        self.noted: Noted = []

    def run(self, statement: Prepared, **values: Any) -> Any:
        self.noted.append((statement, [dict(values)]))
        return super().run(statement, **values)

    def run_many(self, statement: Prepared, rows: Any) -> int:
        rows = list(rows)
        if rows:
            self.noted.append((statement, [dict(row) for row in rows]))
        return super().run_many(statement, rows)

    def add(self, rows: Rows, values: Any) -> int:
        if values:
            self.noted.append((rows, [dict(zip(rows.columns, value, strict=True)) for value in values]))
        return super().add(rows, values)


def record(command: Any) -> Noted:
    """The writing statements of one capture of this command (which stays captured)."""

    def work(tx: Tx) -> Noted:
        recorder = Recorder(tx)
        place_order(recorder, command, system("bench"), clock.now())
        recorder.finish()
        return [(statement, rows) for statement, rows in recorder.noted if text_of(statement).startswith(WRITES)]

    return db.database().write(work)


def replay(path: Path, noted: Noted, orders: int) -> float:
    """Write `orders` such orders with fresh keys, each in its own transaction, as fast as the driver can. Returns its seconds."""
    connection = engines.sqlite.connect(path)
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    last = {table: connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0] for table in COUNTED}
    batches = [_executions(_Copy(noted, last, place).rows()) for place in range(1, orders + 1)]
    cursor = connection.cursor()
    began = time.perf_counter()
    for batch in batches:
        cursor.execute("BEGIN IMMEDIATE")
        for sql, values, many in batch:
            if many:
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values)
        cursor.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def _executions(noted: Noted) -> list[tuple[str, Any, bool]]:
    """(text, values by place, whether they are many) of each call of the driver: the same that the product makes."""
    calls: list[tuple[str, Any, bool]] = []
    for statement, rows in noted:
        calls.append((text_of(statement), _values(statement, rows) if len(rows) > 1 else _values(statement, rows)[0], len(rows) > 1))
    return calls


def _values(statement: Prepared | Rows, rows: list[Any]) -> list[Any]:
    if isinstance(statement, Rows):
        return [tuple(row[name] for name in statement.columns) for row in rows]
    _, arrange, fixed = statement.on("sqlite")
    return [arrange({**fixed, **row}) for row in rows]


class _Copy:
    """The recorded rows with the keys of one more order."""

    def __init__(self, noted: Noted, last: dict[str, int], place: int):
        self._noted = noted
        self._order, self._work = last["orders"] + place, last["fulfilment_order"] + place
        self._payment = last["payment"] + place
        self._first_line = self._of("order_line")[0]["id"]
        self._line = last["order_line"] + (place - 1) * len(self._of("order_line")) + 1
        self._event = last["event"] + (place - 1) * len(self._of("event"))

    def _of(self, table: str) -> list[Any]:
        return next(rows for statement, rows in self._noted if _table(statement) == table)

    def rows(self) -> Noted:
        return [
            (statement, [self._row(_table(statement), row, at) for at, row in enumerate(rows, 1)])
            for statement, rows in self._noted
        ]

    def _row(self, table: str, row: dict[str, Any], at: int) -> dict[str, Any]:
        keys: dict[str, Any] = {"order_id": self._order, "payment_id": self._payment, "fulfilment_order_id": self._work}
        new = {name: keys[name] if name in keys and value is not None else value for name, value in row.items()}
        if "order_line_id" in row:
            new["order_line_id"] = self._line + row["order_line_id"] - self._first_line
        own = {
            "orders": lambda: {"id": self._order, "number": f"R{self._order}", "external_id": f"raw{self._order}",
                               "tracking_hash": hashlib.sha256(str(self._order).encode()).hexdigest()},
            "order_line": lambda: {"id": self._line + row["id"] - self._first_line},
            "payment": lambda: {"id": self._payment},
            "fulfilment_order": lambda: {"id": self._work, "number": f"R{self._order}-1"},
            "event": lambda: {"seq": self._event + at},
        }.get(table)  # fmt: skip
        return new | own() if own else new


def _table(statement: Prepared | Rows) -> str:
    words = text_of(statement).split()
    return words[2] if words[0] == "INSERT" else ""


def size_of(noted: Noted) -> dict[str, int]:
    """How much one capture writes: statements, rows, characters of values."""
    return {"statements": len(noted), "rows": sum(len(rows) for _, rows in noted),
            "characters": sum(len(str(value)) for _, rows in noted for row in rows for value in row.values())}  # fmt: skip
