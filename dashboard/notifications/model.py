"""Messages to customers as they were written, and what became of them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderMessage(Base):
    """One e-mail about an order, or about a quote (draft_id) that may have become one since.

    cause: natural key of what it tells (edit:12), so that nothing is told twice; error: of the last attempt.
    facts: JSON of what the text says; subject and body are empty until it is first sent, and the same at every attempt.

    status: queued, sent, failed (tried again later) or dead (given up; its job is a dead letter).
    """

    __tablename__ = "order_message"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"))
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_draft.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    cause: Mapped[str] = mapped_column(sa.String(80), unique=True)
    recipient: Mapped[str] = mapped_column(sa.String(254))
    facts: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(8))
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(sa.String(300))
    by_name: Mapped[str] = mapped_column(sa.String(120))
    queued_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    version: Mapped[int]
    __table_args__ = (
        sa.Index("ix_order_message_order_id", "order_id", "id"),
        sa.Index("ix_order_message_draft_id", "draft_id", "id"),
        sa.CheckConstraint("order_id IS NOT NULL OR draft_id IS NOT NULL", name="about"),
        sa.CheckConstraint("status IN ('queued', 'sent', 'failed', 'dead')", name="status"),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    )
