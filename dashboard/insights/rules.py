"""What each KPI is, as data: formula, window, target, thresholds; and how a figure is graded. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.orders.rules import OWN_FAULT

READY = ("to_route", "to_pick", "to_pack", "to_ship")
"""Phases in which an order waits for nobody but us."""
UNSHIPPED = ("disputed", "on_hold", "payment_due", "out_of_stock", *READY)
ERROR_REASONS = ("wrong_item", "missing_item")
OUR_CANCELLATIONS = tuple(sorted(OWN_FAULT))
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
FAST = 24 * HOUR
PROMISED = 48 * HOUR
PLAN_WEEKS = 4
STATUSES = ("ok", "watch", "act")


@dataclass(frozen=True)
class Kpi:
    """One KPI's definition.

    target: the limit of On target; watch: the limit of Watch, beyond it is Act now; both for the figure named in `graded`.
    window: None for what stands now. trend: what its 24 points show, one per `step`.
    """

    key: str
    label: str
    unit: str
    formula: str
    numerator: str
    denominator: str
    window_words: str
    target_words: str
    graded: str
    target: float
    watch: float
    more_is_better: bool
    failing: str
    trend: str
    window: dt.timedelta | None = None
    step: dt.timedelta = HOUR


@dataclass(frozen=True)
class Measure:
    """A KPI at one moment. value: in the KPI's unit; None where there is nothing to measure, which is never 0.

    graded: the figure that the thresholds apply to; None without one. at_least: a status it cannot be better than.
    """

    key: str
    value: float | None
    numerator: int | None
    denominator: int | None
    graded: float | None
    at_least: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


KPIS: Mapping[str, Kpi] = {
    kpi.key: kpi
    for kpi in (
        Kpi(
            key="order_accuracy",
            label="Order accuracy",
            unit="%",
            formula="Orders shipped without an error ÷ orders shipped. An error is a wrong, missing or extra item found when the"
            " packed order was checked, or a return for a wrong or missing item.",
            numerator="orders shipped without an error",
            denominator="orders shipped",
            window_words="the last 30 days, by shipping time",
            window=30 * DAY,
            step=DAY,
            target_words="≥ 99 %",
            graded="accuracy in %",
            target=99,
            watch=98.5,
            more_is_better=True,
            failing="Orders with an error, latest first",
            trend="accuracy of each of the last 24 days",
        ),
        Kpi(
            key="processing_time",
            label="Processing time",
            unit="h",
            formula="Time from the moment an order was ready (paid and free of holds) to its hand-over to the carrier, minus the"
            " time it was on hold. Shown: the median; graded: the 90th percentile. Calendar hours.",
            numerator="orders handed over within 48 h",
            denominator="orders handed over",
            window_words="the last 7 days, by shipping time",
            window=7 * DAY,
            step=DAY,
            target_words="p90 ≤ 24 h, at most 48 h",
            graded="90th percentile in hours",
            target=24,
            watch=48,
            more_is_better=False,
            failing="Orders that took more than 48 h, slowest first",
            trend="median of each of the last 24 days",
        ),
        Kpi(
            key="fulfilment_rate",
            label="Fulfilment rate",
            unit="%",
            formula="Orders shipped in full ÷ orders whose ship-by fell into the window. Cancellations at the customer's wish, for"
            " fraud or for want of payment do not count; those for want of stock do.",
            numerator="orders shipped in full",
            denominator="orders due",
            window_words="the last 7 days, by ship-by",
            window=7 * DAY,
            step=DAY,
            target_words="≥ 98 %",
            graded="fulfilment rate in %",
            target=98,
            watch=97,
            more_is_better=True,
            failing="Orders due and not shipped in full, longest due first",
            trend="rate of the orders due on each of the last 24 days",
        ),
        Kpi(
            key="backlog",
            label="Backlog",
            unit="",
            formula="Orders that are ready (paid, free of holds, stock allocated) and not shipped. The plan is the average backlog at"
            f" this hour of the same weekday in the past {PLAN_WEEKS} weeks.",
            numerator="orders ready and not shipped",
            denominator="plan for this hour",
            window_words="now",
            target_words="≤ plan + 10 %, oldest ≤ 24 h",
            graded="backlog in % of its plan",
            target=110,
            watch=125,
            more_is_better=False,
            failing="Orders in the backlog, oldest first",
            trend="backlog at each of the last 24 hours",
        ),
        Kpi(
            key="at_risk",
            label="At risk",
            unit="",
            formula="Orders due by the next cut-off that will not make it: past their ship-by, waiting for stock, or beyond what the"
            " pace of the last 60 minutes (before work starts: the plan) can ship until the cut-off, least advanced first.",
            numerator="orders that will miss the cut-off",
            denominator="orders due by it and not shipped",
            window_words="until the next cut-off",
            target_words="0",
            graded="orders at risk",
            target=0,
            watch=10,
            more_is_better=False,
            failing="Orders at risk, most urgent first",
            trend="orders past their ship-by at each of the last 24 hours",
        ),
        Kpi(
            key="shipped_per_hour",
            label="Shipped per hour",
            unit="/h",
            formula="Orders shipped in full within the last 60 minutes. The plan is the average of the same 60 minutes on the same"
            f" weekday in the past {PLAN_WEEKS} weeks.",
            numerator="orders shipped in the last 60 minutes",
            denominator="plan for these 60 minutes",
            window_words="the last 60 minutes",
            window=HOUR,
            target_words="≥ plan",
            graded="shipped in % of the plan",
            target=100,
            watch=90,
            more_is_better=True,
            failing="Orders ready to ship, soonest due first",
            trend="orders shipped in each of the last 24 hours",
        ),
        Kpi(
            key="stock_risk",
            label="SKUs to reorder",
            unit="",
            formula="SKUs whose available units are at or below the reorder point at one location or more. Out of stock with demand: no"
            " unit available anywhere while an order waits for it.",
            numerator="SKUs at or below their reorder point",
            denominator="SKUs with a reorder point",
            window_words="now",
            target_words="≤ 5 % of them, none out of stock with demand",
            graded="SKUs at or below their reorder point in % of those that have one",
            target=5,
            watch=10,
            more_is_better=False,
            failing="Orders waiting for stock, soonest due first",
            trend="SKUs at or below their reorder point at each of the last 24 hours",
        ),
        Kpi(
            key="exceptions",
            label="Open exceptions",
            unit="",
            formula="Exceptions nobody has resolved or snoozed, and the age of the oldest.",
            numerator="open exceptions",
            denominator="open orders",
            window_words="now",
            target_words="none older than 1 h",
            graded="age of the oldest in hours",
            target=1,
            watch=4,
            more_is_better=False,
            failing="Open exceptions, oldest first",
            trend="open exceptions at each of the last 24 hours",
        ),
    )
}


def grade(kpi: Kpi, measure: Measure) -> str:
    """ok, watch, act, or nodata where there is no figure, or nothing to hold it against."""
    if measure.value is None:
        return "nodata"
    if measure.graded is None:
        return measure.at_least or "nodata"
    status = by_threshold(kpi, measure.graded)
    return max(status, measure.at_least or "ok", key=STATUSES.index)


def by_threshold(kpi: Kpi, figure: float) -> str:
    """The status of a figure; on the limit counts as the better side."""
    sign = -1 if kpi.more_is_better else 1
    if sign * figure <= sign * kpi.target:
        return "ok"
    return "watch" if sign * figure <= sign * kpi.watch else "act"


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Nearest rank: the smallest value with at least `share` (above 0, to 1) of all values at or below it; None for none."""
    if not ordered:
        return None
    rank = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[rank - 1]


