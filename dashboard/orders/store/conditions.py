"""What the words of a list query mean in SQL: views and filters, each by an allow-list."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.inventory.model import Allocation, Location
from dashboard.orders.model import Order, OrderHold

AT_RISK_WITHIN = dt.timedelta(hours=4)
Condition = sa.ColumnElement[bool]


def literal(text: str) -> Any:
    """A word written into the SQL itself: a partial index is only used for a constant."""
    return sa.literal(text, literal_execute=True)


OPEN = Order.status == literal("open")


def at_risk(now: dt.datetime) -> Condition:
    """Open and due within AT_RISK_WITHIN, or past it."""
    return sa.and_(OPEN, Order.ship_by <= now + AT_RISK_WITHIN)


VIEWS: Mapping[str, Condition | None] = {
    "all": None,
    "open": OPEN,
    "to_release": sa.and_(Order.phase == "to_pick", Order.work == "allocated"),
    "picking": sa.and_(Order.phase == "to_pick", Order.work.in_(("released", "picking"))),
    "to_pack": Order.phase == "to_pack",
    "packed": Order.phase == "to_ship",
    "on_hold": Order.phase == "on_hold",
    "payment_due": Order.phase == "payment_due",
    "out_of_stock": Order.phase == "out_of_stock",
    "shipped": Order.phase.in_(("in_transit", "delivery_problem")),
    "delivered": Order.phase.in_(("delivered", "return_open", "completed")),
    "cancelled": Order.phase == "cancelled",
}
"""The same sets as rules.views_of counts."""


def view(name: str, now: dt.datetime) -> Condition | None:
    """The rows of a view; None for all."""
    return at_risk(now) if name == "at_risk" else VIEWS[name]


def _on_hold(kind: str) -> Condition:
    held = sa.select(OrderHold.order_id).where(OrderHold.released_at.is_(None))
    return Order.id.in_(held if kind == "any" else held.where(OrderHold.kind == kind))


def _at_location(code: str) -> Condition:
    taken = (
        sa.select(1)
        .select_from(Allocation)
        .join(Location, Location.id == Allocation.location_id)
        .where(Allocation.order_id == Order.id, Location.code == code)
    )
    return taken.correlate(Order).exists()


FILTERS: Mapping[str, Callable[[Any], Condition]] = {
    "channel": lambda value: Order.channel == value,
    "payment_status": lambda value: Order.payment_status == value,
    "fulfilment_status": lambda value: Order.fulfilment_status == value,
    "hold": _on_hold,
    "location": _at_location,
    "country": lambda value: Order.ship_country == value,
    "placed_from": lambda value: Order.placed_at >= value,
    "placed_to": lambda value: Order.placed_at < value,
    "due_from": lambda value: Order.ship_by >= value,
    "due_to": lambda value: Order.ship_by < value,
}
