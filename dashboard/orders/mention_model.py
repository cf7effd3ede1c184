"""Who was mentioned in a comment, and whether they have seen it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class Mention(Base):
    """A person named with @ in a comment on an order. seen_at: when they opened it or said so."""

    __tablename__ = "mention"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    note_id: Mapped[int] = mapped_column(sa.ForeignKey("order_note.id"))
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("note_id", "user_id"),
        sa.Index(
            "ix_mention_unseen",
            "user_id",
            "id",
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        ),
    )
