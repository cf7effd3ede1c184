"""The 24 points behind each sparkline, rebuilt from the orders' own moments, and the plan of the backlog."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from dashboard.insights import moments
from dashboard.insights.rules import DAY, HOUR, PLAN_WEEKS, READY, UNSHIPPED, average, percent, percentile
from dashboard.insights.store import stockpast, windows
from dashboard.insights.store.query import AT, Scope, counts, one, rows, words
from dashboard.kernel import clock

POINTS = 24
LONGEST_STAY = dt.timedelta(days=14)
Points = list[float | None]

_PASSED = """
SELECT coalesce(o.ready_at, o.placed_at), o.ship_by, o.shipped_at FROM orders o
WHERE o.shipped_at > :begin {at}"""
_STILL = f"""
SELECT coalesce(o.ready_at, o.placed_at), o.ship_by, o.phase FROM orders o
WHERE o.phase IN {words(UNSHIPPED)} AND o.status = 'open' {{at}}"""  # noqa: S608 (our own words)
_PER_DAY = """
SELECT (:end - o.{moment}) / :step AS back, count(*) FROM orders o
WHERE o.{moment} > :begin AND o.{moment} <= :end {at} GROUP BY 1"""
_STOOD_SHIPPED = """
SELECT count(*) FROM orders o
WHERE o.shipped_at > :mark AND o.shipped_at <= :latest AND coalesce(o.ready_at, o.placed_at) <= :mark {at}"""
_STOOD_OPEN = f"""
SELECT count(*) FROM orders o
WHERE o.phase IN {words(READY)} AND coalesce(o.ready_at, o.placed_at) <= :mark {{at}}"""  # noqa: S608
_FIRST = "SELECT min(o.shipped_at) FROM orders o WHERE o.shipped_at IS NOT NULL"
_EXCEPTIONS = f"""
SELECT x.opened_at, x.resolved_at FROM order_exception x LEFT JOIN orders o ON o.id = x.order_id
WHERE (x.resolved_at IS NULL OR x.resolved_at > :begin) AND (:everywhere = 1 OR x.order_id IS NULL OR {AT})"""  # noqa: S608


def order_accuracy(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    wrong = _by_day((row.at for row in windows.errors(connection, now - POINTS * DAY, now, within)), now)
    return [
        None if not shipped else percent(shipped - wrong[place], shipped)
        for place, shipped in enumerate(_per_day(connection, "shipped_at", now, within))
    ]


def processing_time(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    days: list[list[int]] = [[] for _ in range(POINTS)]
    end, day = clock.micros(now), _micros(DAY)
    for took in windows.times(connection, now - POINTS * DAY, now, within):
        days[POINTS - 1 - (end - took.shipped_at) // day].append(took.took)
    medians = [percentile(sorted(values), 0.5) for values in days]
    return [None if median is None else median / _micros(HOUR) for median in medians]


def fulfilment_rate(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    begin = now - POINTS * DAY
    missed = _by_day((row.at for row in windows.missed(connection, begin, now, within)), now)
    none = _by_day(windows.not_due(connection, begin, now, within), now)
    due = [count - none[place] for place, count in enumerate(_per_day(connection, "ship_by", now, within))]
    return [percent(count - missed[place], count) for place, count in enumerate(due)]


def backlog(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    ready, left = _stays(connection, now, within, lambda row, phase: row[0] if phase in READY else None)
    return _standing(ready, left, now)


def at_risk(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    late, left = _stays(connection, now, within, lambda row, phase: row[1])
    return _standing(late, left, now)


def shipped_per_hour(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    hours = moments.marks(now, HOUR, POINTS)
    return [float(count) for count in counts(connection, [(end - HOUR, end) for end in hours], within)]


def stock_risk(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    return stockpast.low_at(connection, moments.marks(now, HOUR, POINTS), within)


def exceptions(connection: sa.Connection, now: dt.datetime, within: Scope) -> Points:
    values = {"begin": clock.micros(now - POINTS * HOUR), "everywhere": int(within.location is None), "location": within.key}
    found = connection.execute(sa.text(_EXCEPTIONS), values).all()
    return _standing([row[0] for row in found], [row[1] for row in found if row[1] is not None], now)


def backlog_plan(connection: sa.Connection, now: dt.datetime, within: Scope) -> float | None:
    """The average backlog at this local time of the same weekday in the past weeks; None before the shop's second week."""
    first = one(connection, _FIRST, Scope(None, ()))[0]
    since = None if first is None else clock.moment(first)
    past = moments.same_times(now - HOUR, now, PLAN_WEEKS, within.zone, since)
    return average([_stood(connection, end, within) for _, end in past])


def _stood(connection: sa.Connection, mark: dt.datetime, within: Scope) -> int:
    """The backlog at a past moment: ready by then and shipped later (an order that stays two weeks is no plan's backlog)."""
    left_later = one(connection, _STOOD_SHIPPED, within, mark=mark, latest=mark + LONGEST_STAY)[0]
    return left_later + one(connection, _STOOD_OPEN, within, mark=mark)[0]


Entry = Callable[[Sequence[int | None], str], int | None]


def _stays(connection: sa.Connection, now: dt.datetime, within: Scope, entry: Entry) -> tuple[list[int], list[int]]:
    """When orders came in (by `entry` of (ready, ship_by) and phase; None: they do not count) and when they were shipped."""
    came, left = [], []
    for *row, shipped_at in rows(connection, _PASSED, within, begin=now - POINTS * HOUR):
        at = entry(row, READY[0])
        if at is not None and at < shipped_at:
            came.append(at)
            left.append(shipped_at)
    came += [at for *row, phase in rows(connection, _STILL, within) if (at := entry(row, phase)) is not None]
    return came, left


def _standing(came: list[int], left: list[int], now: dt.datetime) -> Points:
    """How many had come and not left at each of the last 24 hours."""
    came, left = sorted(came), sorted(left)
    hours = [clock.micros(mark) for mark in moments.marks(now, HOUR, POINTS)]
    return [float(bisect_right(came, hour) - bisect_right(left, hour)) for hour in hours]


def _per_day(connection: sa.Connection, moment: str, now: dt.datetime, within: Scope) -> list[int]:
    found = rows(connection, _PER_DAY.replace("{moment}", moment), within, begin=now - POINTS * DAY, end=now, step=_micros(DAY))
    counted = {int(back): count for back, count in found}
    return [counted.get(POINTS - 1 - place, 0) for place in range(POINTS)]


def _by_day(moments_: Iterable[int], now: dt.datetime) -> list[int]:
    """How many of the moments fall on each of the last 24 days (24 hours each, the last one up to now)."""
    end, day, found = clock.micros(now), _micros(DAY), [0] * POINTS
    for at in moments_:
        found[POINTS - 1 - (end - at) // day] += 1
    return found


def _micros(span: dt.timedelta) -> int:
    return span // clock.MICROSECOND


TRENDS: dict[str, Callable[[sa.Connection, dt.datetime, Scope], Points]] = {
    function.__name__: function
    for function in (
        order_accuracy,
        processing_time,
        fulfilment_rate,
        backlog,
        at_risk,
        shipped_per_hour,
        stock_risk,
        exceptions,
    )
}
