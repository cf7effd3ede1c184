"""Figures over a window of past orders: accuracy, processing time, fulfilment rate."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.insights.rules import ERROR_REASONS, OUR_CANCELLATIONS, UNSHIPPED, working_time
from dashboard.insights.store.query import Scope, one, rows, words

_SHIPPED = "SELECT count(*) FROM orders o WHERE o.shipped_at > :begin AND o.shipped_at <= :end {at}"
_ERRORS = f"""
SELECT o.id, o.shipped_at FROM orders o
WHERE o.id IN (SELECT order_id FROM fulfilment_order WHERE pack_errors > 0
               UNION SELECT order_id FROM return_ WHERE reason IN {words(ERROR_REASONS)} AND order_id IS NOT NULL)
  AND o.shipped_at > :begin AND o.shipped_at <= :end {{at}}"""  # noqa: S608 (our own words)
_TIMES = """
SELECT o.id, o.shipped_at, coalesce(o.ready_at, o.placed_at) FROM orders o
WHERE o.shipped_at > :begin AND o.shipped_at <= :end {at}"""
# CROSS JOIN: holds are few and orders many, which SQLite cannot know without statistics.
_HOLDS = """
SELECT h.order_id, h.placed_at, h.released_at FROM order_hold h CROSS JOIN orders o
WHERE o.id = h.order_id AND h.released_at IS NOT NULL AND o.shipped_at > :begin AND o.shipped_at <= :end {at}"""
_DUE = "SELECT count(*) FROM orders o WHERE o.ship_by > :begin AND o.ship_by <= :end {at}"
_NOT_DUE = f"""
SELECT o.ship_by FROM orders o
WHERE o.phase = 'cancelled' AND o.ship_by > :begin AND o.ship_by <= :end
  AND coalesce(o.cancel_reason, 'customer') NOT IN {words(OUR_CANCELLATIONS)} {{at}}
UNION ALL SELECT o.ship_by FROM orders o
WHERE o.status IN ('draft', 'discarded') AND o.ship_by > :begin AND o.ship_by <= :end {{at}}"""  # noqa: S608
_MISSED = f"""
SELECT o.id, o.ship_by FROM orders o
WHERE o.phase IN {words(UNSHIPPED)} AND o.shipped_at IS NULL AND o.status = 'open'
  AND o.ship_by > :begin AND o.ship_by <= :end {{at}}
UNION ALL SELECT o.id, o.ship_by FROM orders o
WHERE o.phase = 'cancelled' AND o.cancel_reason IN {words(OUR_CANCELLATIONS)}
  AND o.ship_by > :begin AND o.ship_by <= :end {{at}}"""  # noqa: S608


class At(NamedTuple):
    """An order and the moment that places it in the window, in microseconds since 1970."""

    id: int
    at: int


class Took(NamedTuple):
    """An order, when it was shipped, and its working time, both in microseconds."""

    id: int
    shipped_at: int
    took: int


def shipped(connection: sa.Connection, begin: dt.datetime, end: dt.datetime, within: Scope) -> int:
    """How many orders were shipped in full after begin, up to end."""
    return one(connection, _SHIPPED, within, begin=begin, end=end)[0]


def errors(connection: sa.Connection, begin: dt.datetime, end: dt.datetime, within: Scope) -> list[At]:
    """The orders shipped in the window in which a wrong, missing or extra item was found."""
    return [At(*row) for row in rows(connection, _ERRORS, within, begin=begin, end=end)]


def times(connection: sa.Connection, begin: dt.datetime, end: dt.datetime, within: Scope) -> list[Took]:
    """Working time of every order shipped in the window."""
    holds: dict[int, list[tuple[int, int]]] = {}
    for order_id, placed, released in rows(connection, _HOLDS, within, begin=begin, end=end):
        holds.setdefault(order_id, []).append((placed, released))
    found = rows(connection, _TIMES, within, begin=begin, end=end)
    return [
        Took(id_, left, working_time(ready, left, holds[id_]) if id_ in holds else max(0, left - ready))
        for id_, left, ready in found
    ]


def due(connection: sa.Connection, begin: dt.datetime, end: dt.datetime, within: Scope) -> int:
    """How many orders had their ship-by in the window, without those that were cancelled through no fault of ours."""
    return one(connection, _DUE, within, begin=begin, end=end)[0] - len(not_due(connection, begin, end, within))


def not_due(connection: sa.Connection, begin: dt.datetime, end: dt.datetime, within: Scope) -> list[int]:
    """Ship-by of each order that does not count: cancelled by the customer's wish, or never placed."""
    return [row[0] for row in rows(connection, _NOT_DUE, within, begin=begin, end=end)]


def missed(connection: sa.Connection, begin: dt.datetime, end: dt.datetime, within: Scope) -> list[At]:
    """The orders due in the window that are not shipped in full, or were cancelled for want of stock."""
    return [At(*row) for row in rows(connection, _MISSED, within, begin=begin, end=end)]
