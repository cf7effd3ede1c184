"""Cycle counts and their lines, the rule of each class, and what is due when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId

_UNDECIDED = "state IN ('to_count', 'counted')"


class StockCount(Base):
    """One count at one location, or of one bin of it. status: as in rules.COUNT; source: schedule (what was due) or manual (chosen)."""

    __tablename__ = "stock_count"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(sa.String(12))
    source: Mapped[str] = mapped_column(sa.String(12))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    opened_by: Mapped[str] = mapped_column(sa.String(64))
    opened_by_name: Mapped[str] = mapped_column(sa.String(120))
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    bin_id: Mapped[int | None]
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'counting', 'review', 'approved', 'cancelled')", name="status"),
        sa.CheckConstraint("source IN ('schedule', 'manual')", name="source"),
        sa.CheckConstraint("(closed_at IS NOT NULL) = (status IN ('approved', 'cancelled'))", name="closed"),
        sa.Index("ix_stock_count_status", "status", "id"),
    )


class CountLine(Base):
    """One SKU to be counted once; a recount is a line of its own.

    state: as in rules.LINE. round: 1, and one more for each recount; recount_of: the line it replaces. on_it: who looks for it on the
    shelf now. expected, counted, counter, counted_at, movement_id: set when it is counted; expected is on hand at that moment,
    movement_id the last ledger row of the balance then (0: none). decided_by: who approved or rejected it. bin_id: the count's bin; then
    expected is what lay there, and movement_id that of the bin's own ledger.
    """

    __tablename__ = "count_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    count_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_count.id"))
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"))
    state: Mapped[str] = mapped_column(sa.String(12))
    round: Mapped[int] = mapped_column(default=1)
    recount_of: Mapped[int | None] = mapped_column(sa.ForeignKey("count_line.id"))
    on_it: Mapped[str | None] = mapped_column(sa.String(64))
    on_it_name: Mapped[str | None] = mapped_column(sa.String(120))
    on_it_at: Mapped[dt.datetime | None]
    expected: Mapped[int | None]
    counted: Mapped[int | None]
    counter: Mapped[str | None] = mapped_column(sa.String(64))
    counter_name: Mapped[str | None] = mapped_column(sa.String(120))
    counted_at: Mapped[dt.datetime | None]
    movement_id: Mapped[int | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(64))
    decided_by_name: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]
    bin_id: Mapped[int | None]
    __table_args__ = (
        sa.CheckConstraint("state IN ('to_count', 'counted', 'recount', 'approved', 'rejected')", name="state"),
        sa.CheckConstraint("counted BETWEEN 0 AND 2147483647", name="counted"),
        sa.CheckConstraint("(round = 1) = (recount_of IS NULL)", name="round"),
        sa.CheckConstraint(
            "(counted IS NULL) = (expected IS NULL) AND (counted IS NULL) = (counter IS NULL)"
            " AND (counted IS NULL) = (counted_at IS NULL) AND (counted IS NULL) = (movement_id IS NULL)",
            name="whole",
        ),
        sa.CheckConstraint("state IN ('to_count', 'rejected') OR counted IS NOT NULL", name="has_figure"),
        sa.CheckConstraint("state <> 'to_count' OR counted IS NULL", name="no_figure"),
        sa.CheckConstraint("(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)", name="decided"),
        sa.Index("ix_count_line_count_id", "count_id", "id"),
        sa.Index("ix_count_line_decided_at", "state", "decided_at"),
        sa.Index("uq_count_line_recount_of", "recount_of", unique=True),
        # Two counts of one shelf at once would both correct the same difference.
        sa.Index(
            "uq_count_line_undecided",
            "location_id",
            "sku_id",
            unique=True,
            sqlite_where=sa.text(f"{_UNDECIDED} AND bin_id IS NULL"),
            postgresql_where=sa.text(f"{_UNDECIDED} AND bin_id IS NULL"),
        ),
        sa.Index(
            "uq_count_line_undecided_bin",
            "bin_id",
            "sku_id",
            unique=True,
            sqlite_where=sa.text(f"{_UNDECIDED} AND bin_id IS NOT NULL"),
            postgresql_where=sa.text(f"{_UNDECIDED} AND bin_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_count_line_last",
            "location_id",
            "sku_id",
            "counted_at",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        ),
    )


class CountPolicy(Base):
    """The rule of one class (A, B or C): every how many days it is counted, and by how much a figure may differ. See rules.Policy.

    version: of all three together, for they are set in one form.
    """

    __tablename__ = "count_policy"
    class_: Mapped[str] = mapped_column("class", sa.String(1), primary_key=True)
    interval_days: Mapped[int]
    tolerance_units: Mapped[int]
    tolerance_percent: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.CheckConstraint("class IN ('A', 'B', 'C')", name="class"),
        sa.CheckConstraint("interval_days BETWEEN 1 AND 3650", name="interval"),
        sa.CheckConstraint("tolerance_units BETWEEN 0 AND 1000000 AND tolerance_percent BETWEEN 0 AND 100", name="tolerance"),
    )


class CountSchedule(Base):
    """When a SKU with a shelf at a location is due for counting: worked out every hour, moved on by every approved line.

    last_counted: of its newest approved line; None, and due_at 1970, for one never counted.
    """

    __tablename__ = "count_schedule"
    location_id: Mapped[int] = mapped_column(sa.ForeignKey("location.id"), primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True, autoincrement=False)
    class_: Mapped[str] = mapped_column("class", sa.String(1))
    last_counted: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime]
    __table_args__ = (
        sa.CheckConstraint("class IN ('A', 'B', 'C')", name="class"),
        sa.Index("ix_count_schedule_due", "location_id", "class", "due_at", "sku_id"),
    )
