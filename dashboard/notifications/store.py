"""Messages as they are read."""

from typing import Any

import sqlalchemy as sa

from dashboard.notifications.model import OrderMessage
from dashboard.orders.model import Order


def of_order(connection: sa.Connection, order_id: int, limit: int = 50) -> list[sa.Row[Any]]:
    """The order's messages, newest first."""
    query = sa.select(OrderMessage.__table__).where(OrderMessage.order_id == order_id)
    return list(connection.execute(query.order_by(OrderMessage.id.desc()).limit(limit)))


def of_draft(connection: sa.Connection, draft_id: int) -> list[sa.Row[Any]]:
    """The quote's messages, newest first."""
    query = sa.select(OrderMessage.__table__).where(OrderMessage.draft_id == draft_id)
    return list(connection.execute(query.order_by(OrderMessage.id.desc())))


def one(connection: sa.Connection, message_id: int) -> sa.Row[Any] | None:
    return connection.execute(sa.select(OrderMessage.__table__).where(OrderMessage.id == message_id)).first()


def order_of(connection: sa.Connection, message: sa.Row[Any]) -> sa.Row[Any] | None:
    """None for a quote that is no order yet."""
    return connection.execute(sa.select(Order.__table__).where(Order.id == message.order_id)).first()
