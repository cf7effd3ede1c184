"""Exceptions whose cause is gone: asked in sets, kind by kind, never order by order."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable

import sqlalchemy as sa

from dashboard.desk.addresses import Place, faults
from dashboard.desk.rules import LATE_GRACE, LATE_PHASES, OFTEN, WAITING_LONG
from dashboard.fulfilment.model import Parcel
from dashboard.inventory.store.standing import standing
from dashboard.kernel.actor import Actor
from dashboard.kernel.jobs import Job
from dashboard.kernel.tx import Tx
from dashboard.orders.exceptions import clear_exceptions
from dashboard.orders.model import Order, OrderException, OrderLine

X = OrderException
Found = dict[int, str]
"""Exception id -> why it is gone."""
OVER = ("cancelled", "discarded")
PARCEL_OVER = ("delivered", "returned_to_sender", "lost", "voided")


def clear_gone(tx: Tx, only: Collection[int] | None, actor: Actor, now: dt.datetime) -> int:
    """Close every open exception (or those of `only`) whose cause is gone. Returns how many."""
    count = 0
    for why, ids in _by_reason(gone(tx.connection, now, only)).items():
        count += clear_exceptions(tx, ids, why, actor, now)
    return count


def gone(connection: sa.Connection, now: dt.datetime, only: Collection[int] | None = None) -> Found:
    """Open exceptions whose cause is gone, with the reason."""
    wanted = sa.select(X.id, X.kind, X.order_id, X.key, X.occurrence).where(X.resolved_at.is_(None))
    if only is not None:
        wanted = wanted.where(X.id.in_(sorted(only)))
    by_kind: dict[str, list[sa.Row]] = {}
    for row in connection.execute(wanted.order_by(X.id)):
        by_kind.setdefault(row.kind, []).append(row)
    found: Found = {}
    for kind, rows in by_kind.items():
        if kind in GONE:
            found |= GONE[kind](connection, rows, now)
    return found


def of_orders(connection: sa.Connection, order_ids: Iterable[int]) -> list[int]:
    """Ids of the open exceptions of these orders."""
    return list(connection.scalars(sa.select(X.id).where(X.order_id.in_(sorted(order_ids)), X.resolved_at.is_(None))))


def number_in(key: str | None, place: int = 1) -> int:
    """The number at a place of a natural key: `dead_letter:17` -> 17; 0 for none."""
    parts = (key or "").split(":")
    return int(parts[place]) if len(parts) > place and parts[place].isdecimal() else 0


def _by_reason(found: Found) -> dict[str, list[int]]:
    reasons: dict[str, list[int]] = {}
    for id_, why in found.items():
        reasons.setdefault(why, []).append(id_)
    return reasons


def _orders(connection: sa.Connection, rows: list[sa.Row], *columns: sa.ColumnElement) -> dict[int, sa.Row]:
    ids = sorted({row.order_id for row in rows if row.order_id is not None})
    query = sa.select(Order.id, Order.status, *columns).where(Order.id.in_(ids))
    return {row.id: row for row in connection.execute(query)}


def _no_longer_short(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    """Sold without stock: until nothing of a known SKU waits."""
    waits = sa.exists().where(OrderLine.order_id == Order.id, OrderLine.backordered > 0, OrderLine.sku_id.is_not(None))
    orders = _orders(connection, rows, waits.label("waits"))
    return _closed(rows, orders) | {
        row.id: "nothing of it waits for stock any more"
        for row in rows
        if row.order_id in orders and orders[row.order_id].status == "open" and not orders[row.order_id].waits
    }


def _known_by_now(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    unknown = sa.exists().where(OrderLine.order_id == Order.id, OrderLine.backordered > 0, OrderLine.sku_id.is_(None))
    orders = _orders(connection, rows, unknown.label("unknown"))
    return _closed(rows, orders) | {
        row.id: "every line has a SKU" for row in rows if row.order_id in orders and not orders[row.order_id].unknown
    }


def _has_lines(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    orders = _orders(connection, rows, Order.line_count)
    return _closed(rows, orders) | {
        row.id: "it has lines now" for row in rows if row.order_id in orders and orders[row.order_id].line_count
    }


def _can_be_right(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    places = (Order.ship_line1, Order.ship_city, Order.ship_postal_code, Order.ship_country)
    orders = _orders(connection, rows, *places)
    return _closed(rows, orders, "completed") | {
        row.id: "the address was corrected"
        for row in rows
        if row.order_id in orders and not faults(Place(*orders[row.order_id][2:]))
    }


def _no_longer_late(connection: sa.Connection, rows: list[sa.Row], now: dt.datetime) -> Found:
    orders = _orders(connection, rows, Order.phase, Order.ship_by)
    found = {}
    for row in rows:
        order = orders.get(row.order_id)
        if order is None or order.status != "open":
            found[row.id] = "it has left" if order and order.status == "completed" else "the order is over"
        elif order.phase not in LATE_PHASES:
            found[row.id] = f"it waits for something else: {order.phase.replace('_', ' ')}"
        elif order.ship_by is None or order.ship_by >= now - LATE_GRACE:
            found[row.id] = "its ship-by date was moved"
    return found


def _as_told_again(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    orders = _orders(connection, rows, Order.promise_moved)
    return {
        row.id: f"the order is {order.status}" if order.status != "open" else "it leaves as the customer was told"
        for row in rows
        if (order := orders.get(row.order_id)) is not None and (order.status != "open" or order.promise_moved != "later")
    }


def _parcel_is_over(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    ids = {number_in(row.key): row.id for row in rows}
    query = sa.select(Parcel.id, Parcel.status).where(Parcel.id.in_(sorted(ids)), Parcel.status.in_(PARCEL_OVER))
    return {ids[parcel_id]: f"the parcel is {status.replace('_', ' ')}" for parcel_id, status in connection.execute(query)}


def _job_lives(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    ids = {number_in(row.key): row.id for row in rows}
    dead = set(connection.scalars(sa.select(Job.id).where(Job.id.in_(sorted(ids)), Job.status == "dead")))
    return {exception_id: "the job is no longer given up" for job_id, exception_id in ids.items() if job_id not in dead}


def _job_moves(connection: sa.Connection, rows: list[sa.Row], now: dt.datetime) -> Found:
    ids = {number_in(row.key): row.id for row in rows}
    failing = sa.select(Job.id).where(Job.id.in_(sorted(ids)), Job.status.in_(("ready", "running")), Job.attempts >= OFTEN)
    stuck = set(connection.scalars(failing))
    queue = sa.select(sa.exists().where(Job.status == "ready", Job.run_at < now - WAITING_LONG))
    if 0 in ids and connection.scalar(queue):
        stuck.add(0)
    return {exception_id: "the job went through, or was given up" for job_id, exception_id in ids.items() if job_id not in stuck}


def _adds_up(connection: sa.Connection, rows: list[sa.Row], _now: dt.datetime) -> Found:
    found = {}
    for row in rows:
        sku_id, location_id = number_in(row.key), number_in(row.key, 2)
        places = [place for place in standing(connection, sku_id) if place.location_id == location_id]
        if all(place.agrees for place in places):
            found[row.id] = "balance, ledger, orders and holds agree"
    return found


def _closed(rows: list[sa.Row], orders: dict[int, sa.Row], *more: str) -> Found:
    over = (*OVER, *more)
    return {
        row.id: f"the order is {orders[row.order_id].status}"
        for row in rows
        if row.order_id in orders and orders[row.order_id].status in over
    }


GONE: dict[str, Callable[[sa.Connection, list[sa.Row], dt.datetime], Found]] = {
    "oversold": _no_longer_short,
    "unknown_sku": _known_by_now,
    "empty_order": _has_lines,
    "bad_address": _can_be_right,
    "late_order": _no_longer_late,
    "late": _parcel_is_over,
    "promise_later": _as_told_again,
    "dead_letter": _job_lives,
    "stuck_job": _job_moves,
    "stock_mismatch": _adds_up,
}
