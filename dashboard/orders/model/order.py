"""Orders: what is known of each, its sums, its headlines, and the indexes the list reads."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.kernel.columns import Base, BigId
from dashboard.orders.model.hold import OrderHold
from dashboard.orders.model.line import OrderLine

COMMON_PAYMENTS = ("authorized", "paid")
"""Payment states of nearly every order: no index leads to them."""
_LEFT = sa.text("phase IN ('cancelled', 'completed', 'delivered', 'delivery_problem', 'disputed', 'in_transit', 'return_open')")
_UNCOMMON = sa.text("payment_status NOT IN ('authorized', 'paid')")
_KNOWN, _TRACKED, _MOVED = (sa.text(f"{column} IS NOT NULL") for column in ("external_id", "tracking_hash", "promise_moved"))


class Order(Base):
    """One order. Money is in minor units of `currency`.

    status, fulfilment_status, payment_status, phase and readiness are derived by orders.rules.derive and written only by orders.derive.
    work: status of its least advanced open fulfilment order; location_id: where that is, or where it left from; both kept by fulfilment.
    authorized, captured, refunded, voided: kept by
    payments from its ledger. customer_ref: the channel's own name for the customer. views: the list's views
    that count it. tracking_hash: SHA-256 of the tracking token. priority: 0 normal, above it sooner. carried: money promised on
    another order's payments that counts for this one since a split or merge, or (below 0) the other way; carried_received: as much
    of it as has arrived. calendar_ship_by:
    `ship_by` before a promise put it off, None while none did. promise_moved: later or earlier than the customer was told, else None.
    repaid: as much of `refunded` as gave back what was received above the total (the rest was goodwill, or for
    goods that came back).
    """

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    channel: Mapped[str] = mapped_column(sa.String(40))
    external_id: Mapped[str | None] = mapped_column(sa.String(120))
    status: Mapped[str] = mapped_column(sa.String(12))
    phase: Mapped[str] = mapped_column(sa.String(20))
    fulfilment_status: Mapped[str] = mapped_column(sa.String(24))
    payment_status: Mapped[str] = mapped_column(sa.String(24))
    readiness: Mapped[str | None] = mapped_column(sa.String(5))
    work: Mapped[str | None] = mapped_column(sa.String(12))
    location_id: Mapped[int | None]
    views: Mapped[str] = mapped_column(sa.String(60), default="")
    customer_ref: Mapped[str | None] = mapped_column(sa.String(120))
    customer_name: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    ship_name: Mapped[str] = mapped_column(sa.String(200), default="")
    ship_line1: Mapped[str] = mapped_column(sa.String(200), default="")
    ship_line2: Mapped[str] = mapped_column(sa.String(200), default="")
    ship_city: Mapped[str] = mapped_column(sa.String(120), default="")
    ship_region: Mapped[str] = mapped_column(sa.String(120), default="")
    ship_postal_code: Mapped[str] = mapped_column(sa.String(24), default="")
    ship_country: Mapped[str] = mapped_column(sa.String(60), default="")
    currency: Mapped[str] = mapped_column(sa.String(3))
    lines_total: Mapped[int] = mapped_column(default=0)
    tax: Mapped[int] = mapped_column(default=0)
    shipping: Mapped[int] = mapped_column(default=0)
    discount: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    authorized: Mapped[int] = mapped_column(default=0)
    captured: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    voided: Mapped[int] = mapped_column(default=0)
    carried: Mapped[int] = mapped_column(server_default="0")
    carried_received: Mapped[int] = mapped_column(server_default="0")
    repaid: Mapped[int] = mapped_column(server_default="0")
    pay_on: Mapped[str] = mapped_column(sa.String(12), default="placing")
    line_count: Mapped[int] = mapped_column(default=0)
    unit_count: Mapped[int] = mapped_column(default=0)
    shipping_method: Mapped[str] = mapped_column(sa.String(40), server_default="")
    priority: Mapped[int] = mapped_column(server_default="0")
    open_holds: Mapped[int] = mapped_column(default=0)
    open_returns: Mapped[int] = mapped_column(default=0)
    parcel_problem: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[dt.datetime]
    ship_by: Mapped[dt.datetime | None]
    calendar_ship_by: Mapped[dt.datetime | None]
    promised_at: Mapped[dt.datetime | None]
    promise_moved: Mapped[str | None] = mapped_column(sa.String(8))
    ready_at: Mapped[dt.datetime | None]
    shipped_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(sa.String(40))
    tracking_hash: Mapped[str | None] = mapped_column(sa.String(64))
    tracking_rotation: Mapped[int] = mapped_column(default=0)
    tracking_expires_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.position", viewonly=True)
    holds: Mapped[list[OrderHold]] = relationship(order_by="OrderHold.id", viewonly=True)
    __table_args__ = (
        sa.Index("uq_orders_channel_external_id", "channel", "external_id", unique=True, sqlite_where=_KNOWN, postgresql_where=_KNOWN),
        sa.Index("uq_orders_tracking_hash", "tracking_hash", unique=True, sqlite_where=_TRACKED, postgresql_where=_TRACKED),
        # Covers every filter of the order list, so that a rare filter walks this index and not the table.
        sa.Index(
            "ix_orders_placed_at",
            "placed_at",
            "id",
            "status",
            "phase",
            "work",
            "channel",
            "payment_status",
            "fulfilment_status",
            "ship_country",
            "readiness",
            "total",
            "unit_count",
        ),
        sa.Index("ix_orders_ship_by", "ship_by", "id"),
        # What has left a location; what is there is among the open ones.
        sa.Index(
            "ix_orders_left",
            "location_id",
            "ship_by",
            "id",
            "phase",
            "channel",
            "payment_status",
            "fulfilment_status",
            "ship_country",
            "placed_at",
            "total",
            "unit_count",
            "status",
            sqlite_where=_LEFT,
            postgresql_where=_LEFT,
        ),
        sa.Index("ix_orders_promise_moved", "promise_moved", "placed_at", "id", sqlite_where=_MOVED, postgresql_where=_MOVED),
        sa.Index("ix_orders_total", "total", "id"),
        sa.Index("ix_orders_unit_count", "unit_count", "id"),
        sa.Index("ix_orders_ship_country", "ship_country", "id"),
        sa.Index("ix_orders_channel", "channel", "placed_at", "id"),
        sa.Index(
            "ix_orders_customer_ref",
            "channel",
            "customer_ref",
            "placed_at",
            sqlite_where=sa.text("customer_ref IS NOT NULL"),
            postgresql_where=sa.text("customer_ref IS NOT NULL"),
        ),
        # The orders people work on: whatever is filtered or sorted among them is read from here and nowhere else.
        sa.Index(
            "ix_orders_open",
            "ship_by",
            "id",
            "phase",
            "work",
            "readiness",
            "channel",
            "payment_status",
            "fulfilment_status",
            "ship_country",
            "placed_at",
            "total",
            "unit_count",
            "customer_name",
            "status",
            "location_id",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
        sa.Index("ix_orders_phase", "phase", "ship_by", "id", "work", "placed_at", "total", "location_id"),
        sa.Index("ix_orders_payment_status", "payment_status", "id", sqlite_where=_UNCOMMON, postgresql_where=_UNCOMMON),
        sa.Index(
            "ix_orders_shipped_at",
            "shipped_at",
            "ready_at",
            "placed_at",
            sqlite_where=sa.text("shipped_at IS NOT NULL"),
            postgresql_where=sa.text("shipped_at IS NOT NULL"),
        ),
        sa.CheckConstraint("total = lines_total + tax + shipping - discount", name="total"),
        sa.CheckConstraint("refunded >= 0 AND refunded <= captured", name="refunded"),
        sa.CheckConstraint("status IN ('draft', 'open', 'completed', 'cancelled', 'discarded')", name="status"),
        sa.CheckConstraint("(readiness IS NULL) OR (readiness IN ('ready', 'part', 'none') AND status = 'open')", name="readiness"),
    )
