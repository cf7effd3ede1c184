"""Customers, what they are recognised by, their orders, addresses, tags, consent, and how records were merged."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId

PLAIN = sa.String(254).with_variant(postgresql.VARCHAR(254, collation="C"), "postgresql")
"""Text compared byte by byte on both databases, so that a range over an index finds what begins alike."""


class Customer(Base):
    """One record of a person. Records of the same person form a tree: parent_id is the record it was merged into, root_id the top.

    A record never loses its own rows to another: a merge moves nothing but these two columns, so that undoing it is exact.
    version: of the person's page, counted at the root.
    """

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    root_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customer.id"))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[dt.datetime]
    erased_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.Index("ix_customer_root_id", "root_id", "id"),
        sa.Index(
            "ix_customer_top",
            "id",
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        ),
        sa.CheckConstraint("(parent_id IS NULL AND root_id = id) OR (parent_id IS NOT NULL AND root_id <> id)", name="root"),
    )


class CustomerKey(Base):
    """What a record is recognised by. kind: ref, email, phone, address (a hash) or word (of the name, for the search).

    joins: a new order with this key belongs to this record; at most one record has that right for one key.
    """

    __tablename__ = "customer_key"
    kind: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    value: Mapped[str] = mapped_column(PLAIN, primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    joins: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        sa.Index(
            "uq_customer_key_joins",
            "kind",
            "value",
            unique=True,
            sqlite_where=sa.text("joins"),
            postgresql_where=sa.text("joins"),
        ),
        sa.Index("ix_customer_key_customer_id", "customer_id"),
    )


class CustomerOrder(Base):
    """Whose an order is. matched_by: new, ref, email or phone. amount: minor units of what counts in the sums; 0 if it does not."""

    __tablename__ = "customer_order"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    matched_by: Mapped[str] = mapped_column(sa.String(8))
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)
    __table_args__ = (sa.Index("ix_customer_order_customer_id", "customer_id", "order_id"),)


class CustomerTotal(Base):
    """How many orders a record has in one currency and what they sum to, in minor units."""

    __tablename__ = "customer_total"
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    orders: Mapped[int] = mapped_column(default=0)
    amount: Mapped[int] = mapped_column(default=0)
    last_order_at: Mapped[dt.datetime | None]


class CustomerAddress(Base):
    """An address that was written on one of the person's orders. key: hash of its folded form."""

    __tablename__ = "customer_address"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    line1: Mapped[str] = mapped_column(sa.String(200), default="")
    line2: Mapped[str] = mapped_column(sa.String(200), default="")
    city: Mapped[str] = mapped_column(sa.String(120), default="")
    region: Mapped[str] = mapped_column(sa.String(120), default="")
    postal_code: Mapped[str] = mapped_column(sa.String(24), default="")
    country: Mapped[str] = mapped_column(sa.String(60), default="")
    used_at: Mapped[dt.datetime]
    __table_args__ = (sa.UniqueConstraint("customer_id", "key"),)


class CustomerTag(Base):
    __tablename__ = "customer_tag"
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(PLAIN, primary_key=True)
    __table_args__ = (sa.Index("ix_customer_tag_tag", "tag", "customer_id"),)


class CustomerConsent(Base):
    """One word of the customer on one purpose, append-only: the newest counts. how: the door by which it came."""

    __tablename__ = "customer_consent"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    purpose: Mapped[str] = mapped_column(sa.String(20))
    granted: Mapped[bool]
    how: Mapped[str] = mapped_column(sa.String(20))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (
        sa.Index("ix_customer_consent_customer_id", "customer_id"),
        sa.Index("ix_customer_consent_purpose", "purpose", "customer_id"),
    )


class CustomerEntry(Base):
    """One line of the person's timeline. kind: create, note, tag, untag, consent, edit, merge, unmerge, distinct, export, erase."""

    __tablename__ = "customer_entry"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (sa.Index("ix_customer_entry_customer_id", "customer_id", "id"),)


class CustomerMerge(Base):
    """That one record was found to be the same person as another; open until undone."""

    __tablename__ = "customer_merge"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    undone_by: Mapped[str | None] = mapped_column(sa.String(120))
    undone_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.Index(
            "uq_customer_merge_open",
            "gone_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        sa.Index("ix_customer_merge_kept_id", "kept_id"),
        sa.CheckConstraint("kept_id <> gone_id", name="two_records"),
    )


class CustomerDistinct(Base):
    """Two records that somebody looked at and found to be different people; first_id < second_id."""

    __tablename__ = "customer_distinct"
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), primary_key=True)
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (sa.CheckConstraint("first_id < second_id", name="in_order"),)
