"""What people wrote about an order."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


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
