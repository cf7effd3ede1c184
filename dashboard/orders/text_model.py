"""What people wrote about orders and the log only names."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderText(Base):
    """One text of an event. The log is sealed and keeps the number of this row; the words stand here, where they can be erased."""

    __tablename__ = "order_text"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    __table_args__ = (sa.Index("ix_order_text_order_id", "order_id"),)
