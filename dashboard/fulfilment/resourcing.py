"""Find who sends the units that wait: what stock arrived for, or what a location could not send."""

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from dashboard.fulfilment import early, rules, work
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.inventory import allocation
from dashboard.inventory.commands import Demand
from dashboard.inventory.sellable import Terms
from dashboard.kernel import units
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.counters import UnitMove, move_units
from dashboard.orders.model import Order
from dashboard.routing import deciding as routing
from dashboard.routing.commands import Wish


def take(
    tx: Tx, order_id: int, waiting: Sequence[Demand], cause: str, excluded: Mapping[int, str], actor: Actor, now: dt.datetime
) -> int:
    """Route an order's backordered units as far as stock goes, into new fulfilment orders. Returns the units allocated.

    They are sold: safety stock, and what a channel leaves to the others, is theirs too. Only a preorder date holds them back.

    Args: cause: filled, rejected or short. excluded: {location id: why it is not asked}.
    """
    if not waiting:
        return 0
    routing.refresh(tx)
    number, wish = _wish(tx, order_id, excluded)
    routed = routing.decide(tx, waiting, wish, now, Terms(sold=True, day=early.day(tx, order_id, now)))
    if not routed.decision.takes and cause == "filled":
        return 0  # nothing was decided: it goes on waiting
    decision = routing.keep(tx, routed, order_id, now, cause, routing.next_sequence(tx, order_id))
    if not decision.takes:
        return 0
    line_ids = {demand.line: demand.line for demand in waiting}
    allocation.allocate(tx, decision, order_id, line_ids, actor, now)
    move_units(tx, [UnitMove(line, decision.allocated(line), "backordered", "allocated") for line in line_ids])
    work.open_work(tx, order_id, number, decision.takes, line_ids, actor, now)
    work.keep_order_work(tx, order_id)
    derive.rederive(tx, order_id, actor, now)
    return sum(one.units for one in decision.takes)


def _wish(tx: Tx, order_id: int, excluded: Mapping[int, str]) -> tuple[str, Wish]:
    """The order's number, and what routing may look at."""
    order = tx.execute(
        sa.select(Order.number, Order.ship_country, Order.ship_postal_code, Order.lines_total, Order.currency).where(
            Order.id == order_id
        )
    ).one()
    sending = tx.execute(
        sa.select(FulfilmentOrder.location_id)
        .where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status.in_((*rules.OPEN, "shipped", "closed")))
        .distinct()
        .order_by(FulfilmentOrder.location_id)
    ).scalars()
    value_e4 = order.lines_total * 10 ** (4 - units.digits(order.currency))
    return order.number, Wish(order.ship_country, order.ship_postal_code, value_e4, excluded=dict(excluded), sending=tuple(sending))
