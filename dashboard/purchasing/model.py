"""Suppliers, purchase orders and what was received of them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Supplier(Base):
    """lead_days: from order to delivery; review_days: between two orders to it."""

    __tablename__ = "supplier"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    lead_days: Mapped[int]
    review_days: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (sa.CheckConstraint("lead_days BETWEEN 0 AND 365 AND review_days BETWEEN 0 AND 365", name="days"),)


class SupplierSku(Base):
    """Who supplies a SKU. unit_cost_e4: 1/10,000 of the supplier's currency."""

    __tablename__ = "supplier_sku"
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("supplier.id"), index=True)
    pack_size: Mapped[int] = mapped_column(default=1)
    unit_cost_e4: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.CheckConstraint("pack_size BETWEEN 1 AND 2147483647", name="pack_size"),
        sa.CheckConstraint("unit_cost_e4 >= 0", name="cost"),
    )


class PurchaseOrder(Base):
    """status: as in rules.PURCHASE_ORDER. arrived_at: when the delivery that is being received came to the dock."""

    __tablename__ = "purchase_order"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("supplier.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(sa.String(20))
    expected_on: Mapped[dt.date]
    currency: Mapped[str] = mapped_column(sa.String(3))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[dt.datetime]
    created_by: Mapped[str] = mapped_column(sa.String(120))
    ordered_at: Mapped[dt.datetime | None]
    ordered_by: Mapped[str | None] = mapped_column(sa.String(120))
    arrived_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    closed_by: Mapped[str | None] = mapped_column(sa.String(120))
    close_reason: Mapped[str | None] = mapped_column(sa.String(40))
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.CheckConstraint("status IN ('draft', 'ordered', 'partially_received', 'received', 'cancelled')", name="status"),
        sa.Index("ix_purchase_order_status", "status", "expected_on"),
    )


class PurchaseOrderLine(Base):
    """Units of one SKU. surplus: those of `received` that are above the order; cancelled: ordered ones that will not come."""

    __tablename__ = "purchase_order_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purchase_order_id: Mapped[int] = mapped_column(sa.ForeignKey("purchase_order.id"))
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    ordered: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    surplus: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    unit_cost_e4: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("purchase_order_id", "sku_id"),
        sa.CheckConstraint("ordered BETWEEN 1 AND 2147483647", name="ordered"),
        sa.CheckConstraint("received >= 0 AND surplus >= 0 AND cancelled >= 0 AND unit_cost_e4 >= 0", name="not_negative"),
        sa.CheckConstraint("received + cancelled <= ordered + surplus AND surplus <= received", name="within_order"),
        sa.Index("ix_purchase_order_line_sku_id", "sku_id"),
    )


class PurchaseReceipt(Base):
    """Units of one line put on the shelf at one moment. damaged: those of them that went to the damaged bucket.

    over_reason: why more came than was ordered. arrived_at: when they stood at the dock, if somebody noted it.
    The stock movement it caused has the key `purchase_receipt:ID`.
    """

    __tablename__ = "purchase_receipt"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purchase_order_id: Mapped[int] = mapped_column(sa.ForeignKey("purchase_order.id"), index=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("purchase_order_line.id"))
    units: Mapped[int]
    damaged: Mapped[int] = mapped_column(default=0)
    surplus: Mapped[int] = mapped_column(default=0)
    over_reason: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str | None] = mapped_column(sa.Text)
    arrived_at: Mapped[dt.datetime | None]
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    key: Mapped[str | None] = mapped_column(sa.String(120))
    __table_args__ = (
        sa.UniqueConstraint("line_id", "key"),
        sa.CheckConstraint("units > 0 AND damaged >= 0 AND damaged <= units", name="units"),
        sa.CheckConstraint("surplus >= 0 AND surplus <= units AND (surplus = 0 OR over_reason IS NOT NULL)", name="surplus"),
    )
