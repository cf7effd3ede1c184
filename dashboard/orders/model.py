"""Orders, lines with their counters, holds, notes, exceptions, and the counted views."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.kernel.columns import Base, BigId

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
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position", viewonly=True)
    holds: Mapped[list["OrderHold"]] = relationship(order_by="OrderHold.id", viewonly=True)
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


class OrderLine(Base):
    """One line and where its units are. ordered = cancelled + backordered + allocated + picked + packed + shipped.

    unit_price_e4: 1/10,000 of the currency; total: (ordered - credited) x unit price in minor units, rounded half up once, before tax
    and discount. credited: those of the cancelled units that the customer need not pay (an edit or a cancelled part; an order that
    is cancelled whole keeps the total it had).
    sku_id is None for an item no catalogue knows; its code and name are kept as the channel sent them.
    """

    __tablename__ = "order_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    position: Mapped[int]
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sku.id"))
    sku_code: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(300))
    ordered: Mapped[int]
    unit_price_e4: Mapped[int]
    tax: Mapped[int] = mapped_column(default=0)
    discount: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    cancelled: Mapped[int] = mapped_column(default=0)
    credited: Mapped[int] = mapped_column(server_default="0")
    backordered: Mapped[int] = mapped_column(default=0)
    allocated: Mapped[int] = mapped_column(default=0)
    picked: Mapped[int] = mapped_column(default=0)
    packed: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.Index("ix_order_line_sku_id", "sku_id"),
        sa.Index(
            "ix_order_line_backordered",
            "sku_id",
            "order_id",
            sqlite_where=sa.text("backordered > 0"),
            postgresql_where=sa.text("backordered > 0"),
        ),
        sa.CheckConstraint(
            "ordered > 0 AND ordered = cancelled + backordered + allocated + picked + packed + shipped", name="conserved"
        ),
        sa.CheckConstraint(
            "cancelled >= 0 AND backordered >= 0 AND allocated >= 0 AND picked >= 0 AND packed >= 0 AND shipped >= 0",
            name="not_negative",
        ),
        sa.CheckConstraint(
            "delivered >= 0 AND delivered <= shipped AND returned >= 0 AND returned <= shipped", name="after_shipping"
        ),
    )


class OrderLinePart(Base):
    """What one unit of a kit's line is made of, as it was when the order was taken: a later recipe is for later orders."""

    __tablename__ = "order_line_part"
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True)
    units: Mapped[int]
    __table_args__ = (sa.Index("ix_order_line_part_sku_id", "sku_id"), sa.CheckConstraint("units >= 1", name="units"))


class OrderHold(Base):
    """A reason why an order must wait. kind: payment, fraud, address, stock, customer_request, awaiting_return, upsell_window, manual."""

    __tablename__ = "order_hold"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    until: Mapped[dt.datetime | None]
    placed_by: Mapped[str] = mapped_column(sa.String(120))
    placed_at: Mapped[dt.datetime]
    released_by: Mapped[str | None] = mapped_column(sa.String(120))
    released_at: Mapped[dt.datetime | None]
    release_reason: Mapped[str | None] = mapped_column(sa.String(200))
    release_when: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    __table_args__ = (
        sa.Index("ix_order_hold_order_id", "order_id"),
        sa.Index(
            "ix_order_hold_open",
            "kind",
            "order_id",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        ),
        sa.Index(
            "ix_order_hold_due",
            "until",
            sqlite_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
            postgresql_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
        ),
        sa.Index(
            "ix_order_hold_waits",
            "id",
            sqlite_where=sa.text("released_at IS NULL AND release_when <> ''"),
            postgresql_where=sa.text("released_at IS NULL AND release_when <> ''"),
        ),
    )


class OrderNote(Base):
    """A comment. author_ref: the actor who may still change it; a deleted one keeps its row, without its words."""

    __tablename__ = "order_note"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    author: Mapped[str] = mapped_column(sa.String(120))
    author_ref: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    at: Mapped[dt.datetime]
    edited_at: Mapped[dt.datetime | None]
    deleted_at: Mapped[dt.datetime | None]
    __table_args__ = (sa.Index("ix_order_note_order_id", "order_id"),)


class OrderException(Base):
    """What a machine could not do: one row per cause. kind: one of rules.EXCEPTION_KINDS; key: the cause's natural key.

    occurrence: which time of the cause this is; the same one, once a person has resolved it, does not open again. cleared: it closed
    itself, so that it may come back. times: how often it opened. assignee_id: the user who has it. resolution: what was done.
    """

    __tablename__ = "order_exception"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(24))
    summary: Mapped[str] = mapped_column(sa.String(300))
    facts: Mapped[str] = mapped_column(sa.Text, default="{}")
    key: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    occurrence: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    assignee_id: Mapped[int | None]
    snoozed_until: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(sa.String(120))
    resolution: Mapped[str | None] = mapped_column(sa.String(300))
    cleared: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    __table_args__ = (
        sa.Index(
            "ix_order_exception_open",
            "opened_at",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        ),
        sa.Index(
            "ix_order_exception_open_kind",
            "kind",
            "opened_at",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        ),
        sa.Index(
            "ix_order_exception_assignee_id",
            "assignee_id",
            "opened_at",
            sqlite_where=sa.text("resolved_at IS NULL AND assignee_id IS NOT NULL"),
            postgresql_where=sa.text("resolved_at IS NULL AND assignee_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_order_exception_snoozed_until",
            "snoozed_until",
            sqlite_where=sa.text("resolved_at IS NULL AND snoozed_until IS NOT NULL"),
            postgresql_where=sa.text("resolved_at IS NULL AND snoozed_until IS NOT NULL"),
        ),
        sa.Index("ix_order_exception_resolved_at", "resolved_at", "id"),
        sa.Index("ix_order_exception_order_id", "order_id"),
    )


class OrderFacet(Base):
    """How many orders a view counts, kept in the transaction of each change. Sharded so that captures do not queue on one row."""

    __tablename__ = "order_facet"
    view: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class SavedView(Base):
    """A list under a name. query: the URL's arguments that make it, without a page; shared: everybody sees it, its owner changes it."""

    __tablename__ = "saved_view"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.Text)
    shared: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime]
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "name"),
        sa.Index(
            "ix_saved_view_shared",
            "position",
            "id",
            sqlite_where=sa.text("shared"),
            postgresql_where=sa.text("shared"),
        ),
    )


class ListChoice(Base):
    """How one person wants the order list. hidden: columns left out, space between; dense: low rows; view_id: the view /orders opens."""

    __tablename__ = "list_choice"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    hidden: Mapped[str] = mapped_column(sa.String(200), default="")
    dense: Mapped[bool] = mapped_column(default=False)
    view_id: Mapped[int | None] = mapped_column(sa.ForeignKey("saved_view.id"))
