"""In which order those that wait for stock are served."""

from typing import Any

import sqlalchemy as sa

from dashboard.inventory.filling import filling
from dashboard.orders.model import Order


def turn(connection: sa.Connection, placed_at: Any = Order.placed_at) -> list[Any]:
    """What to order orders by; placed_at: the column, or what stands for it in a grouped query."""
    first = [Order.priority.desc()] if filling(connection).turn == "priority" else []
    return [*first, placed_at, Order.id]
