"""Drafts and quotes as they are stored."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderDraft(Base):
    """One draft. status: draft, open (placed: order_id) or discarded. document: JSON of the form as typed; total: minor units.

    copied_from_id: the order it repeats. valid_until: last day on which a quote can be placed.
    """

    __tablename__ = "order_draft"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    status: Mapped[str] = mapped_column(sa.String(12))
    customer_name: Mapped[str] = mapped_column(sa.String(200))
    currency: Mapped[str] = mapped_column(sa.String(3))
    line_count: Mapped[int]
    total: Mapped[int | None]
    valid_until: Mapped[dt.date | None] = mapped_column(sa.Date)
    document: Mapped[str] = mapped_column(sa.Text)
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"), unique=True)
    created_by: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[dt.datetime]
    updated_by: Mapped[str] = mapped_column(sa.String(120))
    updated_at: Mapped[dt.datetime]
    version: Mapped[int]
    __table_args__ = (
        sa.Index("ix_order_draft_status", "status", "id"),
        sa.CheckConstraint("kind IN ('draft', 'quote')", name="kind"),
        sa.CheckConstraint("status IN ('draft', 'open', 'discarded')", name="status"),
        sa.CheckConstraint("(status = 'open') = (order_id IS NOT NULL)", name="placed"),
    )
