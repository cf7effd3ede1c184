"""Returns and their lines."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.kernel.columns import Base, BigId


class Return(Base):
    """Goods that come back. order_id is None for a credit document that names no order (channel and external_id say whose it is)."""

    __tablename__ = "return_"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"))
    channel: Mapped[str] = mapped_column(sa.String(40))
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    customer_ref: Mapped[str | None] = mapped_column(sa.String(120))
    status: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.String(24))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    currency: Mapped[str] = mapped_column(sa.String(3))
    value_e4: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.id", viewonly=True)
    __table_args__ = (
        sa.Index("ix_return__order_id", "order_id"),
        sa.Index("ix_return__reason", "reason", "order_id"),
        sa.Index(
            "uq_return__channel_external_id",
            "channel",
            "external_id",
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        ),
    )


class ReturnLine(Base):
    """disposition: restock, damaged, quarantine, scrap or vendor."""

    __tablename__ = "return_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("return_.id"))
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_line.id"))
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sku.id"))
    sku_code: Mapped[str] = mapped_column(sa.String(64))
    units: Mapped[int]
    unit_price_e4: Mapped[int] = mapped_column(default=0)
    disposition: Mapped[str] = mapped_column(sa.String(12), default="restock")
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    __table_args__ = (sa.Index("ix_return_line_return_id", "return_id"), sa.CheckConstraint("units > 0", name="units"))
