"""Promises as pages and machines read them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.turns import turn
from dashboard.promises import facts
from dashboard.promises.model import OrderPromise, PromiseSource
from dashboard.promises.rules import outcome, serve
from dashboard.purchasing.model import PurchaseOrder, PurchaseOrderLine

MOST = 50


class Promise(NamedTuple):
    """One line's. on: the day its last unit leaves, None for no date yet; number: of the purchase order it waits for."""

    line: int
    units: int
    preorder: bool
    on: dt.date | None
    basis: str
    number: str | None
    made_at: dt.datetime
    moved_from: dt.date | None
    moved_at: dt.datetime | None
    moved_cause: str | None
    moved_because: str | None
    late: bool = False

    @property
    def word(self) -> str:
        """How its waiting units are called."""
        return "preorder" if self.preorder else "backordered"

    @property
    def moved(self) -> bool:
        return self.moved_from is not None and self.moved_from != self.on


class Headline(NamedTuple):
    """What waits of one order. on: when the last of it leaves, None when something has no date yet."""

    on: dt.date | None
    preorder: bool
    late: bool
    moved_from: dt.date | None

    @property
    def moved(self) -> bool:
        return self.moved_from is not None


class Waiter(NamedTuple):
    """Units of one SKU an order waits for. on: the day they leave."""

    order: str
    sku: str
    units: int
    preorder: bool
    basis: str
    on: dt.date | None
    number: str | None
    moved: bool


class Preview(NamedTuple):
    """What another day would do. later, earlier: orders that would get another date; orders: that wait for the delivery at all."""

    later: int
    earlier: int
    orders: int


_COLUMNS = [getattr(OrderPromise, name) for name in ("units", "preorder", "promised_on", "basis")]


def of_order(connection: sa.Connection, order_id: int, today: dt.date) -> dict[int, Promise]:
    """{line id: its promise}, of lines that wait and of those that waited."""
    promise = OrderPromise
    query = (
        sa.select(promise.order_line_id, *_COLUMNS, PurchaseOrder.number, promise.made_at, promise.moved_from, promise.moved_at)
        .add_columns(promise.moved_cause, promise.moved_because)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == promise.purchase_order_id)
        .where(promise.order_id == order_id)
    )
    found = (Promise(*row) for row in connection.execute(query))
    return {one.line: one._replace(late=one.units > 0 and one.on is not None and one.on < today) for one in found}


def of_lines(connection: sa.Connection, order_id: int, today: dt.date) -> list[Promise | None]:
    """The promise of each line of the order, in their order; None for one that never waited."""
    found = of_order(connection, order_id, today)
    lines = connection.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order_id).order_by(OrderLine.position))
    return [found.get(line) for line in lines]


def of_orders(connection: sa.Connection, order_ids: Iterable[int], today: dt.date) -> dict[int, Headline]:
    """{order id: its headline} of those that wait."""
    wanted = sorted(set(order_ids))
    promise = OrderPromise
    columns = promise.order_id, promise.promised_on, promise.preorder, promise.moved_from
    query = sa.select(*columns).where(promise.order_id.in_(wanted), promise.units > 0)
    lines: dict[int, list[Any]] = {}
    for row in connection.execute(query) if wanted else ():
        lines.setdefault(row.order_id, []).append(row)
    return {order_id: _headline(mine, today) for order_id, mine in lines.items()}


def _headline(lines: list[Any], today: dt.date) -> Headline:
    days = [line.promised_on for line in lines]
    known = [day for day in days if day is not None]
    moved = [line.moved_from for line in lines if line.moved_from is not None and line.moved_from != line.promised_on]
    return Headline(
        None if None in days else max(known),
        all(line.preorder for line in lines),
        bool(known) and min(known) < today,
        max(moved, default=None),
    )


def _waiters(connection: sa.Connection) -> Any:
    """Waiting units with what serves them, in the order in which they are served."""
    number = PurchaseOrder.number
    moved = OrderPromise.moved_from.is_not(None) & (OrderPromise.moved_from != OrderPromise.promised_on)
    return (
        sa.select(Order.number, Sku.code, PromiseSource.units, OrderPromise.preorder, PromiseSource.basis)
        .add_columns(PromiseSource.ready_on, number, moved)
        .join(OrderPromise, OrderPromise.order_line_id == PromiseSource.order_line_id)
        .join(OrderLine, OrderLine.id == PromiseSource.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Sku, Sku.id == PromiseSource.sku_id)
        .outerjoin(PurchaseOrderLine, PurchaseOrderLine.id == PromiseSource.purchase_order_line_id)
        .outerjoin(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .order_by(*turn(connection), OrderLine.position, PromiseSource.place)
        .limit(MOST)
    )


def waiters_of_sku(connection: sa.Connection, sku_id: int) -> list[Waiter]:
    """Who waits for a SKU, which delivery serves them, and when: the first MOST."""
    return [Waiter(*row[:7], bool(row[7])) for row in connection.execute(_waiters(connection).where(PromiseSource.sku_id == sku_id))]


def waiters_of_purchase(connection: sa.Connection, purchase_order_id: int) -> list[Waiter]:
    """Who waits for a delivery: the first MOST."""
    mine = _waiters(connection).where(PurchaseOrderLine.purchase_order_id == purchase_order_id)
    return [Waiter(*row[:7], bool(row[7])) for row in connection.execute(mine)]


def units_waiting(connection: sa.Connection, sku_id: int) -> int:
    """Units of a SKU that orders wait for, as an item of its own and as a part of kits."""
    return sum(want.units for want in facts.waiting(connection, sku_id))


def orders_waiting(connection: sa.Connection, purchase_order_id: int) -> int:
    """How many orders wait for a delivery."""
    query = (
        sa.select(sa.func.count(sa.distinct(OrderPromise.order_id)))
        .join(PromiseSource, PromiseSource.order_line_id == OrderPromise.order_line_id)
        .join(PurchaseOrderLine, PurchaseOrderLine.id == PromiseSource.purchase_order_line_id)
        .where(PurchaseOrderLine.purchase_order_id == purchase_order_id)
    )
    return connection.scalar(query) or 0


def preview(connection: sa.Connection, purchase_order_id: int, day: dt.date, today: dt.date) -> Preview:
    """Whose dates would move if the purchase order came on that day; kits are judged by the parts it brings."""
    later, earlier = set(), set()
    for sku_id in sorted(facts.skus_on(connection, purchase_order_id)):
        wants = facts.waiting(connection, sku_id)
        orders = _orders_of(connection, [want.line for want in wants])
        now, then = (
            serve(wants, given.shelf, given.arrivals, given.release)
            for given in (
                facts.supply(connection, sku_id, today),
                facts.supply(connection, sku_id, today, (purchase_order_id, day)),
            )
        )
        for line in now:
            before, after = outcome(now[line]).on, outcome(then[line]).on
            if before is not None and after is not None and before != after:
                (later if after > before else earlier).add(orders[line])
    return Preview(len(later), len(earlier - later), orders_waiting(connection, purchase_order_id))


def _orders_of(connection: sa.Connection, lines: list[int]) -> dict[int, int]:
    return dict(connection.execute(sa.select(OrderLine.id, OrderLine.order_id).where(OrderLine.id.in_(lines))).all())
