"""What a machine could not do."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


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
