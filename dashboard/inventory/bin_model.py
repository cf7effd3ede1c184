"""Bins, what lies in them, and the append-only movements that explain it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Bin(Base):
    """A place inside a location. pick_order: lower is walked to first.

    pickable: False for reserve under repair, a returns shelf, a quarantine cage: nothing in it can be allocated.
    """

    __tablename__ = "bin"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    code: Mapped[str] = mapped_column(sa.String(30))
    pick_order: Mapped[int] = mapped_column(default=0)
    pickable: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(sa.String(120))
    updated_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("location_id", "code"),
        sa.CheckConstraint("pick_order BETWEEN 0 AND 999999", name="pick_order"),
    )


class BinStock(Base):
    """Where a balance's on-hand units physically lie; what is in no bin is on hand less the sum of these, and never negative.

    Units in bins that are not pickable are a part of the balance's quarantine bucket.
    """

    __tablename__ = "bin_stock"
    bin_id: Mapped[int] = mapped_column(sa.ForeignKey("bin.id"), primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    units: Mapped[int]
    __table_args__ = (
        sa.CheckConstraint("units BETWEEN 0 AND 2147483647", name="units"),
        sa.Index(
            "ix_bin_stock_sku_id", "sku_id", sqlite_where=sa.text("units > 0"), postgresql_where=sa.text("units > 0")
        ),
    )


class BinMovement(Base):
    """Units that came into a bin (above 0) or left it. Never changed, never deleted (triggers refuse it).

    kind: put_away, received, moved_in, moved_out, picked, counted, adjusted, or the kind of the stock movement that took the units
    out of the building. cause: as in StockMovement. units_after: what lay there then.
    """

    __tablename__ = "bin_movement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bin_id: Mapped[int] = mapped_column(sa.ForeignKey("bin.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    units: Mapped[int]
    units_after: Mapped[int]
    cause: Mapped[str | None] = mapped_column(sa.String(60))
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (
        sa.CheckConstraint("units <> 0 AND units_after >= 0", name="units"),
        sa.Index("ix_bin_movement_bin_id", "bin_id", "sku_id", "id"),
        sa.Index("ix_bin_movement_sku_id", "sku_id", "id"),
    )
