"""Payments as plain values for machines: money as decimal strings, times ISO 8601."""

from typing import Any

import sqlalchemy as sa

from dashboard.kernel import clock, units
from dashboard.kernel.errors import NotFound
from dashboard.orders.model import Order
from dashboard.payments.model import Payment, PaymentTransaction

AMOUNTS = ("authorized", "captured", "refunded", "voided")
_PAYMENT = sa.select(Payment.__table__, Order.number.label("order_number"), Order.channel).join(Order, Order.id == Payment.order_id)


def payments_of(connection: sa.Connection, order_id: int) -> list[dict[str, Any]]:
    """An order's payments, oldest first, each with its transactions."""
    return _records(connection, Payment.order_id == order_id)


def payment(connection: sa.Connection, payment_id: int) -> dict[str, Any]:
    """Raises: NotFound."""
    found = _records(connection, Payment.id == payment_id)
    if not found:
        raise NotFound(f"There is no payment {payment_id}.", payment=str(payment_id))
    return found[0]


def owner(connection: sa.Connection, payment_id: int) -> tuple[str, str, str]:
    """(order number, channel, currency) of a payment. Raises: NotFound."""
    found = connection.execute(_PAYMENT.where(Payment.id == payment_id)).first()
    if found is None:
        raise NotFound(f"There is no payment {payment_id}.", payment=str(payment_id))
    return found.order_number, found.channel, found.currency


def _records(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = connection.execute(_PAYMENT.where(which).order_by(Payment.id)).all()
    ids = [row.id for row in rows]
    steps: dict[int, list[dict[str, Any]]] = {id_: [] for id_ in ids}
    currency = {row.id: row.currency for row in rows}
    query = sa.select(PaymentTransaction.__table__).where(PaymentTransaction.payment_id.in_(ids)).order_by(PaymentTransaction.id)
    for step in connection.execute(query) if ids else ():
        steps[step.payment_id].append(_transaction(step, currency[step.payment_id]))
    return [
        {
            "id": str(row.id),
            "order": row.order_number,
            "provider": row.provider,
            "method": row.method,
            "currency": row.currency,
            **{name: units.decimal_text(getattr(row, name), row.currency) for name in AMOUNTS},
            "version": row.version,
            "transactions": steps[row.id],
        }
        for row in rows
    ]


def _transaction(row: Any, currency: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "status": row.status,
        "amount": units.decimal_text(row.amount, currency),
        "provider_ref": row.provider_ref,
        "reason": row.reason,
        "actor": row.actor_name,
        "at": clock.iso(row.at),
    }
