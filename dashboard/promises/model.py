"""Promises of order lines that wait, and what serves their units."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderPromise(Base):
    """When a line's waiting units leave us. It stays when they have stock, as what was promised; then `units` is 0.

    units: that wait. preorder: they were sold before the SKU could be had. basis: what the last of them waits for: purchase (the
    delivery of purchase_order_id), release (the SKU's preorder date, nothing being ordered yet), stock (it is there, and about to be
    allocated) or none (no date yet). moved_from: the date it had before it last moved away from one; moved_cause: one of
    rules.CAUSES; moved_because: what happened, for people here.
    """

    __tablename__ = "order_promise"
    order_line_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("order_line.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    order_id: Mapped[int] = mapped_column(index=True)
    units: Mapped[int]
    preorder: Mapped[bool] = mapped_column(default=False)
    promised_on: Mapped[dt.date | None]
    basis: Mapped[str] = mapped_column(sa.String(16))
    purchase_order_id: Mapped[int | None]
    made_at: Mapped[dt.datetime]
    moved_from: Mapped[dt.date | None]
    moved_at: Mapped[dt.datetime | None]
    moved_cause: Mapped[str | None] = mapped_column(sa.String(16))
    moved_because: Mapped[str | None] = mapped_column(sa.String(200))
    __table_args__ = (
        sa.CheckConstraint(
            "(basis = 'none' AND promised_on IS NULL) OR (basis IN ('stock', 'purchase', 'release') AND promised_on IS NOT NULL)",
            name="basis",
        ),
        sa.CheckConstraint("units >= 0", name="units"),
        sa.Index(
            "ix_order_promise_waiting", "order_line_id", sqlite_where=sa.text("units > 0"), postgresql_where=sa.text("units > 0")
        ),
    )


class PromiseTold(Base):
    """What the customer of an order was told last: the day its last unit leaves, None for no date yet. told_by: "" for the order's page."""

    __tablename__ = "promise_told"
    order_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    told_on: Mapped[dt.date | None]
    told_at: Mapped[dt.datetime]
    told_by: Mapped[str] = mapped_column(sa.String(120))


class PromiseSource(Base):
    """Units of one SKU for a waiting line (its own, or a part of its kit) and what serves them; place: their order, from 0."""

    __tablename__ = "promise_source"
    order_line_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("order_line.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sku_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    units: Mapped[int]
    basis: Mapped[str] = mapped_column(sa.String(16))
    purchase_order_line_id: Mapped[int | None] = mapped_column(index=True)
    ready_on: Mapped[dt.date | None]
    __table_args__ = (
        sa.CheckConstraint("units > 0", name="units"),
        sa.CheckConstraint(
            "(basis IN ('stock', 'none') AND ready_on IS NULL) OR (basis IN ('purchase', 'release') AND ready_on IS NOT NULL)",
            name="basis",
        ),
    )
