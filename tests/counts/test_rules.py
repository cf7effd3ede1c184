"""ABC classes, what is due, tolerance, accuracy, and the status that lines call for."""

import datetime as dt

import pytest

from dashboard.counts import rules
from dashboard.counts.commands import Stocked

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)


def days_ago(days):
    return NOW - dt.timedelta(days=days)


def test_classes_follow_the_share_of_the_shipped_value():
    assert rules.classes({1: 700, 2: 150, 3: 100, 4: 30, 5: 20, 6: 0}) == {1: "A", 2: "A", 3: "B", 4: "C", 5: "C", 6: "C"}


@pytest.mark.parametrize(("values", "expected"), [
    ({}, {}), ({1: 0}, {1: "C"}), ({1: 5}, {1: "A"}), ({1: 80, 2: 20}, {1: "A", 2: "B"}), ({1: 1, 2: 1, 3: 1}, {1: "A", 2: "A", 3: "A"}),
])  # fmt: skip
def test_edges_of_the_classes(values, expected):
    assert rules.classes(values) == expected


@pytest.mark.parametrize(("class_", "days"), [("A", 30), ("B", 90), ("C", 180)])
def test_a_shelf_is_due_once_its_interval_is_over(class_, days):
    def due(last):
        return [one.days_late for one in rules.due([Stocked(1, "X", "x", last)], {1: class_}, NOW)]

    assert due(None) == [None]
    assert due(days_ago(days)) == [0]
    assert due(days_ago(days + 9)) == [9]
    assert due(days_ago(days) + dt.timedelta(seconds=1)) == []


def test_what_is_due_comes_a_before_b_before_c_and_never_counted_first():
    shelves = [
        Stocked(1, "C1", "", None),
        Stocked(2, "B1", "", days_ago(95)),
        Stocked(3, "A1", "", days_ago(31)),
        Stocked(4, "A2", "", days_ago(50)),
        Stocked(5, "A3", "", None),
    ]

    found = rules.due(shelves, {2: "B", 3: "A", 4: "A", 5: "A"}, NOW)

    assert [(one.code, one.class_) for one in found] == [("A3", "A"), ("A2", "A"), ("A1", "A"), ("B1", "B"), ("C1", "C")]


@pytest.mark.parametrize(("expected", "counted", "within"), [
    (0, 0, True), (0, 2, True), (0, 3, False), (10, 8, True), (10, 7, False), (100, 98, True), (100, 97, False),
    (1000, 980, True), (1000, 1020, True), (1000, 979, False), (2**31 - 1, 0, False),
])  # fmt: skip
def test_the_tolerance_is_the_larger_of_units_and_percent(expected, counted, within):
    assert rules.within_tolerance(expected, counted) is within
    assert rules.needs_recount(expected, counted, 1) is not within
    assert rules.needs_recount(expected, counted, 2) is False


def test_accuracy_is_the_share_of_lines_without_variance():
    assert rules.accuracy(0, 0) is None
    assert rules.accuracy(2, 3) == 66.7
    assert rules.accuracy(5, 5) == 100.0


@pytest.mark.parametrize(("status", "states", "after"), [
    ("open", ["to_count", "to_count"], "open"), ("open", ["to_count", "counted"], "counting"), ("open", ["counted"], "review"),
    ("review", ["recount", "to_count"], "counting"), ("counting", ["recount", "counted"], "review"),
    ("review", ["approved", "rejected"], "approved"), ("review", ["rejected", "rejected"], "cancelled"),
    ("counting", ["approved", "to_count"], "counting"),
])  # fmt: skip
def test_a_count_stands_where_its_lines_stand(status, states, after):
    assert rules.status_after(status, states) == after
    assert after == status or rules.COUNT.allows(status, after)
