"""Rule sets, what they decided, who refused, what was tried on past orders, and how many orders each location was given per day."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class RoutingRuleSet(Base):
    """One version of the rules; its document never changes once it was switched on. No row is on: the built-in rules are.

    state: draft (at most one), on (at most one), off, discarded. document: see rules.document_of. fingerprint: of the document.
    """

    __tablename__ = "routing_rule_set"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    document: Mapped[str] = mapped_column(sa.Text)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    based_on: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(sa.String(120))
    changed_at: Mapped[dt.datetime]
    switched_on_by: Mapped[str | None] = mapped_column(sa.String(120))
    switched_on_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.CheckConstraint("state IN ('draft', 'on', 'off', 'discarded')", name="state"),
        *(
            sa.Index(
                f"uq_routing_rule_set_{state}",
                "state",
                unique=True,
                sqlite_where=sa.text(f"state = '{state}'"),
                postgresql_where=sa.text(f"state = '{state}'"),
            )
            for state in ("on", "draft")
        ),
    )


class RoutingDecision(Base):
    """What was decided for an order, and all it was decided from: the same facts and rules give the same answer and its reasons.

    sequence: 1 when the order was taken, then each time units were routed again. rule_set_id: 0 for the built-in rules.
    cause: captured, filled, rejected, short or edited. facts: see facts.pack. chosen: [[SKU id, location id, units]].
    """

    __tablename__ = "routing_decision"
    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule_set_id: Mapped[int]
    cause: Mapped[str] = mapped_column(sa.String(10))
    facts: Mapped[str] = mapped_column(sa.Text)
    chosen: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[dt.datetime]
    __table_args__ = {"sqlite_with_rowid": False}


class RoutingRefusal(Base):
    """A location that could not send an order. kind: rejected (never asked again for it) or short (not asked in its place)."""

    __tablename__ = "routing_refusal"
    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[dt.datetime]
    __table_args__ = ({"sqlite_with_rowid": False},)


class RoutingLoad(Base):
    """Orders given to a location on one of its days, counted while a rule asks for it. day: as YYYYMMDD."""

    __tablename__ = "routing_load"
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
    __table_args__ = ({"sqlite_with_rowid": False},)


class RoutingSimulation(Base):
    """A draft tried on the newest orders of a range of days. total, done: orders; result: see simulations.finish.

    rule_set_version: of the draft as it was tried. state: queued, running, done or failed (message says why).
    """

    __tablename__ = "routing_simulation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(sa.ForeignKey("routing_rule_set.id"))
    rule_set_version: Mapped[int]
    since: Mapped[dt.datetime | None]
    until: Mapped[dt.datetime | None]
    most: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None] = mapped_column(sa.Text)
    message: Mapped[str | None] = mapped_column(sa.String(200))
    requested_by: Mapped[str] = mapped_column(sa.String(120))
    requested_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        sa.Index("ix_routing_simulation_rule_set_id", "rule_set_id", "id"),
    )
