"""The rules of purchasing: what may follow what, what can be promised when, and how much to order."""

import datetime as dt

import pytest

from dashboard.purchasing.rules import (
    PURCHASE_ORDER,
    Due,
    Need,
    current_arrival,
    first_day,
    most_over,
    promisable,
    status_after,
    suggested,
)

MONDAY = dt.date(2026, 11, 23)
FRIDAY = dt.date(2026, 11, 27)


def test_received_and_cancelled_are_the_end():
    assert [status for status in PURCHASE_ORDER.statuses if not PURCHASE_ORDER.next_of(status)] == ["received", "cancelled"]


@pytest.mark.parametrize(("lines", "status"), [
    ([(10, 4, 0)], "partially_received"), ([(10, 10, 0)], "received"), ([(10, 4, 6)], "received"), ([(10, 11, 0)], "received"),
    ([(10, 10, 0), (1, 0, 0)], "partially_received"),
])  # fmt: skip
def test_the_lines_say_where_the_order_stands(lines, status):
    assert status_after(lines) == status


@pytest.mark.parametrize(("ordered", "most"), [(1, 1), (9, 1), (19, 1), (20, 2), (1000, 100)])
def test_a_tenth_may_come_on_top(ordered, most):
    assert most_over(ordered) == most


def test_what_comes_until_a_day_can_be_promised_on_it():
    dues = [Due(FRIDAY, 10), Due(MONDAY, 2)]

    assert [promisable(3, 4, dues, day) for day in (MONDAY - dt.timedelta(1), MONDAY, FRIDAY)] == [-1, 1, 11]


def test_the_first_day_is_today_a_delivery_day_or_none():
    dues = [Due(FRIDAY, 10), Due(MONDAY - dt.timedelta(3), 2)]

    assert [first_day(0, 3, dues, units, MONDAY) for units in (1, 9, 10)] == [FRIDAY, FRIDAY, None]
    assert first_day(0, 1, dues, 1, MONDAY) == MONDAY


@pytest.mark.parametrize(("need", "units"), [
    (Need(10, 0, 28, 0), 4),
    (Need(10, 0, 28, 5), 9),
    (Need(10, 9, 28, 5), 0),
    (Need(10, 0, 28, 5, pack_size=6), 12),
    (Need(10, 0, 29, 0), 5),
    (Need(100, 0, 28, 0), 0),
    (Need(0, 0, 0, 0), 0),
    (Need(10, 0, 28, 5, drafted=8), 1),
    (Need(0, 0, 28, 0, lead_days=0, review_days=1), 1),
    (Need(2, 0, 0, 0, reorder_point=3), 2),
    (Need(2, 1, 0, 0, reorder_point=3, drafted=1), 0),
    (Need(0, 0, 28, 5, reorder_point=3), 19),
])  # fmt: skip
def test_the_suggestion_covers_demand_and_safety_in_whole_packs(need, units):
    assert suggested(need) == units


def test_a_noted_arrival_stands_for_three_days():
    at = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

    assert current_arrival(at, at + dt.timedelta(days=3)) == at
    assert current_arrival(at, at + dt.timedelta(days=3, seconds=1)) is None
    assert current_arrival(None, at) is None
