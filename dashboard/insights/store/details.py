"""What a list of failing orders shows about each: number, phase, due date, and its fault. Nothing about people."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.orders.model import Order as OrderModel
from dashboard.orders.model import OrderException

_ORDERS = sa.text("""
SELECT o.id, o.number, o.phase, o.ship_by,
  (SELECT coalesce(sum(f.pack_errors), 0) FROM fulfilment_order f WHERE f.order_id = o.id),
  (SELECT min(r.reason) FROM return_ r WHERE r.order_id = o.id),
  (SELECT coalesce(sum(l.backordered), 0) FROM order_line l WHERE l.order_id = o.id)
FROM orders o WHERE o.id IN :ids""").bindparams(sa.bindparam("ids", expanding=True))
_EXCEPTIONS = sa.text("SELECT id, summary FROM order_exception WHERE id IN :ids").bindparams(sa.bindparam("ids", expanding=True))


class Order(NamedTuple):
    """ship_by: microseconds since 1970 or None; backordered: units."""

    id: int
    number: str
    phase: str
    ship_by: int | None
    pack_errors: int
    return_reason: str | None
    backordered: int

    @property
    def error(self) -> str:
        if self.pack_errors:
            return f"{self.pack_errors} wrong when packed" if self.pack_errors > 1 else "1 item wrong when packed"
        return f"returned: {(self.return_reason or 'error').replace('_', ' ')}"


def orders(connection: sa.Connection, ids: list[int]) -> dict[int, Order]:
    return {row[0]: Order(*row) for row in connection.execute(_ORDERS, {"ids": ids})} if ids else {}


def exceptions(connection: sa.Connection, ids: list[int]) -> dict[int, str]:
    """The summary of each exception."""
    return dict(map(tuple, connection.execute(_EXCEPTIONS, {"ids": ids}))) if ids else {}


class Trouble(NamedTuple):
    """An open exception with its order's number, if it has one."""

    id: int
    kind: str
    summary: str
    opened_at: dt.datetime
    number: str | None


def open_exceptions(connection: sa.Connection, after: tuple[int, int] | None, limit: int) -> list[Trouble]:
    """The exceptions queue, oldest first; after: (opened_at in microseconds, id) of the last one seen."""
    query = (
        sa.select(OrderException.id, OrderException.kind, OrderException.summary, OrderException.opened_at, OrderModel.number)
        .outerjoin(OrderModel, OrderModel.id == OrderException.order_id)
        .where(OrderException.resolved_at.is_(None))
        .order_by(OrderException.opened_at, OrderException.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(sa.tuple_(OrderException.opened_at, OrderException.id) > sa.tuple_(*map(sa.literal, after)))
    return [Trouble(*row) for row in connection.execute(query)]
