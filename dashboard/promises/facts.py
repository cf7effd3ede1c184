"""What a promise is made from: who waits for a SKU in which order, what is on the shelf, and what is on its way."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory.calendars import Calendar
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.model import Location, StockBalance
from dashboard.inventory.store.cell import AVAILABLE
from dashboard.orders.model import Order, OrderLine, OrderLinePart
from dashboard.orders.turns import turn
from dashboard.promises.model import PromiseSource
from dashboard.promises.rules import Arrival, Want
from dashboard.purchasing.model import PurchaseOrder, PurchaseOrderLine
from dashboard.purchasing.rules import INCOMING

_LEFT = PurchaseOrderLine.ordered - PurchaseOrderLine.received - PurchaseOrderLine.cancelled
_CALENDAR = Location.cutoff, Location.time_zone, Location.working_days, Location.holidays


class Supply(NamedTuple):
    """Of one SKU. shelf: units for those that wait, safety stock included; release: its preorder date, None without one."""

    shelf: int
    arrivals: list[Arrival]
    release: dt.date | None


def waiting(connection: sa.Connection, sku_id: int) -> list[Want]:
    """Who waits for a stock SKU, kits with it as a part included, in the order in which they are served."""
    units = OrderLine.backordered * sa.func.coalesce(OrderLinePart.units, 1)
    mine = sa.and_(OrderLinePart.order_line_id == OrderLine.id, OrderLinePart.sku_id == sku_id)
    own = sa.select(OrderLine.id).where(
        OrderLine.sku_id == sku_id,
        OrderLine.backordered > 0,
        ~sa.exists().where(OrderLinePart.order_line_id == OrderLine.id).correlate(OrderLine),
    )
    lines = own.union_all(sa.select(OrderLinePart.order_line_id).where(OrderLinePart.sku_id == sku_id))
    query = (
        sa.select(OrderLine.id, units)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(OrderLinePart, mine)
        .where(OrderLine.id.in_(lines), OrderLine.backordered > 0, Order.status == "open")
        .order_by(*turn(connection), OrderLine.position)
    )
    return [Want(line, int(count)) for line, count in connection.execute(query)]


def supply(connection: sa.Connection, sku_id: int, today: dt.date, moved: tuple[int, dt.date] | None = None) -> Supply:
    """What there is and what comes of a SKU. moved: (purchase order id, day), as if it were expected then."""
    shelf = sa.select(sa.func.coalesce(sa.func.sum(AVAILABLE), 0)).join(Location, Location.id == StockBalance.location_id)
    units = connection.scalar(shelf.where(StockBalance.sku_id == sku_id, Location.active))
    rows = connection.execute(
        sa.select(PurchaseOrderLine.id, PurchaseOrder.id, PurchaseOrder.expected_on, _LEFT, *_CALENDAR)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .join(Location, Location.id == PurchaseOrder.location_id)
        .where(PurchaseOrderLine.sku_id == sku_id, PurchaseOrder.status.in_(INCOMING), _LEFT > 0)
    )
    arrivals = []
    for key, order_id, expected_on, left, *calendar in rows:
        day = moved[1] if moved and order_id == moved[0] else expected_on
        arrivals.append(Arrival(ready_day(Calendar(*calendar), day), key, int(left)))
    release = connection.scalar(sa.select(SkuBackorder.preorder_from).where(SkuBackorder.sku_id == sku_id))
    return Supply(int(units or 0), arrivals, release if release is not None and release > today else None)


def ready_day(calendar: Calendar, day: dt.date) -> dt.date:
    """When what comes to a location on a day leaves it again: as an order that was placed as that day began."""
    zone = zoneinfo.ZoneInfo(calendar.time_zone)
    return calendar.ship_by(dt.datetime.combine(day, dt.time(), zone)).astimezone(zone).date()


def shop_calendar(connection: sa.Connection) -> Calendar:
    """Of the shop's first location."""
    first = sa.select(*_CALENDAR).where(Location.active).order_by(Location.priority, Location.id).limit(1)
    found = connection.execute(first).first()
    return Calendar(*found) if found else Calendar(16 * 60 + 30, "UTC")


def skus_of(connection: sa.Connection, order_ids: Iterable[int]) -> set[int]:
    """The stock SKUs these orders wait for, or were promised."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return set()
    sku_id = sa.func.coalesce(OrderLinePart.sku_id, OrderLine.sku_id)
    now = (
        sa.select(sku_id)
        .outerjoin_from(OrderLine, OrderLinePart, OrderLinePart.order_line_id == OrderLine.id)
        .where(OrderLine.order_id.in_(wanted), OrderLine.backordered > 0, OrderLine.sku_id.is_not(None))
    )
    before = (
        sa.select(PromiseSource.sku_id)
        .join(OrderLine, OrderLine.id == PromiseSource.order_line_id)
        .where(OrderLine.order_id.in_(wanted))
    )
    return set(connection.scalars(now.union(before)))


def waited_for(connection: sa.Connection) -> list[int]:
    """Every SKU that somebody was promised units of."""
    return list(connection.scalars(sa.select(PromiseSource.sku_id).distinct().order_by(PromiseSource.sku_id)))


def skus_on(connection: sa.Connection, purchase_order_id: int) -> set[int]:
    """The SKUs of a purchase order that somebody waits for, or was promised units of."""
    line: Any = PurchaseOrderLine
    of_order = sa.select(line.sku_id).where(line.purchase_order_id == purchase_order_id)
    own = sa.select(OrderLine.sku_id).where(OrderLine.sku_id.in_(of_order), OrderLine.backordered > 0)
    parts = (
        sa.select(OrderLinePart.sku_id)
        .join(OrderLine, OrderLine.id == OrderLinePart.order_line_id)
        .where(OrderLinePart.sku_id.in_(of_order), OrderLine.backordered > 0)
    )
    promised = sa.select(PromiseSource.sku_id).where(PromiseSource.sku_id.in_(of_order))
    return set(connection.scalars(own.union(parts, promised)))


def is_waited_for(connection: sa.Connection, sku_id: int) -> bool:
    """Whether a line waits for the SKU, or was promised units of it."""
    backordered = sa.exists().where(OrderLine.sku_id == sku_id, OrderLine.backordered > 0)
    part = sa.exists().where(
        OrderLinePart.sku_id == sku_id, OrderLine.id == OrderLinePart.order_line_id, OrderLine.backordered > 0
    )
    promised = sa.exists().where(PromiseSource.sku_id == sku_id)
    return bool(connection.scalar(sa.select(sa.or_(backordered, part, promised))))
