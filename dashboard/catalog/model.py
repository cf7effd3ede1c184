"""SKUs: what can be on an order line; and what kits are made of."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Sku(Base):
    """One sellable item. `code` is kept in upper case: codes differing only in case are one SKU.

    kind: stock (has balances), service (a fee, voucher or charge: on order lines, never in a warehouse) or kit (sold as one,
    kept and sent as its parts: it has no balance of its own).
    tracks: none, lots (each unit is of a lot with an expiry date) or serials (each unit has a number of its own).
    unit_price_e4: 1/10,000 of a unit of `currency`.
    """

    __tablename__ = "sku"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    barcode: Mapped[str | None] = mapped_column(sa.String(14), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(8), default="stock")
    tracks: Mapped[str] = mapped_column(sa.String(8), default="none", server_default="none")
    unit_price_e4: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(sa.String(3), default="GBP")
    weight_grams: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(sa.String(120))
    updated_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.CheckConstraint("kind IN ('stock', 'service', 'kit')", name="kind"),
        sa.CheckConstraint("tracks IN ('none', 'lots', 'serials') AND (tracks = 'none' OR kind = 'stock')", name="tracks"),
        sa.CheckConstraint("unit_price_e4 >= 0", name="price"),
        sa.Index("ix_sku_name", "name"),
    )


class KitComponent(Base):
    """One part of a kit: `units` of a stock SKU in each kit. The kit's version counts the changes of its parts too."""

    __tablename__ = "kit_component"
    kit_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True)
    units: Mapped[int]
    __table_args__ = (
        sa.CheckConstraint("units >= 1 AND kit_id <> part_id", name="units"),
        sa.Index("ix_kit_component_part_id", "part_id"),
    )
