"""What the words of a list query mean in SQL: views and filters, each by an allow-list."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from dashboard.inventory.model import Allocation, Location
from dashboard.orders.model import Order, OrderHold
from dashboard.orders.words import AT_RISK_WITHIN

Condition = sa.ColumnElement[bool]


def literal(text: str) -> Any:
    """A word written into the SQL itself: a partial index is only used for a constant."""
    return sa.literal(text, literal_execute=True)


OPEN = Order.status == literal("open")

VIEWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "all": {},
    "open": {"status": ("open",)},
    "to_release": {"phase": ("to_pick",), "work": ("allocated",)},
    "picking": {"phase": ("to_pick",), "work": ("released", "picking")},
    "to_pack": {"phase": ("to_pack",)},
    "packed": {"phase": ("to_ship",)},
    "on_hold": {"phase": ("on_hold",)},
    "payment_due": {"phase": ("payment_due",)},
    "out_of_stock": {"phase": ("out_of_stock",)},
    "shipped": {"phase": ("in_transit", "delivery_problem")},
    "delivered": {"phase": ("delivered", "return_open", "completed")},
    "cancelled": {"phase": ("cancelled",)},
}
"""View -> column -> values: the same sets as rules.views_of counts."""


def at_risk(now: dt.datetime) -> Condition:
    """Open and due within AT_RISK_WITHIN, or past it."""
    return sa.and_(OPEN, Order.ship_by <= now + AT_RISK_WITHIN)


def view(name: str, now: dt.datetime, *, walked: bool = False) -> list[Condition]:
    """The rows of a view. walked: so many that the index of the sort should be walked, and not all of them sorted (SQLite)."""
    if name == "at_risk":
        return [at_risk(now)]
    if name == "open" and not walked:
        return [OPEN]
    columns = {column: getattr(Order, column) for column in VIEWS[name]}
    if walked:
        columns = {name: UnaryExpression(column, operator=custom_op("+")) for name, column in columns.items()}
    return [columns[column].in_(values) for column, values in VIEWS[name].items()]


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
    "readiness": lambda value: Order.readiness == value,
    "hold": _on_hold,
    "location": _at_location,
    "country": lambda value: Order.ship_country == value,
    "placed_from": lambda value: Order.placed_at >= value,
    "placed_to": lambda value: Order.placed_at < value,
    "due_from": lambda value: Order.ship_by >= value,
    "due_to": lambda value: Order.ship_by < value,
}
