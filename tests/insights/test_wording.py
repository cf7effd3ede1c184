"""Figures as people read them."""

import pytest

from dashboard.insights import wording
from dashboard.insights.rules import KPIS


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0, "0 min"),
        (59, "0 min"),
        (1320, "22 min"),
        (3600, "1 h"),
        (4320, "1 h 12 min"),
        (111_600, "31 h"),
        (300_000, "3 d"),
    ],
)
def test_a_span_of_time(seconds, text):
    assert wording.span(seconds) == text


@pytest.mark.parametrize(
    ("key", "figure", "text"),
    [
        ("order_accuracy", 98.96, "98.9"),
        ("order_accuracy", 99.0, "99.0"),
        ("order_accuracy", 99.99, "99.9"),
        ("order_accuracy", 100, "100"),
        ("order_accuracy", 0, "0.0"),
        ("order_accuracy", None, None),
        ("processing_time", 9.94, "9.9"),
        ("processing_time", 9.96, "10"),
        ("processing_time", 26.4, "26"),
        ("backlog", 0, "0"),
        ("backlog", 1234, "1,234"),
    ],
)
def test_a_percentage_is_never_rounded_up_to_its_target(key, figure, text):
    assert wording.value(KPIS[key], figure) == text


@pytest.mark.parametrize(
    ("key", "now", "before", "text"),
    [
        ("order_accuracy", 99.4, 99.2, "+0.2 pt vs yesterday"),
        ("order_accuracy", 99.20, 99.21, "as yesterday"),
        ("processing_time", 20.0, 26.0, "−6.0 h vs yesterday"),
        ("backlog", 88, 42, "+46 vs yesterday"),
        ("backlog", 10, 10, "as yesterday"),
        ("backlog", 10, None, None),
        ("order_accuracy", None, 99.0, None),
    ],
)
def test_a_change_since_yesterday(key, now, before, text):
    assert wording.change(KPIS[key], now, before) == text
