"""Lots: what a SKU's units with one expiry date are called, where they are, how they moved, and who got them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Lot(Base):
    """Units of one SKU that expire together: good up to and including expires_on, in the time of the place they are at.

    code: kept in upper case. received_at: when the first of them came.
    """

    __tablename__ = "lot"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    code: Mapped[str] = mapped_column(sa.String(60))
    expires_on: Mapped[dt.date] = mapped_column(sa.Date)
    received_at: Mapped[dt.datetime]
    __table_args__ = (sa.UniqueConstraint("sku_id", "code"), sa.Index("ix_lot_expires_on", "expires_on", "id"))


class LotStock(Base):
    """Units of one lot at one location; over the lots of a SKU they sum up to its on hand there.

    picked: fixed to fulfilment lines and not shipped yet; set_aside: moved to quarantine because they have expired.
    """

    __tablename__ = "lot_stock"
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    units: Mapped[int]
    picked: Mapped[int]
    set_aside: Mapped[int]
    __table_args__ = (
        sa.CheckConstraint("picked >= 0 AND set_aside >= 0 AND picked + set_aside <= units", name="units"),
        sa.Index("ix_lot_stock_sku_id", "sku_id", "location_id"),
    )


class LotMovement(Base):
    """One ledger row of a lot: units that came or left, units set aside. Never changed, never deleted (triggers refuse it).

    kind, order_id, cause, reason: of the stock movement it explains.
    """

    __tablename__ = "lot_movement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    units: Mapped[int]
    set_aside: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    order_id: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(sa.String(60))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (
        sa.Index("ix_lot_movement_lot_id", "lot_id", "id"),
        sa.Index("ix_lot_movement_cause", "cause"),
        sa.Index("ix_lot_movement_order_id", "order_id"),
    )


class LotPick(Base):
    """Which lot a picker took for a fulfilment line: from then on it is fixed who gets it. shipped_at: when it left."""

    __tablename__ = "lot_pick"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    order_id: Mapped[int]
    order_line_id: Mapped[int]
    fulfilment_order_id: Mapped[int]
    fulfilment_line_id: Mapped[int]
    units: Mapped[int]
    shipped_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("fulfilment_line_id", "lot_id"),
        sa.CheckConstraint("units >= 0", name="units"),
        sa.Index("ix_lot_pick_lot_id", "lot_id", "id"),
        sa.Index("ix_lot_pick_fulfilment_order_id", "fulfilment_order_id"),
        sa.Index("ix_lot_pick_order_id", "order_id"),
    )
