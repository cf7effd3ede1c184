"""A bulk action and its orders: who asked for what, the frozen set, and what became of each order."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class BulkRun(Base):
    """One bulk action. choice: what was chosen for it, as JSON; query: the list's URL whose orders were meant, empty for chosen rows.

    total, done, skipped: orders; the rest waits in the order of its places. undoes_id: the run whose effect this one takes back.
    actor_ref: who it is done as, and may still do it; message: why it ended before its end.
    """

    __tablename__ = "bulk_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    action: Mapped[str] = mapped_column(sa.String(16))
    choice: Mapped[str] = mapped_column(sa.Text)
    query: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(8))
    total: Mapped[int]
    done: Mapped[int]
    skipped: Mapped[int]
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bulk_run.id"), unique=True)
    actor_ref: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    message: Mapped[str] = mapped_column(sa.String(300))
    version: Mapped[int]
    __table_args__ = (
        sa.Index("ix_bulk_run_status", "status", "id"),
        sa.CheckConstraint("status IN ('draft', 'queued', 'running', 'done', 'stopped')", name="status"),
        sa.CheckConstraint("done >= 0 AND skipped >= 0 AND done + skipped <= total", name="counted"),
        sa.CheckConstraint("status <> 'done' OR done + skipped = total", name="whole"),
    )


class BulkRow(Base):
    """One order of a run. place: from 1, the order in which they are done. state: waiting, done or skipped; reason: why it was skipped.

    effect: what was changed, as JSON, so that exactly that can be taken back.
    """

    __tablename__ = "bulk_row"
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk_run.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    state: Mapped[str] = mapped_column(sa.String(8))
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    effect: Mapped[str | None] = mapped_column(sa.Text)
    __table_args__ = (
        sa.UniqueConstraint("run_id", "order_id"),
        sa.Index("ix_bulk_row_state", "run_id", "state", "place"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'skipped')", name="state"),
        sa.CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name="reason"),
    )
