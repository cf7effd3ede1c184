"""Each KPI measured at one moment: the one place where its numbers come from, for page, API, wall and checks."""

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from dashboard.insights import moments
from dashboard.insights.rules import DAY, FAST, HOUR, KPIS, PROMISED, Due, Measure, at_risk, average, percent, percentile
from dashboard.insights.store import floor, queues, trends, windows
from dashboard.insights.store.query import Scope, counts
from dashboard.insights.store.windows import Took
from dashboard.kernel import clock

SOON = dt.timedelta(minutes=30)


def order_accuracy(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    begin = now - KPIS["order_accuracy"].window
    shipped = windows.shipped(connection, begin, now, within)
    good = shipped - len(windows.errors(connection, begin, now, within))
    value = percent(good, shipped)
    return Measure("order_accuracy", value, good, shipped, value)


def processing_time(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    return processing_of(windows.times(connection, now - KPIS["processing_time"].window, now, within))


def processing_of(times: Sequence[Took]) -> Measure:
    """The figure over these orders. facts: p90 (hours), within_24_h and within_48_h (%)."""
    hours = sorted(took.took / _micros(HOUR) for took in times)
    within_fast = sum(hour <= FAST / HOUR for hour in hours)
    within_promise = sum(hour <= PROMISED / HOUR for hour in hours)
    p90 = percentile(hours, 0.9)
    facts = {"p90": p90, "within_24_h": percent(within_fast, len(hours)), "within_48_h": percent(within_promise, len(hours))}
    return Measure("processing_time", percentile(hours, 0.5), within_promise, len(hours), p90, facts=facts)


def fulfilment_rate(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    begin = now - KPIS["fulfilment_rate"].window
    due = windows.due(connection, begin, now, within)
    full = due - len(windows.missed(connection, begin, now, within))
    value = percent(full, due)
    return Measure("fulfilment_rate", value, full, due, value)


def backlog(connection: sa.Connection, now: dt.datetime, within: Scope, plan: float | None) -> Measure:
    """plan: see trends.backlog_plan. facts: oldest (seconds or None), plan."""
    stages = floor.stages(connection, within)
    count = sum(stage.count for stage in stages)
    oldest = age(min((stage.oldest for stage in stages), default=None), now)
    graded = None if plan is None else 100 * count / plan if plan else 100.0 * bool(count)
    facts = {"oldest": oldest, "plan": plan, "stages": {stage.phase: stage.count for stage in stages}}
    return Measure("backlog", count, count, None if plan is None else round(plan), graded, _by_age(oldest), facts)


def _by_age(seconds: float | None) -> str:
    days = (seconds or 0) / DAY.total_seconds()
    return "ok" if days <= 1 else "watch" if days <= 2 else "act"


def risk(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    """facts: cutoff (None without a location), seconds_left, pace (orders/h, None if nobody can say), due_now."""
    cutoff, due, chosen, pace = orders_at_risk(connection, now, within)
    if cutoff is None:
        return Measure("at_risk", None, None, None, None)
    left = (cutoff - now).total_seconds()
    at_least = "act" if chosen and left <= SOON.total_seconds() else None
    facts = {"cutoff": cutoff, "seconds_left": left, "pace": pace}
    return Measure("at_risk", len(chosen), len(chosen), len(due), len(chosen), at_least, facts)


def orders_at_risk(
    connection: sa.Connection, now: dt.datetime, within: Scope
) -> tuple[dt.datetime | None, list[Due], list[Due], float | None]:
    """The next cut-off, the orders due by it, those that will miss it, and the pace in orders per hour."""
    cutoff = moments.next_cutoff(now, within.places)
    if cutoff is None:
        return None, [], [], None
    due = floor.due_by(connection, cutoff, within)
    hours = (cutoff - now) / HOUR
    pace = _pace(connection, now, cutoff, within)
    capacity = None if pace is None else int(pace * hours)
    return cutoff, due, at_risk(due, clock.micros(now), capacity), pace


def _pace(connection: sa.Connection, now: dt.datetime, cutoff: dt.datetime, within: Scope) -> float | None:
    """Orders per hour: of the last 60 minutes while work goes on, else what the plan holds for the time until the cut-off."""
    shipped = counts(connection, [(now - HOUR, now)], within)[0]
    past, ahead = floor.plan(connection, [(now - HOUR, now), (now, cutoff)], within)
    if shipped or average(past):
        return float(shipped)
    planned = average(ahead)
    return None if planned is None else planned / ((cutoff - now) / HOUR)


def shipped_per_hour(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    """facts: plan (orders), today and today_plan (orders since and per local day)."""
    hour, day = (now - HOUR, now), moments.day_of(now, within.zone)
    shipped, today = counts(connection, [hour, (day[0], now)], within)
    plan, today_plan = map(average, floor.plan(connection, [hour, day], within))
    graded = None if plan is None else 100 * shipped / plan if plan else 100.0
    facts = {"plan": plan, "today": today, "today_plan": today_plan}
    return Measure("shipped_per_hour", shipped, shipped, None if plan is None else round(plan), graded, facts=facts)


def stock_risk(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    """facts: out_with_demand (SKUs)."""
    low, watched = queues.low(connection, within)
    out = queues.out_with_demand(connection, within)
    facts = {"out_with_demand": out}
    if not watched and not out:
        return Measure("stock_risk", None, None, None, None, facts=facts)
    return Measure("stock_risk", low, low, watched, percent(low, watched) or 0, "watch" if out else None, facts)


def exceptions(connection: sa.Connection, now: dt.datetime, within: Scope) -> Measure:
    """facts: oldest (seconds or None)."""
    found = queues.open_exceptions(connection, within)
    oldest = age(min((row.opened_at for row in found), default=None), now)
    hours = (oldest or 0) / HOUR.total_seconds()
    count = len(found)
    return Measure("exceptions", count, count, queues.open_orders(connection, within), hours, facts={"oldest": oldest})


def age(since: int | None, now: dt.datetime) -> float | None:
    """Seconds since a moment in microseconds; None for none."""
    return None if since is None else max(0.0, (clock.micros(now) - since) / 1_000_000)


def _micros(span: dt.timedelta) -> int:
    return span // clock.MICROSECOND


SIMPLE: dict[str, Callable[[sa.Connection, dt.datetime, Scope], Measure]] = {
    "order_accuracy": order_accuracy,
    "processing_time": processing_time,
    "fulfilment_rate": fulfilment_rate,
    "at_risk": risk,
    "shipped_per_hour": shipped_per_hour,
    "stock_risk": stock_risk,
    "exceptions": exceptions,
}


def measure(connection: sa.Connection, key: str, now: dt.datetime, within: Scope, backlog_plan: float | None) -> Measure:
    """The KPI now. Raises: KeyError, for a key that rules.KPIS does not know."""
    if key == "backlog":
        return backlog(connection, now, within, backlog_plan)
    return SIMPLE[key](connection, now, within)


def before(connection: sa.Connection, key: str, now: dt.datetime, within: Scope, points: trends.Points) -> float | None:
    """The value 24 hours ago; None where nothing can tell."""
    if key in ("order_accuracy", "processing_time", "fulfilment_rate"):
        return SIMPLE[key](connection, now - DAY, within).value
    return points[0] if key in ("backlog", "stock_risk", "exceptions") else None
