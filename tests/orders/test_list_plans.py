"""No query of the list reads more than its budget: the plans of every view, filter and sort on both databases."""

import itertools
import os
import random

import pytest
import sqlalchemy as sa

from dashboard.kernel.db import db as flask_db
from dashboard.orders import list_forms, store
from dashboard.orders.model import Order
from dashboard.orders.store import ListQuery, conditions, keys, listing
from tests.factories import NOW, locations
from tests.orders.test_list_query import raw_orders

ORDERS = 3_000
VIEWS = tuple(list_forms.LIST_VIEWS)
FILTERS = (
    {},
    {"channel": "web"},
    {"status": "picking"},
    {"status": "in_transit"},
    {"payment_status": "paid"},
    {"payment_status": "refunded"},
    {"fulfilment_status": "picked"},
    {"fulfilment_status": "shipped"},
    {"fulfilment_status": "delivered"},
    {"readiness": "part"},
    {"promise": "moved"},
    {"promise": "later"},
    {"hold": "any"},
    {"hold": "address"},
    {"tag": "vip"},
    {"assignee": 7},
    {"assignee": None},
    {"location": "N"},
    {"country": "FR"},
    {"currency": "JPY", "total_from": 5_000},
    {"placed_from": NOW},
    {"due_to": NOW},
    {"overdue": NOW},
    {"total_from": 5_000},
    {"items_to": 3},
    {"channel": "web", "payment_status": "paid", "country": "FR"},
)
TEXTS = ("mug lamp", "12")
STEP = int(os.environ.get("ORDERDECK_PLANS_STEP", "13"))
"""Of every view by every filter by every sort, each so-many-th is planned; 1 plans them all."""


def noted(connection: sa.Connection, query: ListQuery) -> list[tuple[str, object]]:
    """The statements that find the ids of a page, with their values."""
    ran: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, values, _context, _many):
        if "orders" in statement or "order_search" in statement:
            ran.append((statement, values))

    sa.event.listen(connection.engine, "before_cursor_execute", note)
    try:
        store.ids_of(connection, query, NOW, {"all": ORDERS, "open": 900, "to_release": 300, "picking": 300, "delivered": 1_500})
    finally:
        sa.event.remove(connection.engine, "before_cursor_execute", note)
    return ran


def queries():
    """Every view by every sort, every filter by every sort, every view by every filter, and of all three some; in both directions."""
    turns = itertools.cycle([True, False])
    for view, sort in itertools.product(VIEWS, listing.SORTS):
        yield ListQuery(view=view, sort=sort, descending=next(turns))
    for filters, sort in itertools.product(FILTERS, listing.SORTS):
        yield ListQuery(filters=filters, sort=sort, descending=next(turns))
    for view, filters in itertools.product(VIEWS, FILTERS):
        yield ListQuery(view=view, filters=filters, sort="total", descending=next(turns))
    for view, filters, sort in itertools.islice(itertools.product(VIEWS, FILTERS, listing.SORTS), 0, None, STEP):
        yield ListQuery(view=view, filters=filters, sort=sort, descending=next(turns))
    for text, filters, sort in itertools.product(TEXTS, FILTERS[:2], listing.SORTS):
        yield ListQuery(text=text, filters=filters, sort=sort, descending=next(turns))


@pytest.fixture
def budget(monkeypatch):
    """A first walk so short that it never fills a page: each query shows its walk, its probes, and the set it reads whole."""
    monkeypatch.setattr(keys, "FIRST", 8)


def test_no_list_query_scans_on_sqlite(app, budget):
    """A table or index is only read from one end where a LIMIT ends the reading, or within a set that was counted first."""
    locations("N", "S")
    connection, plans = store.reader(), {}
    for query in queries():
        for sql, values in noted(connection, query):
            plans.setdefault(sql, (query, values))

    assert len(plans) > 200
    for sql, (query, values) in plans.items():
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        walks = [step for step in plan if step.startswith("SCAN orders")]
        limited = "LIMIT ? OFFSET ?) AS" in sql or not any("TEMP B-TREE" in step for step in plan)
        partial = [step for step in walks if "ix_orders_open" in step or "ix_orders_payment_status" in step]
        assert walks == partial or limited, (query, sql, plan)
        assert not [step for step in plan if "AUTOMATIC" in step], (query, plan)


@pytest.fixture
def full(pg_app):
    """Orders of every kind, enough for the planner to have a choice, and its statistics."""
    dice = random.Random(4)  # noqa: S311
    steps = [
        ("open", "to_pick", "allocated"),
        ("open", "to_pick", "picking"),
        ("open", "on_hold", "allocated"),
        ("completed", "completed", None),
        ("completed", "completed", None),
        ("completed", "in_transit", None),
        ("cancelled", "cancelled", None),
    ]
    rows = []
    for number in range(ORDERS):
        status, phase, work = dice.choice(steps)
        rows.append({"status": status, "phase": phase, "work": work, "total": dice.randrange(20_000), "unit_count": dice.randrange(9),
                     "placed_at": NOW, "ship_by": NOW, "channel": dice.choice(["web", "phone"]), "ship_country": dice.choice(["FR", "GB"]),
                     "readiness": "ready" if status == "open" else None, "location_id": dice.choice([1, 2]),
                     "customer_name": f"Customer {number % 700}"})  # fmt: skip
    locations("N", "S")
    raw_orders(rows)
    with flask_db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE orders")
    return pg_app


def test_no_list_query_scans_on_postgresql(full, budget):
    """Where an index can do it, the planner is left no reason to read the table: every statement has a plan without a scan."""
    store.refresh()
    connection, plans = store.reader(), {}
    for query in queries():
        for sql, values in noted(connection, query):
            plans.setdefault(sql, (query, values))

    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    for sql, (query, values) in plans.items():
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}", values))
        assert "Seq Scan on orders" not in plan, (query, sql, plan)
        assert "Seq Scan on order_search" not in plan, (query, sql, plan)


def test_every_filter_of_the_url_is_planned(app):
    planned = {name for filters in FILTERS for name in filters}
    bounds = {bound for low, high, _ in conditions.RANGES.values() for bound in (low, high)}

    assert planned - bounds == set(conditions.FILTERS)
    assert {column for column, bound in conditions.RANGES.items() if planned & set(bound)} == set(conditions.RANGES)


def test_every_index_of_the_walks_is_there(any_app):
    found = {index["name"] for index in sa.inspect(flask_db.engine).get_indexes("orders")}

    assert {index.name for index in Order.__table__.indexes} <= found
