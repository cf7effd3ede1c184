"""The list at a million orders: its queries and its whole requests, on SQLite and PostgreSQL, beside a view that does nothing.

ORDERDECK_BENCH_ORDERS sets another size, ORDERDECK_BENCH_DATABASES (`sqlite`, `postgresql` or both) where to look,
ORDERDECK_BENCH_KEEP a folder in which the shop stays for the next run.
"""

import datetime as dt
import gc
import itertools
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask
import sqlalchemy as sa

from dashboard.config import Config
from dashboard.kernel import clock, db
from dashboard.orders import list_forms, store
from dashboard.orders.store import ListQuery, listing
from dashboard.schema import migrate
from tests.accounts.helpers import add_user, sign_in
from tests.bench import echo, million_shop
from tests.bench.lists import deep_pages
from tests.bench.measuring import Figure, percentile
from tests.conftest import OwnContextClient
from tests.serving import SECRET

DATABASES = "ORDERDECK_BENCH_DATABASES"
KEEP = "ORDERDECK_BENCH_KEEP"
TIMES = 3
FILTERS: tuple[dict[str, str], ...] = (
    {"channel": "web"},
    {"channel": "market hall"},
    {"country": "DE"},
    {"country": "IS"},
    {"status": "on_hold"},
    {"status": "picking"},
    {"status": "in_transit"},
    {"payment_status": "paid"},
    {"payment_status": "partially_paid"},
    {"fulfilment_status": "allocated"},
    {"fulfilment_status": "shipped"},
    {"readiness": "part"},
    {"promise": "later"},
    {"hold": "any"},
    {"hold": "address"},
    {"location": "south"},
    {"items_from": "17"},
    {"total_from": "300.00"},
    {"placed_from": "2026-11-01"},
    {"ship_by": "overdue"},
    {"channel": "phone", "country": "NL", "payment_status": "paid"},
    {"channel": "market hall", "country": "IS"},
    {"currency": "JPY"},
)
SEARCHES = ("Lindqvist", "Ada Lindqvist", "indqvi", "ada.lindqvist", "112345", "11", "mug", "zzqqxx")
SORTS = ("-placed", "placed", "ship_by", "-ship_by", "-total", "total", "-number", "number", "customer", "-items", "status", "readiness",
         "next", "location", "-location")  # fmt: skip


def measure() -> list[Figure]:
    kept = os.environ.get(KEEP)
    folder = Path(kept or tempfile.mkdtemp(prefix="orderdeck-million-"))
    try:
        began = time.perf_counter()
        if not (folder / "counts").exists():
            counts = million_shop.build(folder, million_shop.size())
            (folder / "counts").write_text(" ".join(f"{name}={count}" for name, count in counts.items()))
        notes = {"shop": (folder / "counts").read_text(), "seconds to build": round(time.perf_counter() - began)}
        wanted = os.environ.get(DATABASES, "sqlite postgresql").split()
        found = _on(folder, "", "SQLite", notes) if "sqlite" in wanted else []
        if "postgresql" in wanted:
            with million_shop.postgresql(folder, keep=bool(kept)) as url:
                found += _on(folder / "pg", url, "PostgreSQL", {})
        return found
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _on(folder: Path, url: str, name: str, notes: dict[str, object]) -> list[Figure]:
    app = echo.application(Config(instance=folder, secret_key=SECRET, database_url=url, demo=True))
    app.test_client_class = OwnContextClient
    migrate(app)  # a shop that was kept may be of an older schema
    gc.collect()
    gc.freeze()  # as dashboard/serve.py does
    with app.app_context():
        figures = [_queries(name, notes), *_requests(app, name)]
        db.db.session.remove()
        db.database().close()
        db.db.engine.dispose()
    return figures


