"""The list's query: views as counted, keyset pages without gaps, no walk over the table."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from dashboard.kernel import db
from dashboard.orders import rules, store, words
from dashboard.orders.model import Order
from dashboard.orders.store import ListQuery, conditions, keys, listing
from dashboard.orders.store.sorts import STEPS, step_of
from tests.factories import NOW, shop

COUNTS = {"all": 40, "open": 24, "to_release": 8, "picking": 8, "out_of_stock": 8, "delivered": 8, "cancelled": 8}

SENT = conditions.AFTER_WORK - {"cancelled"}
WORKS = (None, "backordered", "allocated", "released", "picking", "picked", "packing", "packed")
SORTS = [(sort, turn) for sort in listing.SORTS for turn in (True, False)]


NORTH, SOUTH = 1, 2


def raw_orders(rows) -> None:
    """Orders that only the list looks at: {column: value} each, the rest made up."""
    plain = {
        "channel": "web",
        "currency": "GBP",
        "fulfilment_status": "allocated",
        "payment_status": "paid",
        "status": "open",
        "phase": "to_pick",
    }
    texts = [column.name for column in Order.__table__.c if isinstance(column.type, sa.String) and not column.nullable]

    rows = list(rows)
    named = dict.fromkeys(name for row in rows for name in row)
    plain = {**dict.fromkeys(texts, ""), "placed_at": NOW, **plain}
    made = [
        {**named, **plain, "number": str(10000 + number), "total": 0, "lines_total": row.get("total", 0), **row}
        for number, row in enumerate(rows, 1)
    ]
    db.write(lambda tx: tx.execute(sa.insert(Order), made))


def pages(query: ListQuery, counts=None) -> list[list[int]]:
    """The ids of every page of the query."""
    store.refresh()
    found, after = [], None
    while True:
        page = store.page(store.reader(), ListQuery(**{**query.__dict__, "after": after}), NOW, counts or {})
        found.append([row.id for row in page.rows])
        if page.after is None:
            return found
        after = page.after


def everything(query: ListQuery) -> list[int]:
    """The ids of all pages, with the counts that a real list has."""
    return [id_ for page in pages(query, COUNTS) for id_ in page]


@pytest.fixture
def many(any_app):
    """Equal sort values, missing ship-by dates, three channels, and orders at every step."""
    moments = itertools.cycle([NOW, NOW - dt.timedelta(hours=1), NOW - dt.timedelta(days=2)])
    dues = itertools.cycle([NOW + dt.timedelta(hours=1), None, NOW - dt.timedelta(hours=3), NOW + dt.timedelta(days=3), None])
    channels = itertools.cycle(["web", "amazon", "ebay"])
    steps = itertools.cycle(
        [
            {"work": "allocated", "readiness": "ready", "location_id": SOUTH},
            {"work": "released", "readiness": "part", "location_id": NORTH, "promise_moved": "later"},
            {"status": "completed", "phase": "completed", "location_id": SOUTH},
            {"phase": "out_of_stock", "work": None, "readiness": "none"},
            {"status": "cancelled", "phase": "cancelled"},
        ]
    )
    shop(NORTH_A=1, SOUTH_A=1)
    raw_orders(
        {
            "placed_at": next(moments),
            "ship_by": next(dues),
            "total": number % 4 * 100,
            "channel": next(channels),
            "customer_name": ["Ada", "Grace", ""][number % 3],
            "unit_count": number % 5,
            **next(steps),
        }
        for number in range(1, 41)
    )


KEYS = {
    "placed": lambda row: (0, row.placed_at),
    "ship_by": lambda row: (row.ship_by is None, row.ship_by),
    "total": lambda row: (0, row.total),
    "number": lambda row: (0, row.id),
    "customer": lambda row: (0, row.customer_name),
    "items": lambda row: (0, row.unit_count),
    "status": lambda row: (STEPS.index(step_of(row.phase, row.work)), row.ship_by is None),
    "next": lambda row: (STEPS.index(step_of(row.phase, row.work)), row.ship_by is None),
    "readiness": lambda row: (["ready", "part", "none", None].index(row.readiness), row.ship_by is None),
    "location": lambda row, places: (places.index(row.location_id), row.phase in conditions.LEFT, row.ship_by is None),
}
GROUPED = ("status", "next", "readiness", "location")
BUDGETS = [(keys.FIRST, keys.BUDGET), (24, 10**6), (16, 48)]
"""Walks that fill every page; sets read whole; windows that end before the page is full."""


@pytest.fixture(params=BUDGETS)
def budget(request, monkeypatch):
    monkeypatch.setattr(keys, "FIRST", request.param[0])
    monkeypatch.setattr(keys, "BUDGET", request.param[1])


def test_pages_hold_every_order_once_and_in_order(many, budget):
    for view in ("all", "open", "to_release", "picking"):
        inside = set(everything(ListQuery(view=view)))
        for (sort, descending), limit in zip(SORTS, itertools.cycle([7, 200, 200])):
            ids = everything(ListQuery(view=view, sort=sort, descending=descending, limit=limit))

            assert len(ids) == len(set(ids))
            assert set(ids) == inside, (view, sort)
            places = [SOUTH, NORTH, None] if descending else [NORTH, SOUTH, None]
            shown = [KEYS[sort](row, places) if sort == "location" else KEYS[sort](row) for row in store.order_rows(store.reader(), ids)]
            grouped = [key[:-1] if sort in GROUPED else key[0] for key in shown]
            turned = descending and sort not in ("ship_by", "location")
            assert grouped == sorted(grouped, reverse=turned), (sort, descending)
            if sort not in GROUPED:
                values = [key[1] for key in shown if not (sort == "ship_by" and key[0])]
                assert values == sorted(values, reverse=descending), (sort, descending)


def test_a_page_that_cannot_be_filled_within_the_budget_says_how_far_it_looked(many, monkeypatch):
    monkeypatch.setattr(keys, "FIRST", 16)
    monkeypatch.setattr(keys, "BUDGET", 48)
    query = ListQuery(filters={"location": "N"}, sort="total", limit=7)

    first = store.page(store.reader(), query, NOW, {})

    assert (first.rows, first.looked) == ([], 48 // keys.LOOKUP)
    assert first.after is not None
    assert everything(query) == []


def test_names_of_a_large_list_are_sorted_among_the_newest(many, monkeypatch):
    monkeypatch.setattr(keys, "NEWEST", 9)
    query = ListQuery(sort="customer", descending=False, limit=5)

    first = store.page(store.reader(), query, NOW, COUNTS)
    rest = store.page(store.reader(), ListQuery(**{**query.__dict__, "after": first.after}), NOW, COUNTS)

    newest = sorted(row.id for row in store.page(store.reader(), ListQuery(limit=9), NOW, COUNTS).rows)
    assert (first.newest, sorted(row.id for row in first.rows + rest.rows)) == (9, newest)
    names = [row.customer_name for row in first.rows + rest.rows]
    assert names == sorted(names)


def test_a_new_order_between_two_pages_shifts_nothing(many):
    query = ListQuery(sort="placed", descending=True, limit=20)
    first = store.page(store.reader(), query, NOW, {})
    raw_orders([{"number": "99999", "placed_at": NOW + dt.timedelta(hours=1)}])
    store.refresh()

    second = store.page(store.reader(), ListQuery(**{**query.__dict__, "after": first.after}), NOW, {})

    assert {row.id for row in first.rows} | {row.id for row in second.rows} == set(range(1, 41))


def test_views_are_the_sets_that_are_counted(any_app):
    states = [
        (status, phase, work)
        for phase in rules.PHASES
        for status in (("cancelled",) if phase == "cancelled" else ("open", "completed") if phase in SENT else ("open",))
        for work in WORKS
        if phase not in words.WORKING or rules.WORK_PHASE[work] == phase
    ]
    raw_orders({"status": status, "phase": phase, "work": work} for status, phase, work in states)

    for view in rules.VIEWS:
        expected = {place for place, state in enumerate(states, 1) if view in rules.views_of(*state)}
        shown = {id_ for page in pages(ListQuery(view=view, limit=200)) for id_ in page}
        assert shown == expected, view


def test_at_risk_is_what_is_open_and_due_within_four_hours(any_app):
    raw_orders(
        [
            {"ship_by": NOW + dt.timedelta(hours=4)},
            {"ship_by": NOW - dt.timedelta(days=9)},
            {"ship_by": NOW + dt.timedelta(hours=4, seconds=1)},
            {"ship_by": NOW, "status": "completed"},
            {"ship_by": None},
        ]
    )

    assert sorted(pages(ListQuery(view="at_risk", sort="ship_by", descending=False))[0]) == [1, 2]
    assert store.counts(store.reader(), NOW)["at_risk"] == 2


def test_each_filter_keeps_what_it_names(many):
    def shown(**filters):
        return {id_ for page in pages(ListQuery(filters=filters, limit=200)) for id_ in page}

    assert shown(channel="ebay") == set(range(3, 41, 3))
    assert shown(channel="nothing") == set()
    assert shown(placed_from=NOW) == set(range(1, 41, 3))
    assert shown(placed_to=NOW - dt.timedelta(days=1)) == set(range(3, 41, 3))
    assert shown(due_from=NOW, due_to=NOW + dt.timedelta(days=1)) == set(range(1, 41, 5))
    assert shown(channel="web", placed_from=NOW) == set(range(1, 41, 3))
    assert shown(status="allocated") == set(range(1, 41, 5))
    assert shown(status="cancelled") == set(range(5, 41, 5))
    assert shown(readiness="part", channel="ebay") == {12, 27}
    assert shown(promise="moved") == shown(promise="later") == set(range(2, 41, 5))
    assert shown(promise="earlier") == set()
    assert shown(total_from=300) == set(range(3, 41, 4))
    assert shown(items_from=1, items_to=2) == set(range(1, 41, 5))
    assert store.channels(store.reader()) == ["amazon", "ebay", "web"]


def test_matches_are_counted_as_far_as_can_be_told(many, monkeypatch):
    def counted(**filters):
        return store.count_up_to(store.reader(), ListQuery(filters=filters), NOW, COUNTS, most=10)

    assert counted(status="cancelled") == (8, False)
    assert counted(channel="web") == (10, True)
    assert store.count_up_to(store.reader(), ListQuery(view="open"), NOW, COUNTS) == (24, False)
