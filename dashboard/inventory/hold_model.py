"""Timed stock holds: units kept for a cart or a checkout until a moment."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class StockHold(Base):
    """state: held -> used, released or expired, and never back. order_id: the order that used it. token: what the cart knows it by."""

    __tablename__ = "stock_hold"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(40))
    token: Mapped[str] = mapped_column(sa.String(40), unique=True)
    state: Mapped[str] = mapped_column(sa.String(12))
    expires_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    order_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.CheckConstraint("state IN ('held', 'used', 'released', 'expired')", name="state"),
        sa.Index(
            "ix_stock_hold_due",
            "expires_at",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
        sa.Index(
            "ix_stock_hold_ended",
            "ended_at",
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        ),
    )


class StockHoldLine(Base):
    """Units of one SKU at one location that the hold keeps; they stay as they were when it ends."""

    __tablename__ = "stock_hold_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hold_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_hold.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    units: Mapped[int]
    __table_args__ = (
        sa.UniqueConstraint("hold_id", "sku_id", "location_id"),
        sa.CheckConstraint("units > 0", name="units"),
        sa.Index("ix_stock_hold_line_sku_id", "sku_id"),
    )