def addresses() -> dict[str, dict[str, str]]:
    """Every view by every sort, every filter by every sort, some views by every filter, every search: name -> arguments."""
    asked = [{"view": view, "sort": sort} for view, sort in itertools.product(list_forms.LIST_VIEWS, SORTS)]
    asked += [{**filters, "sort": sort} for filters, sort in itertools.product(FILTERS, SORTS)]
    asked += [{"view": view, **filters} for view, filters in itertools.product(("open", "to_release", "delivered"), FILTERS)]
    asked += [{"q": text, "sort": sort} for text, sort in itertools.product(SEARCHES, ("-number", "number", "-total", "ship_by"))]
    asked += [{"q": text, "channel": "web"} for text in SEARCHES]
    return {urlencode(arguments): arguments for arguments in asked}


def _queries(name: str, notes: dict[str, object]) -> Figure:
    """What the database spends on the ids of a page, over all addresses."""
    connection, now = store.reader(), clock.now()
    zone, counts = dt.UTC, store.counts(connection, now)
    each: dict[str, float] = {}
    short = 0
    for address, arguments in addresses().items():
        form = list_forms.read_list(arguments, now, zone, prices=True)
        assert not form.errors, form.errors
        query = form.query(50, people=True)
        statements, is_short = _noted(connection, query, now, counts)
        short += is_short
        each[address] = statistics.median(_timed(connection, statements) for _ in range(TIMES))
    slowest = sorted(each, key=lambda address: -each[address])[:8]
    spent = list(each.values())
    counted = statistics.median(_seconds(lambda: store.counts(connection, now)) for _ in range(5)) * 1000
    db.db.session.rollback()
    return Figure(
        f"{name}: query of a list's page, p50", round(statistics.median(spent), 2), "ms", at_most=2.0,
        notes={**notes, "queries": len(spent), "p95 ms": round(percentile(spent, 0.95), 2), "p99 ms": round(percentile(spent, 0.99), 2),
               "pages the budget ended early": short, "counts of all views ms": round(counted, 2),
               "slowest, ms": {address: round(each[address], 1) for address in slowest}},
    )  # fmt: skip


def _noted(connection: sa.Connection, query: ListQuery, now: Any, counts: Any) -> tuple[list[tuple[str, Any]], bool]:
    ran: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, values, _context, _many):
        ran.append((statement, values))

    sa.event.listen(connection.engine, "before_cursor_execute", note)
    try:
        _, _, looked, _ = listing.ids_of(connection, query, now, counts)
    finally:
        sa.event.remove(connection.engine, "before_cursor_execute", note)
    return ran, looked > 0


def _timed(connection: sa.Connection, statements: list[tuple[str, Any]]) -> float:
    cursor = connection.connection.cursor()
    began = time.perf_counter()
    for statement, values in statements:
        cursor.execute(statement, values)
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000


def _seconds(ask: Any) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _requests(app: flask.Flask, name: str) -> list[Figure]:
    """Whole requests for the first pages of all addresses and for pages far down, in turn with a view that does nothing."""
    client = app.test_client()
    sign_in(client, user=add_user(app, "owner", f"bench-{time.time_ns()}@shop.example"))
    paths = [f"/orders?{address}" for address in addresses()] + list(deep_pages(client).values())
    each: dict[str, list[float]] = {path: [] for path in paths}
    nothing: list[float] = []
    for path in paths:
        client.get(path)
    began = time.thread_time()
    for _, path in itertools.product(range(2), paths):
        nothing.append(_seconds(lambda: client.get(echo.NOTHING)) * 1000)
        each[path].append(_seconds(lambda: client.get(path)) * 1000)  # noqa: B023 (called at once)
    cpu = (time.thread_time() - began) * 1000
    spent = [value for values in each.values() for value in values]
    slowest = sorted(each, key=lambda path: -min(each[path]))[:6]
    return [
        Figure(
            f"{name}: whole request of a list, p95", round(percentile(spent, 0.95), 2), "ms", at_most=80.0,
            beside=round(percentile(nothing, 0.95), 2), beside_name="a view that does nothing, p95",
            notes={"p50 ms": round(statistics.median(spent), 2), "nothing p50 ms": round(statistics.median(nothing), 2),
                   "CPU ms of a list and a nothing, mean": round(cpu / len(spent), 2),
                   "requests": len(spent), "slowest, ms": {path: round(min(each[path]), 1) for path in slowest}},
        ),
    ]  # fmt: skip
