"""Figures of the warehouse floor as it stands now: backlog, what is due, what was shipped this hour."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.insights import moments
from dashboard.insights.moments import Range
from dashboard.insights.rules import PLAN_WEEKS, READY, Due
from dashboard.insights.store.query import AT, Scope, counts, one, rows, words
from dashboard.kernel import clock
from dashboard.orders.rules import READINESS

_STAGES = f"""
SELECT o.phase, count(*), min(coalesce(o.ready_at, o.placed_at)) FROM orders o
WHERE o.phase IN {words(READY)} {{at}} GROUP BY o.phase"""  # noqa: S608 (our own words)
_BACKLOG = f"""
SELECT o.id, coalesce(o.ready_at, o.placed_at), o.ship_by FROM orders o
WHERE o.phase IN {words(READY)} {{at}}"""  # noqa: S608
_DUE = f"""
SELECT o.id, o.phase, o.work, o.ship_by FROM orders o
WHERE o.phase IN {words((*READY, "out_of_stock"))} AND o.ship_by <= :cutoff {{at}}"""  # noqa: S608
_SENDABLE = f"""
SELECT o.readiness, count(*) FROM orders o
WHERE o.status = 'open' AND o.readiness IS NOT NULL AND (:everywhere = 1 OR o.readiness = 'none' OR {AT}) GROUP BY o.readiness"""  # noqa: S608
_FIRST = "SELECT min(o.shipped_at) FROM orders o WHERE o.shipped_at IS NOT NULL"


class Stage(NamedTuple):
    """Orders of one phase of the backlog. oldest: microseconds since 1970 at which the oldest became ready."""

    phase: str
    count: int
    oldest: int


class Waiting(NamedTuple):
    """An order of the backlog; moments in microseconds since 1970, ship_by may be None."""

    id: int
    ready_at: int
    ship_by: int | None


def stages(connection: sa.Connection, within: Scope) -> list[Stage]:
    """The backlog by phase; a phase without orders is left out."""
    return [Stage(*row) for row in rows(connection, _STAGES, within)]


def backlog(connection: sa.Connection, within: Scope) -> list[Waiting]:
    """Every order of the backlog."""
    return [Waiting(*row) for row in rows(connection, _BACKLOG, within)]


def due_by(connection: sa.Connection, cutoff: dt.datetime, within: Scope) -> list[Due]:
    """Open orders with a ship-by up to the cut-off that we can still do something about."""
    return [Due(*row) for row in rows(connection, _DUE, within, cutoff=cutoff)]


def sendable(connection: sa.Connection, within: Scope) -> dict[str, int]:
    """Open orders by their readiness. Of those without a single unit nobody knows yet where they will leave: they count everywhere."""
    values = {"everywhere": int(within.location is None), "location": within.key}
    found = {word: count for word, count in connection.execute(sa.text(_SENDABLE), values)}
    return {word: found.get(word, 0) for word in READINESS}


def plan(connection: sa.Connection, ranges: list[Range], within: Scope) -> list[list[int]]:
    """Orders shipped at the same local times of the past weeks, one list per range; empty where no week is old enough."""
    first = one(connection, _FIRST, Scope(None, ()))[0]
    since = None if first is None else clock.moment(first)
    past = [moments.same_times(begin, end, PLAN_WEEKS, within.zone, since) for begin, end in ranges]
    found = iter(counts(connection, [times for weeks in past for times in weeks], within))
    return [[next(found) for _ in weeks] for weeks in past]
