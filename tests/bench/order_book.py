"""A large order book, fast: the demo's orders many times under new ids, with their lines, work, payments, search text and counts.

The copies interleave, so that ids go with time as in a real shop. Stock and the event log stay those of the demo.
"""

from collections.abc import Sequence
from pathlib import Path

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel import db, engines
from dashboard.orders import rules, search
from dashboard.orders.derive import SHARDS
from dashboard.orders.rows import FIRST_NUMBER
from tests.serving import SECRET

APART = 50_000_000
"""Microseconds between two copies of an order."""
CHUNK = 5_000
TABLES = ("orders", "order_line", "order_hold", "order_note", "order_exception", "payment", "payment_transaction", "fulfilment_order",
          "fulfilment_line", "allocation", "parcel")  # fmt: skip
KEYS = {"id", "order_id", "order_line_id", "payment_id", "fulfilment_order_id"}
ORDER_NUMBER = f"CAST({FIRST_NUMBER} + ({{id}} - 1) * :copies + c.n + 1 AS TEXT)"
WORDS = {
    ("orders", "number"): ORDER_NUMBER.format(id="t.id"),
    ("orders", "external_id"): "t.external_id || '-' || c.n",
    ("orders", "tracking_hash"): "substr(t.tracking_hash, 1, 58) || printf('%06d', c.n)",
    ("fulfilment_order", "number"): f"{ORDER_NUMBER.format(id='t.order_id')} || '-' || t.id || '.' || c.n",
    ("order_exception", "key"): "t.key || '-' || c.n",
    ("payment_transaction", "provider_ref"): "t.provider_ref || '-' || c.n",
}


def multiply(folder: Path, orders: int, vary: Sequence[str] = ()) -> None:
    """Turn the demo in this folder into one with `orders` orders, or a few more. vary: statements that make the copies differ."""
    path = folder / "orderdeck.sqlite3"
    connection = engines.sqlite.connect(path)
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")
    (had,) = connection.execute("SELECT count(*) FROM orders").fetchone()
    copies = -(-orders // had)
    connection.execute("CREATE TEMP TABLE copy_number AS WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c"
                       f" WHERE n + 1 < {copies}) SELECT n FROM c")  # fmt: skip
    later = _without_indexes(connection)
    for table in TABLES:
        _multiply(connection, table, copies)
    for statement in vary:
        connection.execute(statement)
    for statement in later:
        connection.execute(statement)
    _count(connection)
    connection.execute("DELETE FROM return_line")
    connection.execute("DELETE FROM return_")
    connection.execute("DELETE FROM order_search")
    connection.execute("COMMIT")
    connection.close()
    _index(folder)


def _without_indexes(connection: engines.sqlite.Connection) -> list[str]:
    """Drop what would be kept up to date for every row; returns what makes it again."""
    found = connection.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({', '.join('?' * len(TABLES))})",
        TABLES,
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _multiply(connection: engines.sqlite.Connection, table: str, copies: int) -> None:
    columns = [(row[1], row[2]) for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.execute(f"CREATE TEMP TABLE source AS SELECT * FROM {table}")
    connection.execute(f"DELETE FROM {table}")
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(_value(table, name) for name, _ in columns)
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM source t CROSS JOIN copy_number c ORDER BY t.id, c.n",
                       {"copies": copies})  # fmt: skip
    connection.execute("DROP TABLE source")


def _value(table: str, column: str) -> str:
    if (table, column) in WORDS:
        return WORDS[table, column]
    if column in KEYS:
        return f"(t.{column} - 1) * :copies + c.n + 1"
    if column in ("at", "until", "ship_by") or column.endswith("_at"):
        return f"t.{column} - (:copies - 1 - c.n) * {APART}"
    return f't."{column}"'


def _count(connection: engines.sqlite.Connection) -> None:
    connection.execute("DELETE FROM order_facet")
    for view in rules.VIEWS:
        connection.execute(f"INSERT INTO order_facet (view, shard, count) SELECT ?, id % {SHARDS}, count(*) FROM orders"
                           " WHERE ' ' || views || ' ' LIKE ? GROUP BY 2", (view, f"% {view} %"))  # fmt: skip


def _index(folder: Path) -> None:
    """The search text, by the product's own statement."""
    app = create_app(Config(instance=folder, secret_key=SECRET))
    with app.app_context():
        last = db.db.session.connection().exec_driver_sql("SELECT max(id) FROM orders").scalar_one()
        db.db.session.rollback()
        for first in range(1, last + 1, CHUNK):
            db.write(lambda tx, first=first: search.index_orders(tx, range(first, min(first + CHUNK, last + 1))))
        db.database().close()
        db.db.engine.dispose()
