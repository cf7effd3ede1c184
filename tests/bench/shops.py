"""Databases of the benches, built once under build/bench and copied for each run; built anew when the schema or the builder changes."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.channels.actions import place_order
from dashboard.config import ROOT, Config
from dashboard.factory import create_app
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.kernel import clock, db, engines
from dashboard.kernel.actor import system
from dashboard.orders.commands import CaptureOrder, DraftLine
from tests.bench import order_book
from tests.serving import SECRET, environment

BUILD = ROOT / "build" / "bench"
SEED_ORDERS = 1_000
BULK_ORDERS = 2_000
"""Of these, the large shop is made: enough for some orders of every kind."""
BENCH = system("bench")
PLACED_AT_ONCE = 200
_PLENTY = (
    "SELECT s.code, l.code FROM sku s JOIN location l ON l.active WHERE s.kind = 'stock' AND s.tracks = 'none' AND s.active"
    " AND EXISTS (SELECT 1 FROM stock_balance b WHERE b.sku_id = s.id AND b.location_id = l.id AND b.on_hand > b.allocated)"
    " ORDER BY l.priority, s.id LIMIT 1"
)
KEPT = ("orderdeck.sqlite3", "demo")


def demo(into: Path, orders: int = SEED_ORDERS) -> None:
    """A copy of the demo with so many orders; `into` becomes its instance folder."""
    _copy(f"demo-{orders}", lambda folder: _build(folder, orders), into)


def big(into: Path, orders: int = 100_000) -> None:
    """A copy of a shop with so many orders: those of the demo, many times."""

    def build(folder: Path) -> None:
        demo(folder, BULK_ORDERS)
        order_book.multiply(folder, orders)

    _copy(f"bulk-{orders}", build, into)


def waiting(into: Path, orders: int) -> None:
    """A copy of the demo with so many orders more that wait to be picked."""

    def build(folder: Path) -> None:
        demo(folder)
        app = create_app(Config(instance=folder, secret_key=SECRET))
        with app.app_context():
            for first in range(0, orders, PLACED_AT_ONCE):
                db.database().write(lambda tx, first=first: _place(tx, first, min(orders, first + PLACED_AT_ONCE)), once=True)
            db.database().close()
        connection = engines.sqlite.connect(folder / KEPT[0])
        connection.execute("INSERT OR REPLACE INTO meta (key, value) SELECT 'cursor:reactions', max(seq) FROM event")
        connection.commit()
        connection.close()

    _copy(f"waiting-{orders}", build, into)


def _place(tx: Any, first: int, last: int) -> None:
    now = clock.now()
    (sku, location), *_ = tx.execute(sa.text(_PLENTY)).all()
    if first == 0:
        receive_stock(tx, ReceiveStock(sku, location, 1_000_000), BENCH, now)
    for number in range(first, last):
        order = CaptureOrder("web", "GBP", (DraftLine(sku, 1),), external_id=f"bench-{number}", pay_on="invoice")
        place_order(tx, order, BENCH, now)


def _build(folder: Path, orders: int) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "demo", "--orders", str(orders), "--seed", "1"]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.DEVNULL)


def _copy(name: str, build: Callable[[Path], None], into: Path) -> None:
    kept = BUILD / f"{name}-{_fingerprint()}"
    if not kept.exists():
        for old in BUILD.glob(f"{name}-*"):
            shutil.rmtree(old)
        fresh = BUILD / f"{name}.building"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        build(fresh)
        _settle(fresh / KEPT[0])
        fresh.rename(kept)
    into.mkdir(parents=True, exist_ok=True)
    for file in KEPT:
        shutil.copy(kept / file, into / file)


def _settle(path: Path) -> None:
    """Put everything into the one file, so that it can be copied."""
    connection = engines.sqlite.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in (*sorted((ROOT / "dashboard").glob("*/model.py")), ROOT / "dashboard/orders/search.py",
                   ROOT / "dashboard/migrations/extras.py", Path(order_book.__file__)):  # fmt: skip
        digest.update(source.read_bytes())
    return digest.hexdigest()[:10]
