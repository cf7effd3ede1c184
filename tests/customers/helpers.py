"""Orders of named people, and the records they end up in."""

from typing import Any

from dashboard.customers.matching import follow_orders
from dashboard.kernel import db
from dashboard.orders.commands import Address, Customer
from tests import factories

ADDRESS = Address("", "1 Fern Lane", "", "Leeds", "", "LS1 4AP", "GB")


def order(name: str = "", email: str = "", phone: str = "", ref: str = "", *, match: bool = True, **more: Any) -> int:
    """An order of this person; returns its id."""
    address = more.pop("ship_to", Address(country="GB"))
    placed = factories.place(
        ("A", 1), customer=Customer(name, email, phone, ref), ship_to=address, on_shortage="backorder", **more
    )
    if match:
        db.database().write(lambda tx: follow_orders(tx, [placed.id]))
    return placed.id


def record_of(order_id: int) -> int | None:
    """The record an order belongs to."""
    found = factories.read("SELECT customer_id FROM customer_order WHERE order_id = :id", id=order_id)
    return found[0][0] if found else None


def person_of(order_id: int) -> int | None:
    """The top record of the person whose order it is."""
    found = factories.read(
        "SELECT c.root_id FROM customer_order o JOIN customer c ON c.id = o.customer_id WHERE o.order_id = :id", id=order_id
    )
    return found[0][0] if found else None


def sums(customer_id: int) -> dict[str, tuple[int, int]]:
    rows = factories.read("SELECT currency, orders, amount FROM customer_total WHERE customer_id = :id", id=customer_id)
    return {currency: (orders, amount) for currency, orders, amount in rows}
