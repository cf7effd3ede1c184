"""How many orders a customer has and what they sum to, per currency: kept with every change of an order, never recounted."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.customers.model import CustomerOrder, CustomerTotal
from dashboard.kernel import clock
from dashboard.kernel.statements import rows_into
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order

COUNTED = ("open", "completed")
"""Orders that are an order: not drafts, not cancelled ones."""


_ADD = (
    rows_into(CustomerTotal, "customer_id", "currency", "orders", "amount", "last_order_at")
    .on_conflict(
        "(customer_id, currency) DO UPDATE SET orders = customer_total.orders + excluded.orders,"
        " amount = customer_total.amount + excluded.amount, last_order_at = CASE"
        " WHEN excluded.last_order_at > customer_total.last_order_at THEN excluded.last_order_at"
        " ELSE customer_total.last_order_at END"
    )
    .standing_apart()
)


def share(status: str, total: int) -> tuple[int, int]:
    """What one order adds to its customer: (orders, amount)."""
    counted = int(status in COUNTED)
    return counted, total * counted


def recount(tx: Tx, order_ids: Sequence[int]) -> int:
    """Let orders that changed count as they are now. Returns how many counted otherwise before."""
    query = (
        sa.select(
            CustomerOrder.customer_id,
            CustomerOrder.order_id,
            CustomerOrder.currency,
            CustomerOrder.counted,
            CustomerOrder.amount,
            Order.status,
            Order.total,
            Order.placed_at,
        )
        .join(Order, Order.id == CustomerOrder.order_id)
        .where(CustomerOrder.order_id.in_(sorted(set(order_ids))))
        .order_by(CustomerOrder.order_id)
    )
    links, sums = [], []
    for row in tx.execute(query if tx.is_sqlite else query.with_for_update(of=CustomerOrder.__table__)).all():
        counted, amount = share(row.status, row.total)
        if (counted, amount) != (row.counted, row.amount):
            links.append({"of": row.order_id, "now_counted": counted, "now_amount": amount})
            sums.append((row.customer_id, row.currency, counted - row.counted, amount - row.amount, row.placed_at))
    if links:
        tx.execute(_KEEP, links)
    add(tx, sums)
    return len(links)


_KEEP = (
    sa.update(CustomerOrder.__table__)
    .where(CustomerOrder.order_id == sa.bindparam("of"))
    .values(counted=sa.bindparam("now_counted"), amount=sa.bindparam("now_amount"))
)


def add(tx: Tx, changes: Sequence[tuple[int, str, int, int, dt.datetime]]) -> None:
    """Let the customers' sums follow. changes: (customer, currency, change of orders, change of amount, placed at)."""
    sums: dict[tuple[int, str], list[Any]] = {}
    for customer_id, currency, orders, amount, placed_at in changes:
        one = sums.setdefault((customer_id, currency), [0, 0, placed_at])
        one[0] += orders
        one[1] += amount
        one[2] = max(one[2], placed_at)
    tx.add(_ADD, [(*key, orders, amount, clock.micros(at)) for key, (orders, amount, at) in sorted(sums.items())])
