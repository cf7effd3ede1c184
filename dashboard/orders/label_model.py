"""Tags of orders, and who has an order."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base

PLAIN = sa.String(40).with_variant(postgresql.VARCHAR(40, collation="C"), "postgresql")
"""Compared byte by byte on both databases, so that tags sort alike."""


class OrderTag(Base):
    """One tag of one order, with who gave it and when: what an undo looks at."""

    __tablename__ = "order_tag"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(PLAIN, primary_key=True)
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (sa.Index("ix_order_tag_tag", "tag", "order_id"),)


class OrderAssignee(Base):
    """Who has the order; one without a row is everybody's."""

    __tablename__ = "order_assignee"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    __table_args__ = (sa.Index("ix_order_assignee_user_id", "user_id", "order_id"),)
