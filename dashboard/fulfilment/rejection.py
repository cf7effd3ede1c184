"""A location says that it cannot send an order: its units go back to the shelf and another location is asked."""

import datetime as dt

from dashboard.fulfilment import backorders, kits, locking, rules, work
from dashboard.fulfilment.commands import RejectWork
from dashboard.inventory import allocation
from dashboard.inventory.commands import Take
from dashboard.kernel import crash
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.counters import UnitMove, move_units
from dashboard.routing import refusals


def reject_work(tx: Tx, command: RejectWork, actor: Actor, now: dt.datetime) -> int:
    """Route the units elsewhere, or backorder them; this location is not asked again for this order. Returns the order's new version.

    Raises: Invalid, for an unknown reason; Conflict, when it was changed or units were picked; IllegalTransition.
    """
    if command.reason not in rules.REJECT_REASONS:
        raise Invalid(f"Choose why: {', '.join(rules.REJECT_REASONS)}.", fields={"reason": "unknown reason"})
    order = work.read(tx, command.id, command.version, actor)
    rules.WORK.check(order.status, "rejected")
    if any(line.picked for line in order.lines):
        raise Conflict(f"Units of {order.number} are picked already; close it short instead.", status=order.status)
    wanted = kits.whole(order.lines, "units")
    locking.lock_lines(tx, set(wanted))
    takes = [Take(line.order_line_id, line.sku_id, order.location_id, line.units) for line in order.lines if line.units]
    allocation.release(tx, takes, order.order_id, actor, now, reason="rejected")
    crash.point("reject_stock_freed")
    move_units(tx, [UnitMove(line_id, count, "allocated", "backordered") for line_id, count in wanted.items()])
    work.advance(tx, order, "rejected", sum(line.units for line in order.lines), actor, now, reason=command.reason)
    refusals.refuse(tx, order.order_id, order.location_id, refusals.REJECTED, command.reason, now)
    backorders.resource(tx, order.order_id, set(wanted), refusals.REJECTED, actor, now)
    return derive.rederive(tx, order.order_id, actor, now)
