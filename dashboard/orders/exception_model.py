"""What was done about an exception, step by step: the rows beside orders.model.OrderException."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class ExceptionStep(Base):
    """One thing that happened to an exception. what: opened, reopened, assigned, snoozed, woken, tried, resolved, cleared
    or taken_back (the resolution)."""

    __tablename__ = "order_exception_step"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    exception_id: Mapped[int] = mapped_column(sa.ForeignKey("order_exception.id"))
    at: Mapped[dt.datetime]
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    what: Mapped[str] = mapped_column(sa.String(12))
    said: Mapped[str] = mapped_column(sa.String(300), default="")
    __table_args__ = (sa.Index("ix_order_exception_step_exception_id", "exception_id", "id"),)
