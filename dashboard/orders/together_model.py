"""The choice of how an order ships."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base


class OrderTogether(Base):
    """An order that waits until it can leave whole; one without a row ships what is there."""

    __tablename__ = "order_together"
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True, autoincrement=False)
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
