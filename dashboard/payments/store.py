"""Payments as they are read."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.payments import rules
from dashboard.payments.model import Payment, PaymentTransaction


@dataclass(frozen=True)
class PaymentFacts:
    """One payment of an order; amounts in minor units. capturable, refundable: what its ledger still allows."""

    id: int
    order_id: int
    provider: str
    method: str
    currency: str
    authorized: int
    captured: int
    refunded: int
    voided: int
    version: int

    @property
    def capturable(self) -> int:
        return rules.capturable(self.authorized, self.captured, self.voided)

    @property
    def refundable(self) -> int:
        return rules.refundable(self.captured, self.refunded)


def payments_of(connection: sa.Connection, order_id: int) -> list[PaymentFacts]:
    """The order's payments, oldest first."""
    query = sa.select(Payment.__table__).where(Payment.order_id == order_id).order_by(Payment.id)
    return [PaymentFacts(**row._mapping) for row in connection.execute(query)]


def payment(connection: sa.Connection, payment_id: int) -> PaymentFacts | None:
    row = connection.execute(sa.select(Payment.__table__).where(Payment.id == payment_id)).first()
    return PaymentFacts(**row._mapping) if row else None


def transactions_of(connection: sa.Connection, order_id: int) -> list[sa.Row[Any]]:
    """The order's payment ledger, newest first."""
    table = PaymentTransaction.__table__
    return list(connection.execute(sa.select(table).where(table.c.order_id == order_id).order_by(table.c.id.desc())))
