"""An import proved from our own database: the figures of a channel recomputed by SQL from orders, returns, balances and ledger.

Nothing here reads the file. What the file's own reference says (row classes, revenue, top tens, closing stock) must come out again.
Units are whole; money is in 1/10,000 of the currency (e4), summed exactly and never rounded per line.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.channels.model import SetAsideRow
from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.kernel import clock
from dashboard.orders.model import Order, OrderLine
from dashboard.returns.model import Return, ReturnLine

MONTH_NAME = "%Y-%m"


class Window(NamedTuple):
    """One calendar month of the channel's time zone, [start, end)."""

    name: str
    start: dt.datetime
    end: dt.datetime


def figures(connection: sa.Connection, channel: str, time_zone: str) -> dict[str, Any]:
    """Every figure of the channel's history.

    Args: time_zone: in which a month begins.
    """
    one = connection.execute
    span = one(_span(channel)).one()
    valid = one(_valid_sales(channel)).one()
    return {
        "rows": sum(row_classes(connection, channel).values()),
        "span": [clock.iso(clock.moment(moment)) if moment is not None else None for moment in span],
        "invoices_by_type": invoices(connection, channel),
        "customers": one(_customers(channel)).scalar_one(),
        "sku": one(_codes(channel)).scalar_one(),
        "row_classes": row_classes(connection, channel),
        "valid_sales": {
            "rows": valid.rows,
            "orders": valid.orders,
            "units": int(valid.units or 0),
            "revenue_e4": int(valid.revenue_e4 or 0),
            "customers": valid.customers,
        },
        "by_month": by_month(connection, channel, time_zone),
        "top10_by_units": top(connection, channel, "units"),
        "top10_by_revenue": top(connection, channel, "revenue_e4"),
        **repeat_rate(connection, channel),
    }


def row_classes(connection: sa.Connection, channel: str) -> dict[str, int]:
    """Rows the channel's files had, by class: order lines are sales, return lines are returns, the rest was set aside by name."""
    sales = connection.scalar(sa.select(sa.func.count()).select_from(OrderLine).join(Order).where(Order.channel == channel))
    returns = connection.scalar(sa.select(sa.func.count()).select_from(ReturnLine).join(Return).where(Return.channel == channel))
    aside = (
        sa.select(SetAsideRow.row_class, sa.func.count()).where(SetAsideRow.channel == channel).group_by(SetAsideRow.row_class)
    )
    return {"sale": sales or 0, "return": returns or 0, **{name: count for name, count in connection.execute(aside)}}


def invoices(connection: sa.Connection, channel: str) -> dict[str, int]:
    """Distinct documents: orders (with those of which only rows set aside are known) and credit documents."""
    orders = connection.scalar(sa.select(sa.func.count()).select_from(_order_documents(channel)))
    returns = connection.scalar(sa.select(sa.func.count()).select_from(Return).where(Return.channel == channel))
    return {"order": orders or 0, "cancel": returns or 0}


def top(connection: sa.Connection, channel: str, by: str) -> list[list[Any]]:
    """The ten best-selling stock SKUs: [code, units, revenue_e4]. by: units or revenue_e4."""
    units = sa.func.sum(OrderLine.ordered).label("units")
    revenue = sa.func.sum(OrderLine.ordered * OrderLine.unit_price_e4).label("revenue_e4")
    query = (
        sa.select(Sku.code, units, revenue)
        .select_from(OrderLine)
        .join(Order)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(Order.channel == channel, OrderLine.unit_price_e4 > 0, Sku.kind == "stock")
        .group_by(Sku.code)
        .order_by(sa.desc(units if by == "units" else revenue), Sku.code)
        .limit(10)
    )
    return [[code, int(sold), int(worth)] for code, sold, worth in connection.execute(query)]


def repeat_rate(connection: sa.Connection, channel: str) -> dict[str, Any]:
    """Customers with at least two valid orders, and their share of all customers with one."""
    per_customer = (
        sa.select(sa.func.count(sa.distinct(Order.id)).label("orders"))
        .select_from(Order)
        .join(OrderLine)
        .where(Order.channel == channel, Order.customer_ref.is_not(None), OrderLine.unit_price_e4 > 0)
        .group_by(Order.customer_ref)
        .subquery()
    )
    customers, repeats = connection.execute(
        sa.select(sa.func.count(), sa.func.count().filter(per_customer.c.orders >= 2)).select_from(per_customer)
    ).one()
    return {"repeat_customers": repeats, "repeat_rate": round(repeats / customers, 6) if customers else None}


def by_month(connection: sa.Connection, channel: str, time_zone: str) -> dict[str, dict[str, int]]:
    """Order documents, credit documents, gross and cancelled worth per month of the zone."""
    documents = _order_documents(channel)
    found = {}
    for month in _months(connection, channel, time_zone):
        inside = sa.and_(Order.channel == channel, Order.placed_at >= month.start, Order.placed_at < month.end)
        back = sa.and_(Return.channel == channel, Return.requested_at >= month.start, Return.requested_at < month.end)
        start, end = clock.micros(month.start), clock.micros(month.end)
        gross = connection.scalar(
            sa.select(sa.func.sum(OrderLine.ordered * OrderLine.unit_price_e4)).select_from(OrderLine).join(Order).where(inside)
        )
        cancelled = connection.scalar(sa.select(sa.func.sum(Return.value_e4)).where(back))
        found[month.name] = {
            "orders": connection.scalar(
                sa.select(sa.func.count()).select_from(documents).where(documents.c.at >= start, documents.c.at < end)
            )
            or 0,
            "cancellations": connection.scalar(sa.select(sa.func.count()).select_from(Return).where(back)) or 0,
            "gross_e4": int(gross or 0),
            "cancelled_e4": -int(cancelled or 0),
            "net_e4": int(gross or 0) - int(cancelled or 0),
        }
    return found


