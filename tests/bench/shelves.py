"""A shop of many SKUs at several locations, written with plain SQL: every balance with the ledger row that explains it."""

from pathlib import Path

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel import clock, db, engines
from dashboard.schema import migrate
from tests.serving import SECRET

WORDS = ("Mug", "Cup", "Plate", "Bowl", "Jug", "Lamp", "Clock", "Towel", "Candle", "Frame")
COLOURS = ("blue", "red", "green", "white", "black", "yellow", "grey")
AT = clock.micros(clock.now()) - 86_400_000_000
"""When everything was received, in microseconds since 1970: a day ago."""


def build(folder: Path, skus: int, locations: int) -> None:
    """One SKU in 40 has nothing left, one in 25 is low at a location."""
    app = create_app(Config(instance=folder, secret_key=SECRET))
    migrate(app)
    with app.app_context():
        db.database().close()
        db.db.engine.dispose()
    connection = engines.sqlite.connect(folder / "orderdeck.sqlite3")
    _fill(connection, skus, locations)
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def code(place: int) -> str:
    return f"SKU-{place:06d}"


def _fill(connection: engines.sqlite.Connection, skus: int, locations: int) -> None:
    connection.executemany(
        "INSERT INTO location (id, code, name, kind, time_zone, cutoff, priority, active, version)"
        " VALUES (?, ?, ?, 'warehouse', 'Europe/London', 990, ?, 1, 1)",
        [(place, f"w{place}", f"Warehouse {place}", place) for place in range(1, locations + 1)],
    )
    connection.executemany(
        "INSERT INTO sku (id, code, name, kind, unit_price_e4, currency, weight_grams, active, version)"
        " VALUES (?, ?, ?, 'stock', ?, 'GBP', 100, 1, 1)",
        [(n, code(n), f"{WORDS[n % 10]} {COLOURS[n % 7]} {n}", n * 100 % 900_000) for n in range(1, skus + 1)],
    )
    connection.executemany(
        "INSERT INTO stock_balance (sku_id, location_id, on_hand, allocated, held, damaged, quarantine, safety, reorder_point, version)"
        " VALUES (?, ?, ?, 0, 0, 0, 0, 0, ?, 2)",
        ((n, place, units(n, place), 8) for n in range(1, skus + 1) for place in range(1, locations + 1)),
    )
    connection.execute(
        "INSERT INTO stock_movement (sku_id, location_id, kind, on_hand, allocated, held, damaged, quarantine, on_hand_after,"
        " allocated_after, actor, actor_name, at)"
        " SELECT sku_id, location_id, 'received', on_hand, 0, 0, 0, 0, on_hand, 0, 'system:bench', 'bench', ? FROM stock_balance"
        " WHERE on_hand > 0",
        (AT,),
    )
    _history(connection, min(skus, 2_000))


def _history(connection: engines.sqlite.Connection, skus: int) -> None:
    """The first SKUs have come and gone a hundred times each: the ledger behind "days cover"."""
    connection.executemany(
        "INSERT INTO stock_movement (sku_id, location_id, kind, on_hand, allocated, held, damaged, quarantine, on_hand_after,"
        " allocated_after, actor, actor_name, at) VALUES (?, 1, ?, ?, 0, 0, 0, 0, ?, 0, 'system:bench', 'bench', ?)",
        ((sku, kind, change, units(sku, 1) + (change > 0), AT + turn * 1_000_000)
         for turn in range(100) for kind, change in (("received", 1), ("shipped", -1)) for sku in range(1, skus + 1)),
    )  # fmt: skip
    connection.execute("UPDATE stock_balance SET version = version + 200 WHERE sku_id <= ? AND location_id = 1", (skus,))


def units(sku: int, place: int) -> int:
    if sku % 40 == 0:
        return 0
    return 5 if sku % 25 == 0 and place == 1 else 20 + (sku * 7 + place) % 50
