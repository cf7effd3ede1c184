"""Names of taxes and discounts."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base


class OrderLineAmount(Base):
    """A part of a line's tax or discount, by name. Those of one kind add up to it; a line without any has no names. amount: minor units."""

    __tablename__ = "order_line_amount"
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    amount: Mapped[int]
    __table_args__ = (sa.CheckConstraint("kind IN ('tax', 'discount') AND amount >= 0", name="kind"),)
