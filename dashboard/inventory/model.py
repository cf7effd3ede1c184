"""Locations, balances, allocations, and the append-only movements that explain them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Location(Base):
    """kind: warehouse, store or 3pl. cutoff, time_zone, working_days, holidays: as in calendars.Calendar."""

    __tablename__ = "location"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(12), default="warehouse")
    time_zone: Mapped[str] = mapped_column(sa.String(40), default="Europe/London")
    cutoff: Mapped[int] = mapped_column(default=16 * 60 + 30)
    working_days: Mapped[str] = mapped_column(sa.String(7), default="12345", server_default="12345")
    holidays: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    priority: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_by: Mapped[str | None] = mapped_column(sa.String(120))
    updated_at: Mapped[dt.datetime | None]
    __table_args__ = (sa.CheckConstraint("kind IN ('warehouse', 'store', '3pl')", name="kind"),)


class StockBalance(Base):
    """Units of one SKU at one location. available = on_hand - allocated - held - damaged - quarantine, never below 0."""

    __tablename__ = "stock_balance"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    on_hand: Mapped[int] = mapped_column(default=0)
    allocated: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    quarantine: Mapped[int] = mapped_column(default=0)
    safety: Mapped[int] = mapped_column(default=0)
    reorder_point: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.UniqueConstraint("sku_id", "location_id"),
        sa.CheckConstraint(
            "allocated >= 0 AND held >= 0 AND damaged >= 0 AND quarantine >= 0 AND safety >= 0", name="not_negative"
        ),
        sa.CheckConstraint("on_hand - allocated - held - damaged - quarantine >= 0", name="no_oversell"),
        sa.CheckConstraint("on_hand <= 2147483647", name="int32"),
        sa.Index("ix_stock_balance_location_id", "location_id"),
    )

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated - self.held - self.damaged - self.quarantine


class SkuLevel(Base):
    """A SKU that is low (at a location in use it is at or below its reorder point) or out (nothing is available at any of them).

    Kept by triggers on stock_balance and location (migrations/levels.py), whoever changes them: only those few rows that cross a
    line cost anything, and the matrix lists and counts its views from an index. code: the SKU's, which never changes.
    """

    __tablename__ = "sku_level"
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(sa.String(4))
    code: Mapped[str] = mapped_column(sa.String(64))
    __table_args__ = (
        sa.CheckConstraint("level IN ('low', 'out')", name="level"),
        sa.Index("ix_sku_level_level", "level", "code", "sku_id"),
    )


class StockMovement(Base):
    """One ledger row: the deltas per bucket and the balance after. Never changed, never deleted (triggers refuse it).

    kind: received, allocated, released, picked, shipped, returned, adjusted, counted, transferred_out, transferred_in, held,
    unheld, state_changed. cause: what asked for it, as `kind:id`, for example `order:17`. key: natural key, unique.
    """

    __tablename__ = "stock_movement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    on_hand: Mapped[int] = mapped_column(default=0)
    allocated: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    quarantine: Mapped[int] = mapped_column(default=0)
    on_hand_after: Mapped[int]
    allocated_after: Mapped[int]
    order_id: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(sa.String(60))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str | None] = mapped_column(sa.Text)
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    key: Mapped[str | None] = mapped_column(sa.String(120))
    __table_args__ = (
        sa.Index("ix_stock_movement_sku_id", "sku_id", "id"),
        sa.Index(
            "ix_stock_movement_shipped",
            "sku_id",
            "at",
            "on_hand",
            sqlite_where=sa.text("kind = 'shipped'"),
            postgresql_where=sa.text("kind = 'shipped'"),
        ),
        sa.Index(
            "ix_stock_movement_order_id",
            "order_id",
            sqlite_where=sa.text("order_id IS NOT NULL"),
            postgresql_where=sa.text("order_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_stock_movement_key",
            "key",
            unique=True,
            sqlite_where=sa.text("key IS NOT NULL"),
            postgresql_where=sa.text("key IS NOT NULL"),
        ),
    )


class Allocation(Base):
    """Units of one location tied to one order line until they ship or are released; units is what is still tied.

    sku_id: the line's own, or that of a part when the line is a kit.
    """

    __tablename__ = "allocation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_line_id: Mapped[int]
    order_id: Mapped[int]
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    units: Mapped[int]
    __table_args__ = (
        sa.UniqueConstraint("order_line_id", "sku_id", "location_id"),
        sa.CheckConstraint("units >= 0", name="units"),
        sa.Index("ix_allocation_order_id", "order_id"),
        sa.Index(
            "ix_allocation_open",
            "sku_id",
            "location_id",
            sqlite_where=sa.text("units > 0"),
            postgresql_where=sa.text("units > 0"),
        ),
    )
