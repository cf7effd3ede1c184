"""Edits of orders as they were carried out."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderEdit(Base):
    """One edit. fields: JSON {field: [before, after]}; restores: JSON {order line id: units it made cancelled}.

    version: of the order after it. final: it cannot be taken back (money was paid back with it, units went to another order).
    """

    __tablename__ = "order_edit"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    version: Mapped[int]
    fields: Mapped[str] = mapped_column(sa.Text)
    restores: Mapped[str] = mapped_column(sa.Text)
    final: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_edit.id"), unique=True)
    __table_args__ = (
        sa.Index("ix_order_edit_order_id", "order_id", "id"),
        sa.CheckConstraint("kind IN ('edit', 'cancel', 'undo', 'split', 'merge')", name="kind"),
    )
