"""The orders behind each KPI: those that spoil it, in the order in which somebody should look at them."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.insights import measures, wording
from dashboard.insights.rules import HOUR, KPIS, PROMISED
from dashboard.insights.store import details, floor, queues, windows
from dashboard.insights.store.query import Scope
from dashboard.kernel import clock

LAST = 2**62


class Failing(NamedTuple):
    """sort and id: the place in the list, rising; order_id None for an exception without an order; at: microseconds or None."""

    sort: int
    id: int
    order_id: int | None
    at: int | None


class Row(NamedTuple):
    """One line of the list. number and phase are None for what belongs to no order; moments are aware, may be None."""

    cursor: tuple[int, int]
    number: str | None
    phase: str | None
    why: str
    ship_by: dt.datetime | None


Finder = Callable[[sa.Connection, dt.datetime, Scope], list[Failing]]


def page(
    connection: sa.Connection, key: str, now: dt.datetime, within: Scope, after: tuple[int, int] | None, limit: int
) -> tuple[list[Row], int, tuple[int, int] | None]:
    """One page of the KPI's failing orders, how many there are in all, and the cursor of the next page (None at the end)."""
    found = sorted(FINDERS[key](connection, now, within))
    rest = [row for row in found if after is None or row[:2] > after]
    shown = rest[:limit]
    facts = details.orders(connection, [row.order_id for row in shown if row.order_id is not None])
    summaries = details.exceptions(connection, [row.id for row in shown]) if key == "exceptions" else {}
    rows = [_row(key, row, facts.get(row.order_id), summaries.get(row.id), now) for row in shown]
    return rows, len(found), rows[-1].cursor if len(rest) > limit else None


def _row(key: str, row: Failing, order: details.Order | None, summary: str | None, now: dt.datetime) -> Row:
    why = summary or _WHY[key](row, order, now)
    if order is None:
        return Row(row[:2], None, None, why, None)
    return Row(row[:2], order.number, order.phase, why, clock.moment(order.ship_by) if order.ship_by is not None else None)


def _order_accuracy(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    wrong = windows.errors(connection, now - KPIS["order_accuracy"].window, now, within)
    return [Failing(-row.at, row.id, row.id, row.at) for row in wrong]


def _processing_time(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    slow = PROMISED // clock.MICROSECOND
    times = windows.times(connection, now - KPIS["processing_time"].window, now, within)
    return [Failing(-row.took, row.id, row.id, row.took) for row in times if row.took > slow]


def _fulfilment_rate(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    missed = windows.missed(connection, now - KPIS["fulfilment_rate"].window, now, within)
    return [Failing(row.at, row.id, row.id, row.at) for row in missed]


def _backlog(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    return [Failing(row.ready_at, row.id, row.id, row.ready_at) for row in floor.backlog(connection, within)]


def _at_risk(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    return [Failing(row.ship_by, row.id, row.id, row.ship_by) for row in measures.orders_at_risk(connection, now, within)[2]]


def _shipped_per_hour(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    return [
        Failing(LAST if row.ship_by is None else row.ship_by, row.id, row.id, row.ready_at)
        for row in floor.backlog(connection, within)
    ]


def _stock_risk(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    return [
        Failing(LAST if ship_by is None else ship_by, id_, id_, ship_by)
        for id_, ship_by in queues.waiting_for_stock(connection, within)
    ]


def _exceptions(connection: sa.Connection, now: dt.datetime, within: Scope) -> list[Failing]:
    return [Failing(row.opened_at, row.id, row.order_id, row.opened_at) for row in queues.open_exceptions(connection, within)]


FINDERS: dict[str, Finder] = {
    "order_accuracy": _order_accuracy,
    "processing_time": _processing_time,
    "fulfilment_rate": _fulfilment_rate,
    "backlog": _backlog,
    "at_risk": _at_risk,
    "shipped_per_hour": _shipped_per_hour,
    "stock_risk": _stock_risk,
    "exceptions": _exceptions,
}


def _since(at: int | None, now: dt.datetime) -> str:
    return wording.span(measures.age(at, now))


def _why_due(row: Failing, order: details.Order | None, now: dt.datetime) -> str:
    if order is not None and order.phase == "cancelled":
        return "cancelled: out of stock"
    return (
        f"due {_since(row.at, now)} ago"
        if row.at is not None and row.at <= clock.micros(now)
        else "pace too slow for the cut-off"
    )


_WHY: dict[str, Callable[[Failing, details.Order | None, dt.datetime], str]] = {
    "order_accuracy": lambda row, order, now: order.error if order else "",
    "processing_time": lambda row, order, now: f"took {wording.hours((row.at or 0) * clock.MICROSECOND / HOUR)} h",
    "fulfilment_rate": _why_due,
    "backlog": lambda row, order, now: f"ready for {_since(row.at, now)}",
    "at_risk": lambda row, order, now: (
        "waits for stock" if order and order.phase == "out_of_stock" else _why_due(row, order, now)
    ),
    "shipped_per_hour": lambda row, order, now: f"ready for {_since(row.at, now)}",
    "stock_risk": lambda row, order, now: (
        f"{order.backordered} unit{'s' if order.backordered != 1 else ''} backordered" if order else ""
    ),
    "exceptions": lambda row, order, now: f"open for {_since(row.at, now)}",
}
