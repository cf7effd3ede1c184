"""Orders that wait for stock: take what there is now, in the order they are served, as new fulfilment orders."""

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.catalog.model import Sku
from dashboard.fulfilment import early, locking
from dashboard.fulfilment.commands import AllocateOrder, FillBackorders, SendEarly
from dashboard.fulfilment.model import OrderEarly
from dashboard.fulfilment.resourcing import take
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.commands import Demand
from dashboard.inventory.model import StockBalance
from dashboard.kernel import jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order, OrderLine, OrderLinePart
from dashboard.orders.turns import turn
from dashboard.routing import refusals
from dashboard.routing.deciding import may_withhold

MOST_ORDERS = 100
GO_ON = "fulfilment.fill"
KIT = aliased(OrderLinePart)
_AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


def allocate_order(tx: Tx, command: AllocateOrder, actor: Actor, now: dt.datetime) -> int:
    """Allocate the order's backordered units as far as stock goes. Returns the units allocated.

    Raises: Conflict, when it was changed, waits for nothing, nothing is there for it, or all of it is on preorder (facts: preorder).
    """
    derive.check_version(tx, command.order_id, command.version)
    waiting = _waiting(tx, command.order_id, early.day(tx, command.order_id, now))
    later = early.held_back(tx.connection, command.order_id, now.date())
    if not waiting:
        raise early.refusal(later) if later else Conflict("Nothing of this order waits for stock.")
    refused = refusals.rejecting(tx, command.order_id)
    units = take(tx, command.order_id, waiting, "filled", refused, actor, now)
    if not units and refused:  # a person asks, and nobody else can: those that rejected it are asked after all
        units = take(tx, command.order_id, waiting, "filled", {}, actor, now)
    if not units:
        if later and {demand.sku for demand in waiting} <= {one.sku for one in later}:
            raise early.refusal(later)
        codes = ", ".join(sorted({demand.sku for demand in waiting}))
        raise Conflict(f"There is still no stock for {codes}. Receive some first.", waiting=codes)
    return units


def send_early(tx: Tx, command: SendEarly, actor: Actor, now: dt.datetime) -> int:
    """Let the order leave before the preorder dates of its items, and take what is there for it. Returns the units allocated.

    Raises: Invalid, without a reason; Conflict, when it was changed, or keeps to no such date.
    """
    derive.check_version(tx, command.order_id, command.version)
    early.let_go(tx, command.order_id, command.reason, actor, now)
    waiting = _waiting(tx, command.order_id, None)
    return take(tx, command.order_id, waiting, "filled", refusals.rejecting(tx, command.order_id), actor, now)


def fill_backorders(tx: Tx, command: FillBackorders, actor: Actor, now: dt.datetime) -> int:
    """Allocate to the orders that wait for this SKU, in the order in which they are served. Returns the units allocated.

    A long queue is served in portions: a job goes on behind the first MOST_ORDERS.
    """
    return fill_each(tx, [command.sku_id], actor, now, command.skip)


def fill_each(tx: Tx, sku_ids: Sequence[int], actor: Actor, now: dt.datetime, skip: int = 0) -> int:
    """The same for several SKUs, one after the other."""
    waiting = {sku_id: _waiting_for(tx, sku_id, skip) for sku_id in sku_ids}
    locking.lock_waiting(tx, {order_id for orders in waiting.values() for order_id in orders}, sku_ids)
    filled = 0
    for sku_id, orders in waiting.items():
        units, left = _fill(tx, sku_id, orders, actor, now)
        filled += units
        if left is not None and len(orders) == MOST_ORDERS:
            jobs.enqueue(tx, GO_ON, {"sku_id": sku_id, "skip": skip + left}, now, title="Fill backorders")
    return filled


def _waiting_for(tx: Tx, sku_id: int, skip: int) -> Sequence[int]:
    """Orders that wait for this SKU, those first that are served first."""
    query = (
        sa.select(Order.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.id.in_(_lines_with(sku_id)), OrderLine.backordered > 0, Order.status == "open")
        .group_by(Order.id)
        .order_by(*turn(tx.connection, sa.func.min(Order.placed_at)))
        .offset(skip)
        .limit(MOST_ORDERS)
    )
    return tx.execute(query).scalars().all()


