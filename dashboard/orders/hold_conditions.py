"""What a hold may wait for, to end by itself: stock, money or a right address."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders.addresses import sure_troubles
from dashboard.orders.commands import Address
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import RELEASES

_COVERED = ("authorized", "paid", "overpaid")


def has_come(tx: Tx, order_id: int, what: str) -> bool:
    """Whether what a hold could wait for (one of rules.RELEASES) is there."""
    return _COME[what](tx, order_id)


def check_waits(tx: Tx, order_id: int, what: str) -> None:
    """Raises: Invalid, for a condition nobody knows, and for a hold that would end at once."""
    if what and what not in RELEASES:
        raise Invalid(f"Choose one of {', '.join(RELEASES)}.", fields={"release_when": "unknown"})
    if what and has_come(tx, order_id, what):
        raise Invalid("This hold would end at once; leave it to a person or a date.", fields={"release_when": "it is so already"})


def _in_stock(tx: Tx, order_id: int) -> bool:
    query = sa.select(OrderLine.id).where(OrderLine.order_id == order_id, OrderLine.backordered > 0)
    return tx.execute(query.limit(1)).first() is None


def _paid(tx: Tx, order_id: int) -> bool:
    return tx.execute(sa.select(Order.payment_status).where(Order.id == order_id)).scalar_one() in _COVERED


def _address_is_right(tx: Tx, order_id: int) -> bool:
    table = Order.__table__.c
    row: Any = tx.execute(
        sa.select(*(table[f"ship_{name}"] for name in Address.__dataclass_fields__)).where(table.id == order_id)
    ).one()
    return not sure_troubles(Address(*row))


_COME: dict[str, Callable[[Tx, int], bool]] = {"in_stock": _in_stock, "paid": _paid, "address": _address_is_right}
REASONS = {"in_stock": "everything is in stock", "paid": "it is paid", "address": "the address is right now"}
