"""A shop with a million orders and three million lines, on SQLite and copied from there to a PostgreSQL of its own."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import sqlalchemy as sa

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel import db, engines
from dashboard.kernel.columns import Base
from dashboard.orders import search
from dashboard.schema import migrate
from tests import cluster
from tests.bench import order_book, shops
from tests.serving import SECRET

SIZE = "ORDERDECK_BENCH_ORDERS"
LINES = 3

LINE = """
INSERT INTO order_line (id, order_id, position, sku_id, sku_code, name, ordered, unit_price_e4, tax, discount, total, cancelled,
 backordered, allocated, picked, packed, shipped, delivered, returned{more})
SELECT (SELECT max(id) FROM order_line) + row_number() OVER (), o.id, o.line_count + n.n, l.sku_id, l.sku_code, l.name, 1, 0, 0, 0, 0,
 CASE WHEN o.status = 'cancelled' THEN 1 ELSE 0 END, 0, 0, 0, 0, CASE WHEN o.status = 'completed' THEN 1 ELSE 0 END, 0, 0{values}
FROM orders o JOIN (SELECT 1 AS n UNION ALL SELECT 2) n ON o.line_count + n.n <= {lines}
JOIN order_line l ON l.id = (o.id * 7919 + n.n * 104729) % {known} + 1
WHERE o.status IN ('completed', 'cancelled')"""
"""Free samples, as it were: no money moves, and every order has three lines."""

VARY = (
    "UPDATE orders SET customer_name = customer_name || char(32, 65 + id % 26, 97 + id / 26 % 26, 97 + id / 676 % 26)",
    "UPDATE orders SET total = total + id % 9973, lines_total = lines_total + id % 9973",
    "UPDATE orders SET unit_count = 1 + id * 31 % 17",
    "UPDATE orders SET ship_country = CASE WHEN id * 7919 % 100 < 70 THEN 'GB' WHEN id * 7919 % 100 < 80 THEN 'DE'"
    " WHEN id * 7919 % 100 < 90 THEN 'FR' ELSE 'NL' END, external_id = external_id || '-' || id,"
    " channel = CASE WHEN id * 104729 % 97 < 60 THEN 'web' WHEN id * 104729 % 97 < 85 THEN 'marketplace' ELSE 'phone' END",
    "UPDATE orders SET ship_country = 'IS' WHERE id % 2003 = 5",
    "UPDATE orders SET channel = 'market hall' WHERE id % 5003 = 7",
    "UPDATE orders SET payment_status = 'partially_paid' WHERE id % 4001 = 11",
    "UPDATE orders SET phase = 'on_hold', open_holds = 1 WHERE status = 'open' AND id % 25 = 1",
    "INSERT INTO order_hold (order_id, kind, note, placed_by, placed_at)"
    " SELECT id, CASE WHEN id % 250 = 1 THEN 'address' ELSE 'manual' END,"
    " '', 'bench', placed_at FROM orders WHERE phase = 'on_hold'",
    "UPDATE orders SET phase = 'payment_due' WHERE status = 'open' AND id % 25 = 2",
    "UPDATE orders SET phase = 'out_of_stock', work = NULL, location_id = NULL, readiness = 'none' WHERE status = 'open' AND id % 25 = 3",
    "UPDATE orders SET readiness = 'part' WHERE status = 'open' AND id % 25 = 4",
    "UPDATE orders SET ship_by = NULL WHERE id % 101 = 3",
    "UPDATE orders SET views = 'all open' || CASE phase WHEN 'on_hold' THEN ' on_hold' WHEN 'payment_due' THEN ' payment_due'"
    " WHEN 'out_of_stock' THEN ' out_of_stock' END WHERE phase IN ('on_hold', 'payment_due', 'out_of_stock')",
)
"""Names, sums and item counts of their own for every order; rare countries, channels and payments; holds and shortages."""


def size() -> int:
    """Orders to build: a million, unless the environment says otherwise."""
    return int(os.environ.get(SIZE, 1_000_000))


def build(folder: Path, orders: int) -> dict[str, int]:
    """Fill the folder; returns how many rows the largest tables have."""
    shops.demo(folder, shops.BULK_ORDERS)
    order_book.multiply(folder, orders, (*VARY, *_lines(folder)))
    connection = engines.sqlite.connect(folder / shops.KEPT[0])
    counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("orders", "order_line")}
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return counts


def _lines(folder: Path) -> list[str]:
    """Statements that give every finished order its three lines, whatever columns lines have by now."""
    connection = engines.sqlite.connect(folder / shops.KEPT[0])
    columns = [(row[1], row[3] and row[4] is None) for row in connection.execute("PRAGMA table_info(order_line)")]
    (known,) = connection.execute("SELECT count(*) FROM order_line").fetchone()
    connection.close()
    named = LINE[LINE.index("(") : LINE.index("{more}")].replace("\n", " ").strip("( ").replace(",", " ").split()
    missing = [name for name, needed in columns if needed and name not in named]
    more, values = "".join(f", {name}" for name in missing), ", 0" * len(missing)
    return [LINE.format(more=more, values=values, lines=LINES, known=known),
            f"UPDATE orders SET line_count = {LINES} WHERE status IN ('completed', 'cancelled')"]  # fmt: skip


@contextlib.contextmanager
def postgresql(folder: Path, *, keep: bool) -> Iterator[str]:
    """The address of a private PostgreSQL with the rows of this SQLite shop; it stops when the block ends, and stays if kept."""
    binaries = cluster.find_binaries()
    assert binaries is not None, "PostgreSQL is not installed here"
    server = cluster.Cluster(binaries, folder / "postgresql" if keep else None, buffers="128MB")  # as PostgreSQL is delivered
    filled = server.folder / "filled"
    try:
        url = server.url("million")
        if not filled.exists():
            server.drop("million")
            fill(folder, server.create("million"))
            filled.touch()
        yield url
    finally:
        server.stop("fast") if keep else server.destroy()


def fill(folder: Path, url: str) -> None:
    """Migrate the PostgreSQL database and copy every row into it."""
    instance = folder / "pg"
    app = create_app(Config(instance=instance, secret_key=SECRET, database_url=url))
    migrate(app)
    with app.app_context():
        db.db.engine.dispose()
    source = engines.sqlite.connect(folder / shops.KEPT[0])
    with psycopg.connect(url) as target:
        target.execute("SET session_replication_role = replica")
        target.execute("SET maintenance_work_mem = '1GB'")
        for table in Base.metadata.sorted_tables:
            _copy(source, target, table)
        _index(target)
        for table in Base.metadata.sorted_tables:
            _go_on_counting(target, table)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")
    shutil.rmtree(instance / "tmp", ignore_errors=True)


def _copy(source: engines.sqlite.Connection, target: psycopg.Connection, table: sa.Table) -> None:
    target.execute(f"TRUNCATE {table.name} CASCADE")
    mine = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname LIKE 'ix\\_%%'"
    indexes = target.execute(mine, (table.name,)).fetchall()
    for name, _ in indexes:
        target.execute(f"DROP INDEX {name}")
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    flags = [place for place, column in enumerate(table.columns) if isinstance(column.type, sa.Boolean)]
    with target.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in source.execute(f"SELECT {names} FROM {table.name}"):
            values = list(row)
            for place in flags:
                values[place] = None if values[place] is None else bool(values[place])
            copy.write_row(values)
    for _, definition in indexes:
        target.execute(definition)


def _go_on_counting(target: psycopg.Connection, table: sa.Table) -> None:
    """The next row gets the id after the last one."""
    if "id" in table.columns:
        sequence = target.execute("SELECT pg_get_serial_sequence(%s, 'id')", (table.name,)).fetchone()
        if sequence and sequence[0]:
            target.execute(f"SELECT setval('{sequence[0]}', greatest(1, (SELECT max(id) FROM {table.name})))")


def _index(target: psycopg.Connection) -> None:
    """The search text of every order, and then its index: the product's own words, all at once."""
    target.execute("DROP INDEX order_search_body")
    text = search._TEXT.format(join="string_agg")
    target.execute(f"INSERT INTO order_search (rowid, body, person) SELECT o.id, {text} FROM orders o")
    target.execute("CREATE INDEX order_search_body ON order_search USING gin (body gin_trgm_ops, person gin_trgm_ops)")

