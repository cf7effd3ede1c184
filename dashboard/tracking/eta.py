"""When something arrives, as a range of days: the carrier's word, else our own deliveries, else working days. Pure."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from dashboard.insights.rules import percentile

FALLBACK_WORKING_DAYS = (2, 5)
LEAST_SAMPLES = 20


class Days(NamedTuple):
    """A range of local dates, both included."""

    first: dt.date
    last: dt.date


class Transit(NamedTuple):
    """Days on the road: p10 and p90 of our own deliveries."""

    fast: int
    slow: int


def transit_of(seconds: Sequence[float]) -> Transit | None:
    """From the times between hand-over and delivery; None for fewer than LEAST_SAMPLES."""
    if len(seconds) < LEAST_SAMPLES:
        return None
    ordered = sorted(seconds)
    return Transit(_days(percentile(ordered, 0.1) or 0), _days(percentile(ordered, 0.9) or 0))


def _days(seconds: float) -> int:
    """Whole days; a part of a day counts as one, for a promise is kept by arriving early."""
    return max(1, -(-int(seconds) // 86_400))


def arrival(leaves: dt.date, transit: Transit | None) -> Days:
    """When something that leaves on this day arrives."""
    if transit is None:
        return Days(*(_working_days_after(leaves, days) for days in FALLBACK_WORKING_DAYS))
    return Days(leaves + dt.timedelta(days=transit.fast), leaves + dt.timedelta(days=transit.slow))


def _working_days_after(day: dt.date, count: int) -> dt.date:
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def from_today(days: Days | None, today: dt.date) -> Days | None:
    """The part of the range that still lies ahead; None when all of it is past: then it is late, and no date is shown."""
    if days is None or days.last < today:
        return None
    return Days(max(days.first, today), days.last)
