"""Order lines with their counters, and what a kit was made of."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderLine(Base):
    """One line and where its units are. ordered = cancelled + backordered + allocated + picked + packed + shipped.

    unit_price_e4: 1/10,000 of the currency; total: (ordered - credited) x unit price in minor units, rounded half up once, before tax
    and discount. credited: those of the cancelled units that the customer need not pay (an edit, a cancelled part, the
    rest of an order of which a part had left; an order that is cancelled whole keeps the total it had).
    sku_id is None for an item no catalogue knows; its code and name are kept as the channel sent them.
    """

    __tablename__ = "order_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    position: Mapped[int]
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sku.id"))
    sku_code: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(300))
    ordered: Mapped[int]
    unit_price_e4: Mapped[int]
    tax: Mapped[int] = mapped_column(default=0)
    discount: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    cancelled: Mapped[int] = mapped_column(default=0)
    credited: Mapped[int] = mapped_column(server_default="0")
    backordered: Mapped[int] = mapped_column(default=0)
    allocated: Mapped[int] = mapped_column(default=0)
    picked: Mapped[int] = mapped_column(default=0)
    packed: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.Index("ix_order_line_sku_id", "sku_id"),
        sa.Index(
            "ix_order_line_backordered",
            "sku_id",
            "order_id",
            sqlite_where=sa.text("backordered > 0"),
            postgresql_where=sa.text("backordered > 0"),
        ),
        sa.CheckConstraint(
            "ordered > 0 AND ordered = cancelled + backordered + allocated + picked + packed + shipped", name="conserved"
        ),
        sa.CheckConstraint(
            "cancelled >= 0 AND backordered >= 0 AND allocated >= 0 AND picked >= 0 AND packed >= 0 AND shipped >= 0",
            name="not_negative",
        ),
        sa.CheckConstraint(
            "delivered >= 0 AND delivered <= shipped AND returned >= 0 AND returned <= shipped", name="after_shipping"
        ),
    )


class OrderLinePart(Base):
    """What one unit of a kit's line is made of, as it was when the order was taken: a later recipe is for later orders."""

    __tablename__ = "order_line_part"
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("sku.id"), primary_key=True)
    units: Mapped[int]
    __table_args__ = (sa.Index("ix_order_line_part_sku_id", "sku_id"), sa.CheckConstraint("units >= 1", name="units"))
