"""How many orders a customer has and what they sum to, per currency: kept with every change of an order, never recounted."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.customers.model import CustomerOrder, CustomerTotal
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order

COUNTED = ("open", "completed")
"""Orders that are an order: not drafts, not cancelled ones."""


def count(tx: Tx, orders: Sequence[tuple[int, Any]]) -> None:
    """Let orders just linked count. orders: (customer id, the order's row)."""
    changes = []
    for customer_id, row in orders:
        counted = int(row.status in COUNTED)
        changes.append(
            (customer_id, row.id, row.currency, counted, row.total * counted, counted, row.total * counted, row.placed_at)
        )
    _apply(tx, changes)


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
    changes = []
    for row in tx.execute(query if tx.is_sqlite else query.with_for_update(of=CustomerOrder.__table__)).all():
        counted = int(row.status in COUNTED)
        amount = row.total * counted
        if (counted, amount) != (row.counted, row.amount):
            changes.append(
                (
                    row.customer_id,
                    row.order_id,
                    row.currency,
                    counted,
                    amount,
                    counted - row.counted,
                    amount - row.amount,
                    row.placed_at,
                )
            )
    _apply(tx, changes)
    return len(changes)


def _apply(tx: Tx, changes: Sequence[tuple[int, int, str, int, int, int, int, dt.datetime]]) -> None:
    """changes: (customer, order, currency, counted, amount, change of orders, change of amount, placed at)."""
    if not changes:
        return
    tx.execute(
        sa.update(CustomerOrder.__table__)
        .where(CustomerOrder.order_id == sa.bindparam("of"))
        .values(counted=sa.bindparam("now_counted"), amount=sa.bindparam("now_amount")),
        [{"of": order_id, "now_counted": counted, "now_amount": amount} for _, order_id, _, counted, amount, *_ in changes],
    )
    sums: dict[tuple[int, str], list[Any]] = {}
    for customer_id, _, currency, _, _, orders, amount, placed_at in changes:
        one = sums.setdefault((customer_id, currency), [0, 0, placed_at])
        one[0] += orders
        one[1] += amount
        one[2] = max(one[2], placed_at)
    dialect: Any = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    insert = dialect.insert(CustomerTotal.__table__)
    new, old = insert.excluded, CustomerTotal.__table__.c
    insert = insert.on_conflict_do_update(
        index_elements=["customer_id", "currency"],
        set_={
            "orders": old.orders + new.orders,
            "amount": old.amount + new.amount,
            "last_order_at": sa.case((new.last_order_at > old.last_order_at, new.last_order_at), else_=old.last_order_at),
        },
    )
    rows = [
        {"customer_id": customer_id, "currency": currency, "orders": orders, "amount": amount, "last_order_at": at}
        for (customer_id, currency), (orders, amount, at) in sorted(sums.items())
    ]
    tx.execute(insert, rows)
