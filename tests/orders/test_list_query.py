"""The list's query: views as counted, keyset pages without gaps, no walk over the table."""

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from dashboard.kernel import clock, db
from dashboard.kernel.db import db as flask_db
from dashboard.orders import rules, store, words
from dashboard.orders.model import Order
from dashboard.orders.store import ListQuery, conditions, listing
from tests.factories import NOW

WORKS = (None, "backordered", "allocated", "released", "picking", "picked", "packing", "packed")
SORTS = [(sort, turn) for sort in listing.SORTS for turn in (True, False)]


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

    def write(tx):
        for number, row in enumerate(rows, 1):
            total = row.get("total", 0)
            values = {
                **dict.fromkeys(texts, ""),
                **plain,
                "number": str(10000 + number),
                "placed_at": NOW,
                "lines_total": total,
                **row,
            }
            tx.execute(sa.insert(Order).values(values))

    db.write(write)


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


@pytest.fixture
def many(any_app):
    """Equal sort values, missing ship-by dates, and three channels."""
    moments = itertools.cycle([NOW, NOW - dt.timedelta(hours=1), NOW - dt.timedelta(days=2)])
    dues = itertools.cycle([NOW + dt.timedelta(hours=1), None, NOW - dt.timedelta(hours=3), NOW + dt.timedelta(days=3), None])
    channels = itertools.cycle(["web", "amazon", "ebay"])
    raw_orders(
        {"placed_at": next(moments), "ship_by": next(dues), "total": number % 4 * 100, "channel": next(channels)}
        for number in range(1, 41)
    )


@pytest.mark.parametrize("walked", [False, True])
def test_pages_hold_every_order_once_and_in_order(many, walked):
    for sort, descending in SORTS:
        found = pages(ListQuery(sort=sort, descending=descending, limit=7), {"all": 10**6 if walked else 0})

        ids = [id_ for page in found for id_ in page]
        assert [len(page) for page in found] == [7, 7, 7, 7, 7, 5]
        assert sorted(ids) == list(range(1, 41))
        values = {
            row.id: getattr(row, "id" if sort == "number" else {"placed": "placed_at"}.get(sort, sort))
            for row in store.order_rows(store.reader(), ids)
        }
        keys = [(values[id_] is None, values[id_] or 0, id_) for id_ in ids]
        shown = [key for key in keys if not key[0]]
        assert shown == sorted(shown, reverse=descending)
        assert [key[0] for key in keys] == sorted(key[0] for key in keys), "orders without a date come last"


def test_a_new_order_between_two_pages_shifts_nothing(many):
    query = ListQuery(sort="placed", descending=True, limit=20)
    first = store.page(store.reader(), query, NOW, {})
    raw_orders([{"number": "99999", "placed_at": NOW + dt.timedelta(hours=1)}])
    store.refresh()

    second = store.page(store.reader(), ListQuery(**{**query.__dict__, "after": first.after}), NOW, {})

    assert {row.id for row in first.rows} | {row.id for row in second.rows} == set(range(1, 41))


@pytest.mark.parametrize("walked", [False, True])
def test_views_are_the_sets_that_are_counted(any_app, walked):
    states = [
        (status, phase, work)
        for status in ("open", "completed", "cancelled")
        for phase in rules.PHASES
        for work in WORKS
        if phase not in words.WORKING or rules.WORK_PHASE[work] == phase
    ]
    raw_orders({"status": status, "phase": phase, "work": work} for status, phase, work in states)

    for view in rules.VIEWS:
        expected = {place for place, state in enumerate(states, 1) if view in rules.views_of(*state)}
        shown = {id_ for page in pages(ListQuery(view=view, limit=200), {view: 10**6 if walked else 0}) for id_ in page}
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
    assert store.channels(store.reader()) == ["amazon", "ebay", "web"]


PLANS = (
    [
        ListQuery(view=view, sort=sort, descending=turn)
        for view in ("all", "open", "to_release", "delivered", "at_risk")
        for sort, turn in SORTS
    ]
    + [
        ListQuery(filters=filters, sort=sort, descending=turn)
        for filters in (
            {"channel": "web"},
            {"payment_status": "paid"},
            {"fulfilment_status": "picked"},
            {"readiness": "part"},
            {"hold": "any"},
            {"hold": "address"},
            {"location": "N"},
            {"country": "France"},
            {"placed_from": NOW},
            {"due_to": NOW},
        )
        for sort, turn in SORTS
    ]
    + [ListQuery(text=text, sort=sort, descending=turn) for text in ("mug lamp", "12") for sort, turn in SORTS]
)


@pytest.mark.parametrize("count", [10, 100_000])
def test_no_list_query_walks_the_table(app, count):
    """The primary key may be walked where it is the order itself: then the walk ends with the page."""
    connection = store.reader()
    for query in PLANS:
        statement = listing.statement(query, clock.now(), "sqlite", {query.view: count})
        sql = str(statement.compile(flask_db.engine, compile_kwargs={"literal_binds": True, "render_postcompile": True}))

        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]

        walks = [step for step in plan if step.startswith("SCAN orders") and "INDEX" not in step]
        assert not walks or (query.sort == "number" and not any("TEMP B-TREE" in step for step in plan)), (query, plan)


def test_every_filter_of_the_url_has_its_condition():
    assert set(conditions.FILTERS) == {
        "channel",
        "payment_status",
        "fulfilment_status",
        "readiness",
        "hold",
        "location",
        "country",
        "placed_from",
        "placed_to",
        "due_from",
        "due_to",
    }
