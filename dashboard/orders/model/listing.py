"""The order list: how many each view counts, saved views, and what a person chose."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class OrderFacet(Base):
    """How many orders a view counts, kept in the transaction of each change. Sharded so that captures do not queue on one row."""

    __tablename__ = "order_facet"
    view: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class SavedView(Base):
    """A list under a name. query: the URL's arguments that make it, without a page; shared: everybody sees it, its owner changes it."""

    __tablename__ = "saved_view"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.Text)
    shared: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime]
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "name"),
        sa.Index(
            "ix_saved_view_shared",
            "position",
            "id",
            sqlite_where=sa.text("shared"),
            postgresql_where=sa.text("shared"),
        ),
    )


class ListChoice(Base):
    """How one person wants the order list. hidden: columns left out, space between; dense: low rows; view_id: the view /orders opens."""

    __tablename__ = "list_choice"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    hidden: Mapped[str] = mapped_column(sa.String(200), default="")
    dense: Mapped[bool] = mapped_column(default=False)
    view_id: Mapped[int | None] = mapped_column(sa.ForeignKey("saved_view.id"))
