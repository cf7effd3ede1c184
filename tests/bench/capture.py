"""Capture of an order with 3 lines in-process at 32 callers, FULL durability, beside a bare sqlite3 loop of the same rows."""

import contextlib
import cProfile
import itertools
import os
import pstats
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask

from dashboard.channels.actions import place_order
from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel import clock, db
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft
from dashboard.schema import migrate
from dashboard.serve import keep_to_one_core, settle_memory
from tests.bench import capture_raw
from tests.bench.measuring import Figure, alternate
from tests.factories import MIA, locations, skus

CALLERS = 32
ORDERS = 1_600
SKUS = 60
SECRET = "bench-only-secret-of-forty-characters-00"
_numbers = itertools.count(1)


def order() -> CaptureOrder:
    """Three lines of different SKUs, paid, as a web shop sends it."""
    number = next(_numbers)
    lines = tuple(DraftLine(f"SKU{(number * 7 + step * 13) % SKUS:03d}", 1 + step % 2) for step in range(3))
    return CaptureOrder(
        "web", "GBP", lines, external_id=f"W-{number:07d}",
        customer=Customer("Ada Lindqvist", "ada.lindqvist@example.com", "+44 7700 900123"),
        ship_to=Address("Ada Lindqvist", "12 Mill Row", "", "York", "", "YO1 7HH", "GB"),
        shipping=395, payment=PaymentDraft("manual", 5395, "card_terminal"),
    )  # fmt: skip


def shop_app(folder: Path, units: int = 10**6) -> flask.Flask:
    """An application on a fresh file with SKUs in two places."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(Config(instance=folder, secret_key=SECRET))
    migrate(app)
    with app.app_context():
        locations("north", "south")
        skus(*(f"SKU{index:03d}" for index in range(SKUS)))
        db.database().write(lambda tx: _fill(tx, units))
    return app


def _fill(tx: Any, units: int) -> None:
    tx.connection.exec_driver_sql(
        "INSERT INTO stock_balance (sku_id, location_id, on_hand, allocated, held, damaged, quarantine, safety, reorder_point, version)"
        f" SELECT s.id, l.id, {units}, 0, 0, 0, 0, 0, 0, 1 FROM sku s CROSS JOIN location l"
    )
    tx.connection.exec_driver_sql(
        "INSERT INTO stock_movement (sku_id, location_id, kind, on_hand, allocated, held, damaged, quarantine, on_hand_after,"
        f" allocated_after, actor, actor_name, at) SELECT s.id, l.id, 'received', {units}, 0, 0, 0, 0, {units}, 0, 'system:bench',"
        " 'bench', 0 FROM sku s CROSS JOIN location l"
    )


def ours(app: flask.Flask, orders: int = ORDERS) -> float:
    """Seconds for 32 callers to capture `orders` orders through kernel.db.write."""
    shares = [[order() for _ in range(orders // CALLERS)] for _ in range(CALLERS)]
    start = threading.Barrier(CALLERS + 1)

    def caller(share: list[CaptureOrder]) -> None:
        with app.app_context():
            start.wait()
            for command in share:
                db.write(place_order, command, MIA, clock.now())

    threads = [threading.Thread(target=caller, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def bare(path: Path, noted: list[Any], orders: int = ORDERS) -> float:
    """Seconds for the bare loop to commit as many such orders one by one."""
    return capture_raw.replay(path, noted, orders)


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        with as_served():
            return _measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def as_served() -> Iterator[None]:
    """Both sides run as the served process does: on one core, with few garbage collections."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    settle_memory()
    keep_to_one_core()
    try:
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def _measure(folder: Path) -> list[Figure]:
    app = shop_app(folder / "ours")
    raw = shop_app(folder / "raw")
    with raw.app_context():
        noted = capture_raw.record(order())
        db.database().close()
    size = capture_raw.size_of(noted)
    path = folder / "raw" / "orderdeck.sqlite3"
    with app.app_context():
        ours(app, 320)
        mine, limit = alternate(lambda: ORDERS / ours(app), lambda: ORDERS / bare(path, noted))
        layers = profile(app)
        db.database().close()
    return [
        Figure("capture in-process, 32 callers", mine, "orders/s", limit, "bare sqlite3 loop, one FULL commit each", at_least=1.0,
               notes={"one capture writes": size, "seconds per layer of 320 captures": layers}),
    ]  # fmt: skip


def profile(app: flask.Flask, orders: int = 320) -> dict[str, float]:
    """Seconds of own time per layer, of `orders` captures run one after another inside the writer's own thread."""
    commands = [order() for _ in range(orders)]
    profiler = cProfile.Profile()

    def work(tx: Any) -> None:
        profiler.enable()
        for command in commands:
            place_order(tx, command, MIA, clock.now())
        tx.finish()
        profiler.disable()

    with app.app_context():
        db.database().write(work)
    spent: dict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent[_layer(file, name)] += own
    return {layer: round(seconds, 4) for layer, seconds in sorted(spent.items(), key=lambda item: -item[1])}


def _layer(file: str, name: str) -> str:
    if "execute" in name or "fetch" in name:
        return "sqlite"
    if "/dashboard/" in file:
        return ".".join(Path(file).with_suffix("").parts[-2:])
    return "json" if "json" in file or "encode" in name else "python"
