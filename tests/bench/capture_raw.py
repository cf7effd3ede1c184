"""The raw limit of a capture: its own statements, recorded once, replayed by a bare sqlite3 loop with FULL, one commit each."""

import json
from pathlib import Path
from typing import Any

from dashboard.channels.actions import place_order
from dashboard.kernel import clock, db, engines
from dashboard.kernel.actor import system
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

WRITES = ("INSERT", "UPDATE")


class Recorder(Tx):
    """A transaction that notes every statement with its rows."""

    def __init__(self, tx: Tx):
        super().__init__(tx.connection)
        self.noted: list[tuple[str, list[Any]]] = []

    def run(self, statement: Prepared, **values: Any) -> Any:
        sql, bound = statement.bound(self.dialect, values)
        self.noted.append((sql, [dict(bound)]))
        return super().run(statement, **values)

    def run_many(self, statement: Prepared, rows: Any) -> int:
        rows = list(rows)
        sql, fixed = statement.sql(self.dialect)
        if rows:
            self.noted.append((sql, [{**fixed, **row} for row in rows]))
        return super().run_many(statement, rows)


def record(command: Any) -> list[tuple[str, list[Any]]]:
    """The writing statements of one capture of this command (which stays captured)."""

    def work(tx: Tx) -> list[tuple[str, list[Any]]]:
        recorder = Recorder(tx)
        place_order(recorder, command, system("bench"), clock.now())
        recorder.finish()
        return [(sql, rows) for sql, rows in recorder.noted if sql.lstrip().startswith(WRITES)]

    return db.database().write(work)


def replay(path: Path, noted: list[tuple[str, list[Any]]], orders: int) -> None:
    """Write `orders` such orders with fresh keys, each in its own transaction, as fast as the driver can."""
    connection = engines.sqlite.connect(path)
    connection.isolation_level = None
    for pragma in ("busy_timeout = 10000", "foreign_keys = ON", f"journal_mode = {engines.journal_mode()}", "synchronous = FULL",
                   "temp_store = MEMORY", "cache_size = -16000"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    last = _last_ids(connection)
    batches = [_with_new_keys(noted, last, place) for place in range(1, orders + 1)]
    cursor = connection.cursor()
    for batch in batches:
        cursor.execute("BEGIN IMMEDIATE")
        for sql, rows in batch:
            if len(rows) == 1:
                cursor.execute(sql, rows[0])
            else:
                cursor.executemany(sql, rows)
        cursor.execute("COMMIT")
    connection.close()


def _last_ids(connection: Any) -> dict[str, int]:
    return {table: connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
            for table in ("orders", "order_line", "payment", "fulfilment_order")}  # fmt: skip


def _with_new_keys(noted: list[tuple[str, list[Any]]], last: dict[str, int], place: int) -> list[tuple[str, list[Any]]]:
    """The recorded rows with the keys of one more order."""
    base = next(rows[0] for sql, rows in noted if sql.startswith("INSERT INTO orders "))
    lines = next(rows for sql, rows in noted if sql.startswith("INSERT INTO order_line "))
    order, line0 = last["orders"] + place, last["order_line"] + (place - 1) * len(lines) + 1
    keys = {"order_id": order, "payment_id": last["payment"] + place, "fulfilment_order_id": last["fulfilment_order"] + place}
    fresh = []
    for sql, rows in noted:
        table = sql.split()[2] if sql.startswith("INSERT") else ""
        changed = []
        for row in rows:
            new = {name: keys[name] if name in keys and row[name] is not None else value for name, value in row.items()}
            if "order_line_id" in row:
                new["order_line_id"] = line0 + row["order_line_id"] - lines[0]["id"]
            if table == "orders":
                new |= {
                    "id": order,
                    "number": f"R{order}",
                    "tracking_hash": f"raw{order}",
                    "external_id": base["external_id"] and f"raw{order}",
                }
            elif table == "order_line":
                new["id"] = line0 + row["id"] - lines[0]["id"]
            elif table == "payment":
                new["id"] = keys["payment_id"]
            elif table == "fulfilment_order":
                new |= {"id": keys["fulfilment_order_id"], "number": f"R{order}-1"}
            changed.append(new)
        fresh.append((sql, changed))
    return fresh


def size_of(noted: list[tuple[str, list[Any]]]) -> dict[str, int]:
    """How much one capture writes: statements, rows, bytes of values."""
    return {"statements": len(noted), "rows": sum(len(rows) for _, rows in noted), "bytes": len(json.dumps(noted, default=str))}