def percent(part: int, whole: int) -> float | None:
    """part of whole in %; None of nothing."""
    return 100 * part / whole if whole else None


def working_time(ready: int, shipped: int, holds: Sequence[tuple[int, int]]) -> int:
    """Microseconds from ready to shipped, minus the time covered by at least one hold (begin, end)."""
    held, reached = 0, ready
    for begin, end in sorted(holds):
        begin, end = max(begin, reached), min(end, shipped)
        if end > begin:
            held += end - begin
            reached = end
    return max(0, shipped - ready - held)


WORK_ORDER = ("packed", "packing", "picked", "picking", "released", "allocated")


@dataclass(frozen=True)
class Due:
    """An order due by the next cut-off. ship_by: microseconds since 1970."""

    id: int
    phase: str
    work: str | None
    ship_by: int


def at_risk(due: Sequence[Due], now: int, capacity: int | None) -> list[Due]:
    """Those that will miss the cut-off, by ship-by.

    Args: capacity: orders that can still leave until then; None when nobody can say: only what is certain counts.
    """
    certain = [order for order in due if order.ship_by < now or order.phase == "out_of_stock"]
    rest = [order for order in due if not (order.ship_by < now or order.phase == "out_of_stock")]
    rest.sort(key=lambda order: (_steps_left(order), order.ship_by, order.id))
    beyond = [] if capacity is None else rest[capacity:]
    return sorted(certain + beyond, key=lambda order: (order.ship_by, order.id))


def _steps_left(order: Due) -> int:
    return WORK_ORDER.index(order.work) if order.work in WORK_ORDER else len(WORK_ORDER)


def average(counts: Sequence[int]) -> float | None:
    return sum(counts) / len(counts) if counts else None
