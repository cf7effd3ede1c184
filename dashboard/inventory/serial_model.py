"""Serial numbers: one unit each, where it is, and its whole life."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Serial(Base):
    """One unit of a SKU. state: in_stock, picked, in_transit (between two locations), shipped or scrapped.

    Those in stock or picked at a location are the SKU's on hand there. order_*, fulfilment_*: whom it was last picked for.
    cause: the transfer it is on, as `transfer:ID`.
    """

    __tablename__ = "serial"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    code: Mapped[str] = mapped_column(sa.String(60))
    state: Mapped[str] = mapped_column(sa.String(12))
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    order_id: Mapped[int | None]
    order_line_id: Mapped[int | None]
    fulfilment_order_id: Mapped[int | None]
    fulfilment_line_id: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(sa.String(60))
    changed_at: Mapped[dt.datetime]
    __table_args__ = (
        sa.UniqueConstraint("sku_id", "code"),
        sa.CheckConstraint("state IN ('in_stock', 'picked', 'in_transit', 'shipped', 'scrapped')", name="state"),
        sa.CheckConstraint("(location_id IS NOT NULL) = (state IN ('in_stock', 'picked'))", name="place"),
        sa.Index("ix_serial_code", "code"),
        sa.Index("ix_serial_sku_id", "sku_id", "location_id", "state"),
        sa.Index("ix_serial_order_id", "order_id"),
        sa.Index("ix_serial_fulfilment_order_id", "fulfilment_order_id"),
        sa.Index("ix_serial_cause", "cause"),
    )


class SerialMovement(Base):
    """One step in the life of a serial number. Never changed, never deleted (triggers refuse it).

    kind: of the stock movement, or picked and unpicked. state, location_id: after it.
    """

    __tablename__ = "serial_movement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    serial_id: Mapped[int] = mapped_column(sa.ForeignKey("serial.id"))
    state: Mapped[str] = mapped_column(sa.String(12))
    location_id: Mapped[int | None] = mapped_column(sa.ForeignKey("location.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    order_id: Mapped[int | None]
    cause: Mapped[str | None] = mapped_column(sa.String(60))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (sa.Index("ix_serial_movement_serial_id", "serial_id", "id"),)
