"""What can be done to an order only while it is open, refused in one way."""

from collections.abc import Collection
from typing import Any

from dashboard.kernel.errors import Conflict

OPEN = ("open",)
NOT_OVER = ("draft", "open")


def check_open(order: Any, why: str, statuses: Collection[str] = OPEN) -> None:
    """Raises: Conflict (facts: status), for an order in none of these statuses; why: what follows, as a clause."""
    if order.status not in statuses:
        raise Conflict(f"Order {order.number} is {order.status}; {why}.", status=order.status)


def check_holdable(order: Any) -> None:
    """Raises: Conflict (facts: status), for an order that is over; a draft can be held too."""
    check_open(order, "only an open order can be held", NOT_OVER)
