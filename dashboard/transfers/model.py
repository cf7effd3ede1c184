"""Transfers between locations, their lines, and the steps each one took."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Transfer(Base):
    """Units that go from one location to another. status: as in rules.STATES; version - 1 = steps after the first."""

    __tablename__ = "transfer"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    from_location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    to_location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(sa.String(20), default="draft")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    expected_on: Mapped[dt.date | None] = mapped_column(sa.Date)
    created_at: Mapped[dt.datetime]
    dispatched_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.CheckConstraint("from_location_id <> to_location_id", name="two_places"),
        sa.CheckConstraint("status IN ('draft', 'in_transit', 'partially_received', 'received', 'cancelled')", name="status"),
        sa.Index("ix_transfer_status", "status", "id"),
    )


class TransferLine(Base):
    """One SKU of a transfer. units: planned; in transit = sent - received - damaged - lost - returned, never below 0.

    received: arrived whole; damaged: arrived broken; lost: written off on the way; returned: sent back to where they came from.
    """

    __tablename__ = "transfer_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer.id"))
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    units: Mapped[int]
    sent: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("transfer_id", "sku_id"),
        sa.CheckConstraint("units >= 1 AND units <= 2147483647", name="units"),
        sa.CheckConstraint("received >= 0 AND damaged >= 0 AND lost >= 0 AND returned >= 0", name="not_negative"),
        sa.CheckConstraint("sent >= 0 AND sent <= units", name="sent"),
        sa.CheckConstraint("received + damaged + lost + returned <= sent", name="in_transit"),
        sa.Index(
            "ix_transfer_line_in_transit",
            "sku_id",
            sqlite_where=sa.text("sent > received + damaged + lost + returned"),
            postgresql_where=sa.text("sent > received + damaged + lost + returned"),
        ),
    )


class TransferStep(Base):
    """What was done to a transfer: one row per version. kind: as in rules.STEPS; lines: JSON, units per SKU of this step.

    key: natural or idempotency key of the step; the same key is done once.
    """

    __tablename__ = "transfer_step"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    transfer_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer.id"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    lines: Mapped[str] = mapped_column(sa.Text)
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    __table_args__ = (sa.UniqueConstraint("transfer_id", "version"),)
