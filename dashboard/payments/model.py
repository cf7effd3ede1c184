"""The payment ledger: append-only transactions per order; and what of an order's payments counts for another."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Payment(Base):
    """One way an order is paid. The amounts are sums over its settled transactions, in minor units."""

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    provider: Mapped[str] = mapped_column(sa.String(24))
    method: Mapped[str] = mapped_column(sa.String(40), default="")
    currency: Mapped[str] = mapped_column(sa.String(3))
    authorized: Mapped[int] = mapped_column(default=0)
    captured: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    voided: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.Index("ix_payment_order_id", "order_id"),
        sa.CheckConstraint("0 <= refunded AND refunded <= captured", name="refunds"),
        sa.CheckConstraint("captured + voided <= authorized AND voided >= 0", name="captures"),
    )


class PaymentTransaction(Base):
    """One row of the ledger; never changed once settled. kind: authorization, capture, void, refund."""

    __tablename__ = "payment_transaction"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"))
    order_id: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    status: Mapped[str] = mapped_column(sa.String(16))
    amount: Mapped[int]
    provider_ref: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (
        sa.Index("ix_payment_transaction_order_id", "order_id"),
        sa.Index("ix_payment_transaction_payment_id", "payment_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("kind IN ('authorization', 'capture', 'void', 'refund')", name="kind"),
    )


class OrderCarry(Base):
    """Money promised on one order's payments that counts for another order since a split or merge: the payments stay where they are.

    amount: minor units; received: as much of it as the first order's payments have brought in beyond what that order costs itself.
    Two rows in opposite directions cancel out: nothing is carried now, and may be again.
    """

    __tablename__ = "order_carry"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    from_order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    to_order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    amount: Mapped[int]
    received: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    edit_id: Mapped[int] = mapped_column(sa.ForeignKey("order_edit.id"))
    at: Mapped[dt.datetime]
    __table_args__ = (
        sa.Index("ix_order_carry_from_order_id", "from_order_id"),
        sa.Index("ix_order_carry_to_order_id", "to_order_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("received >= 0 AND received <= amount", name="received"),
        sa.CheckConstraint("from_order_id <> to_order_id", name="two_orders"),
    )
