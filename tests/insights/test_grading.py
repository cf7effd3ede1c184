"""How a figure becomes a status, and when a status may change."""

import datetime as dt

import pytest

from dashboard.insights.grading import settle
from dashboard.insights.rules import KPIS, Due, Measure, at_risk, by_threshold, grade, percentile, working_time

NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("key", "figure", "status"),
    [
        ("order_accuracy", 100, "ok"),
        ("order_accuracy", 99, "ok"),
        ("order_accuracy", 98.99, "watch"),
        ("order_accuracy", 98.5, "watch"),
        ("order_accuracy", 98.49, "act"),
        ("processing_time", 0.1, "ok"),
        ("processing_time", 24, "ok"),
        ("processing_time", 24.1, "watch"),
        ("processing_time", 48, "watch"),
        ("processing_time", 48.1, "act"),
        ("fulfilment_rate", 98, "ok"),
        ("fulfilment_rate", 97, "watch"),
        ("fulfilment_rate", 96.9, "act"),
        ("backlog", 110, "ok"),
        ("backlog", 125, "watch"),
        ("backlog", 126, "act"),
        ("at_risk", 0, "ok"),
        ("at_risk", 1, "watch"),
        ("at_risk", 10, "watch"),
        ("at_risk", 11, "act"),
        ("shipped_per_hour", 100, "ok"),
        ("shipped_per_hour", 90, "watch"),
        ("shipped_per_hour", 89, "act"),
        ("stock_risk", 5, "ok"),
        ("stock_risk", 10, "watch"),
        ("stock_risk", 10.1, "act"),
        ("exceptions", 1, "ok"),
        ("exceptions", 4, "watch"),
        ("exceptions", 4.1, "act"),
    ],
)
def test_the_limits_of_each_kpi(key, figure, status):
    assert by_threshold(KPIS[key], figure) == status


def test_no_figure_is_no_data():
    assert grade(KPIS["order_accuracy"], Measure("order_accuracy", None, 0, 0, None)) == "nodata"


def test_a_figure_without_a_plan_is_no_data_unless_something_else_grades_it():
    assert grade(KPIS["shipped_per_hour"], Measure("shipped_per_hour", 3, 3, None, None)) == "nodata"
    assert grade(KPIS["backlog"], Measure("backlog", 3, 3, None, None, "act")) == "act"


def test_the_worse_of_threshold_and_floor_counts():
    assert grade(KPIS["backlog"], Measure("backlog", 3, 3, 3, 100, "watch")) == "watch"
    assert grade(KPIS["backlog"], Measure("backlog", 9, 9, 3, 300, "watch")) == "act"


def test_a_status_changes_after_two_minutes_without_a_break():
    held = settle(None, "ok", NOON)
    assert held.shown == "ok"
    shown = []
    for second in range(0, 150, 10):
        held = settle(held, "act", NOON + second * SECOND)
        shown.append(held.shown)

    assert shown == ["ok"] * 12 + ["act"] * 3


def test_a_flicker_starts_the_two_minutes_anew():
    held = settle(None, "ok", NOON)
    for second, status in ((0, "act"), (60, "ok"), (70, "act"), (150, "act"), (180, "act")):
        held = settle(held, status, NOON + second * SECOND)

    assert held.shown == "ok"
    assert settle(held, "act", NOON + 190 * SECOND).shown == "act"


@pytest.mark.parametrize(("before", "after"), [("ok", "nodata"), ("nodata", "act")])
def test_no_data_comes_and_goes_at_once(before, after):
    assert settle(settle(None, before, NOON), after, NOON + SECOND).shown == after


def test_a_board_nobody_looked_at_shows_what_is():
    assert settle(settle(None, "ok", NOON), "act", NOON + 301 * SECOND).shown == "act"


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.9, 7),
        ([1, 2], 0.5, 1),
        ([1, 2, 3], 0.5, 2),
        (list(range(1, 11)), 0.9, 9),
        (list(range(1, 12)), 0.9, 10),
    ],
)
def test_percentiles_are_by_nearest_rank(values, share, expected):
    assert percentile(values, share) == expected


@pytest.mark.parametrize(
    ("holds", "expected"),
    [([], 100), ([(20, 30)], 90), ([(-50, 10)], 90), ([(90, 500)], 90), ([(10, 40), (20, 30), (35, 50)], 60), ([(-9, 900)], 0)],
)
def test_time_on_hold_is_taken_off_once(holds, expected):
    assert working_time(0, 100, holds) == expected


def test_the_least_advanced_orders_are_left_behind():
    due = [Due(1, "to_pick", "allocated", 50), Due(2, "to_ship", "packed", 60), Due(3, "to_pick", "picking", 40)]

    assert [order.id for order in at_risk(due, 10, 2)] == [1]
    assert [order.id for order in at_risk(due, 45, 2)] == [3]
    assert at_risk(due, 10, None) == []