def replay(connection: sa.Connection, channel: str, location: str) -> dict[str, int]:
    """What the shelf gave: lines shipped and short (stock SKUs only), orders with a short line, opening and closing units."""
    goods = (
        sa.select(
            sa.func.count().filter(OrderLine.shipped > 0).label("allocated_lines"),
            sa.func.count().filter(OrderLine.cancelled > 0).label("short_lines"),
            sa.func.count(sa.distinct(OrderLine.order_id)).filter(OrderLine.cancelled > 0).label("orders_with_short"),
        )
        .select_from(OrderLine)
        .join(Order)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(Order.channel == channel, Sku.kind == "stock")
    )
    opening = (
        sa.select(sa.func.sum(StockMovement.on_hand)).join(Location, Location.id == StockMovement.location_id)
        .where(Location.code == location, StockMovement.kind == "received")
    )  # fmt: skip
    row = connection.execute(goods).one()
    shelf = closing(connection, location)
    return {
        **row._mapping,
        "skus": len(shelf),
        "opening": int(connection.scalar(opening) or 0),
        "closing": sum(shelf.values()),
        "min": min(shelf.values(), default=0),
    }


def closing(connection: sa.Connection, location: str) -> dict[str, int]:
    """Units on hand per SKU code at the location."""
    query = (
        sa.select(Sku.code, StockBalance.on_hand)
        .join(StockBalance, StockBalance.sku_id == Sku.id)
        .join(Location, Location.id == StockBalance.location_id)
        .where(Location.code == location)
    )
    return {code: on_hand for code, on_hand in connection.execute(query)}


def _micros(column: Any) -> Any:
    return sa.type_coerce(column, sa.BigInteger)


def _order_documents(channel: str) -> sa.Subquery:
    """(external id, moment in microseconds) of every order document: orders, and documents of which all rows were set aside."""
    orders = sa.select(Order.external_id, _micros(Order.placed_at).label("at")).where(Order.channel == channel)
    returns = sa.select(Return.external_id).where(Return.channel == channel)
    aside = (
        sa.select(SetAsideRow.external_id, sa.func.min(_micros(SetAsideRow.at)).label("at"))
        .where(
            SetAsideRow.channel == channel,
            SetAsideRow.external_id.not_in(sa.select(Order.external_id).where(Order.channel == channel)),
            SetAsideRow.external_id.not_in(returns),
        )
        .group_by(SetAsideRow.external_id)
    )
    return sa.union_all(orders, aside).subquery()


def _moments(channel: str) -> sa.Subquery:
    """Every moment of the channel's documents, in microseconds."""
    return sa.union_all(
        sa.select(_micros(Order.placed_at).label("at")).where(Order.channel == channel),
        sa.select(_micros(Return.requested_at).label("at")).where(Return.channel == channel),
        sa.select(_micros(SetAsideRow.at).label("at")).where(SetAsideRow.channel == channel, SetAsideRow.at.is_not(None)),
    ).subquery()


def _span(channel: str) -> sa.Select:
    moments = _moments(channel)
    return sa.select(sa.func.min(moments.c.at), sa.func.max(moments.c.at))


def _valid_sales(channel: str) -> sa.Select:
    return (
        sa.select(
            sa.func.count().label("rows"),
            sa.func.count(sa.distinct(Order.id)).label("orders"),
            sa.func.sum(OrderLine.ordered).label("units"),
            sa.func.sum(OrderLine.ordered * OrderLine.unit_price_e4).label("revenue_e4"),
            sa.func.count(sa.distinct(Order.customer_ref)).label("customers"),
        )
        .select_from(OrderLine)
        .join(Order)
        .where(Order.channel == channel, OrderLine.unit_price_e4 > 0)
    )


def _customers(channel: str) -> sa.Select:
    refs = sa.union(*(sa.select(table.customer_ref).where(table.channel == channel, table.customer_ref.is_not(None))
                      for table in (Order, Return, SetAsideRow))).subquery()  # fmt: skip
    return sa.select(sa.func.count()).select_from(refs)


def _codes(channel: str) -> sa.Select:
    codes = sa.union(
        sa.select(OrderLine.sku_code).join(Order).where(Order.channel == channel),
        sa.select(ReturnLine.sku_code).join(Return).where(Return.channel == channel),
        sa.select(SetAsideRow.sku_code).where(SetAsideRow.channel == channel),
    ).subquery()
    return sa.select(sa.func.count()).select_from(codes)


def _months(connection: sa.Connection, channel: str, time_zone: str) -> Iterator[Window]:
    first, last = connection.execute(_span(channel)).one()
    if first is None:
        return
    zone = zoneinfo.ZoneInfo(time_zone)
    month = clock.moment(first).astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while clock.micros(month) <= last:
        following = (month + dt.timedelta(days=32)).replace(day=1)
        yield Window(month.strftime(MONTH_NAME), month, following)
        month = following