def _fill(tx: Tx, sku_id: int, orders: Sequence[int], actor: Actor, now: dt.datetime) -> tuple[int, int | None]:
    """The units allocated, and how many of these orders still wait; None for the latter when nothing is left for anybody."""
    filled = left = 0
    let_go = set(tx.execute(sa.select(OrderEarly.order_id).where(OrderEarly.order_id.in_(orders))).scalars()) if orders else set()
    for order_id in orders:
        wanted = _waiting(tx, order_id, None if order_id in let_go else now.date())
        lines = {demand.line for demand in wanted if demand.sku_id == sku_id}
        wanted = [demand for demand in wanted if demand.line in lines]
        refused = refusals.rejecting(tx, order_id)
        units = take(tx, order_id, wanted, "filled", refused, actor, now)
        if not units and not let_go and not refused and not may_withhold() and wanted and not any(demand.per for demand in wanted):
            return filled, None  # nothing is left; a kit may only lack its other parts, and others may be allowed what this order is not
        filled += units
        left += units < sum(demand.units for demand in wanted) or not wanted
    return filled, left


def resource(tx: Tx, order_id: int, lines: Collection[int], cause: str, actor: Actor, now: dt.datetime) -> int:
    """Ask the other locations for lines that one could not send; what they lack stays backordered. Returns the units allocated.

    Args: lines: order line ids. cause: rejected or short. Locations that refused this order before are not asked: no loop.
    """
    waiting = [demand for demand in _waiting(tx, order_id, early.day(tx, order_id, now)) if demand.line in lines]
    return take(tx, order_id, waiting, cause, refusals.refusing(tx, order_id), actor, now)


def _lines_with(sku_id: int) -> sa.CompoundSelect:
    """Lines of this SKU that wait, and those of kits with it as a part, unless another part is nowhere."""
    enough = sa.exists().where(
        StockBalance.sku_id == OrderLinePart.sku_id, OrderLinePart.units <= _AVAILABLE
    )
    lacking = sa.exists().where(OrderLinePart.order_line_id == KIT.order_line_id, ~enough)
    own = sa.select(OrderLine.id).where(OrderLine.sku_id == sku_id, OrderLine.backordered > 0)
    return own.union_all(sa.select(KIT.order_line_id).where(KIT.sku_id == sku_id, ~lacking))


def _waiting(tx: Tx, order_id: int, day: dt.date | None) -> list[Demand]:
    """What the order's backordered lines want of the shelves: a kit wants its parts, as it was sold.

    Args: day: a kit that is on preorder after it wants nothing yet (its parts may be sold by themselves); None to ask for all.
    """
    on_preorder = sa.exists().where(
        SkuBackorder.sku_id == OrderLine.sku_id, SkuBackorder.preorder_from > (day or dt.date.max), OrderLinePart.sku_id.is_not(None)
    )
    per = sa.func.coalesce(OrderLinePart.units, 0)
    rows = tx.execute(
        sa.select(
            OrderLine.id,
            sa.func.coalesce(OrderLinePart.sku_id, OrderLine.sku_id).label("sku_id"),
            sa.func.coalesce(Sku.code, OrderLine.sku_code).label("sku"),
            OrderLine.backordered,
            per.label("per"),
        )
        .outerjoin(OrderLinePart, OrderLinePart.order_line_id == OrderLine.id)
        .outerjoin(Sku, Sku.id == OrderLinePart.sku_id)
        .where(OrderLine.order_id == order_id, OrderLine.backordered > 0, OrderLine.sku_id.is_not(None))
        .where(~on_preorder)
        .order_by(OrderLine.position, OrderLinePart.sku_id)
    ).all()
    return [Demand(row.id, row.sku_id, row.sku, row.backordered * (row.per or 1), row.per) for row in rows]
