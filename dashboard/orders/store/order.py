"""One order by its number or id, and what somebody may have meant who mistyped it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel.errors import NotFound
from dashboard.orders import search
from dashboard.orders.model import Order

OrderFacts = sa.Row[Any]
"""Every column of the order, by name."""

_ORDER = sa.select(Order.__table__)


def by_number(connection: sa.Connection, number: str) -> OrderFacts:
    """Raises: NotFound, with order numbers like it in `near`."""
    wanted = search.exact_number(number)
    found = connection.execute(_ORDER.where(Order.number == wanted)).first() if wanted else None
    if found is None:
        near = near_numbers(connection, wanted)
        raise NotFound(f"There is no order {wanted or number[:40]!r}.", **({"near": near} if near else {}))
    return found


def by_id(connection: sa.Connection, order_id: int) -> OrderFacts | None:
    return connection.execute(_ORDER.where(Order.id == order_id)).first()


def numbers(connection: sa.Connection, order_ids: Sequence[int]) -> dict[int, str]:
    """{order id: number} of those that exist."""
    if not order_ids:
        return {}
    return {row.id: row.number for row in connection.execute(sa.select(Order.id, Order.number).where(Order.id.in_(order_ids)))}


def near_numbers(connection: sa.Connection, number: str) -> list[str]:
    """At most five numbers that begin alike, or that a channel knows under this name."""
    if not number:
        return []
    near: list[str] = []
    for start in (number, number[:-1], number[:-2]):
        if start and len(near) < 5:
            end = start[:-1] + chr(min(ord(start[-1]) + 1, 0x10FFFF))
            like = sa.select(Order.number).where(Order.number >= start, Order.number < end).order_by(Order.number).limit(5)
            near += [other for other in connection.scalars(like) if other not in near]
    if not near:
        found = search.matches(connection, number, people=False, most=5).ids
        near = list(connection.scalars(sa.select(Order.number).where(Order.id.in_(found)).order_by(Order.id.desc())))
    return near[:5]
