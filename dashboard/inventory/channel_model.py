"""What a channel may sell, and how many units of a SKU may be sold before they are here."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class ChannelRule(Base):
    """A channel without a row sells from every location, to the last unit. buffer: units of every SKU it leaves to the others."""

    __tablename__ = "channel_rule"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(40), unique=True)
    buffer: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(sa.String(120))
    updated_at: Mapped[dt.datetime | None]
    __table_args__ = (sa.CheckConstraint("buffer >= 0", name="buffer"),)


class ChannelLocation(Base):
    """A location the channel may sell from; a channel with none of these rows may sell from all."""

    __tablename__ = "channel_location"
    rule_id: Mapped[int] = mapped_column(sa.ForeignKey("channel_rule.id"), primary_key=True, autoincrement=False)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), primary_key=True, autoincrement=False)


class ChannelBuffer(Base):
    """A buffer of one SKU, in place of the channel's own."""

    __tablename__ = "channel_buffer"
    rule_id: Mapped[int] = mapped_column(sa.ForeignKey("channel_rule.id"), primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    units: Mapped[int]
    __table_args__ = (sa.CheckConstraint("units >= 0", name="units"),)


class SkuBackorder(Base):
    """May a SKU be sold before it is here, and how far is it. open_units: units that wait on order lines now.

    policy: default (nobody decided: as the order asks), allowed or refused. cap: the most units that may wait at once, None for
    any number. A row is made by the first unit that waits, so that the count is whole when somebody sets a cap later.
    preorder_from: the day from which it can be had; before it the SKU is on preorder, and preorder_cap counts in place of policy and
    cap. version: of what is decided; the count has none.
    """

    __tablename__ = "sku_backorder"
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    policy: Mapped[str] = mapped_column(sa.String(12), default="default")
    cap: Mapped[int | None]
    open_units: Mapped[int] = mapped_column(default=0)
    preorder_from: Mapped[dt.date | None]
    preorder_cap: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.CheckConstraint("policy IN ('default', 'allowed', 'refused')", name="policy"),
        sa.CheckConstraint("open_units >= 0 AND (cap IS NULL OR cap >= 0)", name="not_negative"),
    )


class FillingRule(Base):
    """The shop's one row (id 1): who of those that wait is served first. turn: priority (then first come) or placed (first come)."""

    __tablename__ = "filling_rule"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn: Mapped[str] = mapped_column(sa.String(12))
    version: Mapped[int]
    updated_by: Mapped[str] = mapped_column(sa.String(120))
    updated_at: Mapped[dt.datetime]
    __table_args__ = (sa.CheckConstraint("id = 1 AND turn IN ('priority', 'placed')", name="turn"),)
