"""Why an order waits."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderHold(Base):
    """A reason why an order must wait. kind: payment, fraud, address, stock, customer_request, awaiting_return, upsell_window, manual."""

    __tablename__ = "order_hold"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    until: Mapped[dt.datetime | None]
    placed_by: Mapped[str] = mapped_column(sa.String(120))
    placed_at: Mapped[dt.datetime]
    released_by: Mapped[str | None] = mapped_column(sa.String(120))
    released_at: Mapped[dt.datetime | None]
    release_reason: Mapped[str | None] = mapped_column(sa.String(200))
    release_when: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    __table_args__ = (
        sa.Index("ix_order_hold_order_id", "order_id"),
        sa.Index(
            "ix_order_hold_open",
            "kind",
            "order_id",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
        sa.Index(
            "ix_order_hold_due",
            "until",
            sqlite_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
            postgresql_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
        ),
        sa.Index(
            "ix_order_hold_waits",
            "id",
            sqlite_where=sa.text("released_at IS NULL AND release_when <> ''"),
            postgresql_where=sa.text("released_at IS NULL AND release_when <> ''"),
        ),
    )
