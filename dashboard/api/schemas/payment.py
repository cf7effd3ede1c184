"""Payments and their transactions in answers."""

from dashboard.api.schemas.answer import Answer, Id, Money, Time


class Transaction(Answer):
    id: Id
    kind: str
    status: str
    amount: Money
    provider_ref: str | None
    reason: str | None
    actor: str
    at: Time


class Payment(Answer):
    id: Id
    order: str
    provider: str
    method: str
    currency: str
    authorized: Money
    captured: Money
    refunded: Money
    voided: Money
    version: int
    transactions: list[Transaction]


class PaymentList(Answer):
    items: list[Payment]
    next: None
