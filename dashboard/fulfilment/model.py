"""Fulfilment orders, their lines, and parcels."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.kernel.columns import Base, BigId


class FulfilmentOrder(Base):
    """The work of one location for one order. number: order number and place, for example 10399-1."""

    __tablename__ = "fulfilment_order"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(sa.String(12))
    created_at: Mapped[dt.datetime]
    released_at: Mapped[dt.datetime | None]
    picked_at: Mapped[dt.datetime | None]
    packed_at: Mapped[dt.datetime | None]
    shipped_at: Mapped[dt.datetime | None]
    pack_errors: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list["FulfilmentLine"]] = relationship(order_by="FulfilmentLine.id", viewonly=True)
    __table_args__ = (
        sa.Index("ix_fulfilment_order_order_id", "order_id"),
        sa.Index("ix_fulfilment_order_work", "location_id", "status", "id"),
        sa.Index(
            "ix_fulfilment_order_errors",
            "order_id",
            sqlite_where=sa.text("pack_errors > 0"),
            postgresql_where=sa.text("pack_errors > 0"),
        ),
    )


class FulfilmentLine(Base):
    """units: what this location is to send of one order line; of a kit, a row per part (sku_id) counting the part's units."""

    __tablename__ = "fulfilment_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fulfilment_order_id: Mapped[int] = mapped_column(sa.ForeignKey("fulfilment_order.id"))
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    units: Mapped[int]
    picked: Mapped[int] = mapped_column(default=0)
    packed: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("fulfilment_order_id", "order_line_id", "sku_id"),
        sa.Index("ix_fulfilment_line_order_line_id", "order_line_id"),
        sa.CheckConstraint("units >= 0 AND picked >= 0 AND picked <= units AND packed >= 0 AND packed <= picked", name="units"),
    )


class OrderEarly(Base):
    """A person lets an order leave before the day its items are on sale, and says why."""

    __tablename__ = "order_early"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(sa.String(200))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]


class Parcel(Base):
    """What a carrier moves: its own truth, kept apart from ours."""

    __tablename__ = "parcel"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fulfilment_order_id: Mapped[int] = mapped_column(sa.ForeignKey("fulfilment_order.id"))
    order_id: Mapped[int]
    status: Mapped[str] = mapped_column(sa.String(24))
    carrier: Mapped[str] = mapped_column(sa.String(40))
    tracking_number: Mapped[str] = mapped_column(sa.String(60))
    weight_grams: Mapped[int] = mapped_column(default=0)
    expected_at: Mapped[dt.datetime | None]
    handed_over_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.Index("ix_parcel_order_id", "order_id"),
        sa.Index("ix_parcel_fulfilment_order_id", "fulfilment_order_id"),
        sa.Index("ix_parcel_tracking_number", "tracking_number"),
    )
