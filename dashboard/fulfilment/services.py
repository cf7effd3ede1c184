"""Fees and vouchers: nothing to pick. They leave with the order's last goods, or by themselves when there are none."""

import datetime as dt

import sqlalchemy as sa

from dashboard.fulfilment import rules
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.counters import UnitMove, move_units
from dashboard.orders.model import Order, OrderLine

_IS_SERVICE = ~sa.exists().where(FulfilmentLine.order_line_id == OrderLine.id)


def ship_services(tx: Tx, order_id: int) -> int:
    """Count the order's services as shipped, once no goods are in a warehouse's hands. Returns the units."""
    in_work = sa.exists().where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status.in_(rules.OPEN))
    if tx.execute(sa.select(in_work)).scalar_one():
        return 0
    services = tx.execute(
        sa.select(OrderLine.id, OrderLine.packed).where(OrderLine.order_id == order_id, OrderLine.packed > 0, _IS_SERVICE)
    ).all()
    move_units(tx, [UnitMove(line_id, packed, "packed", "shipped") for line_id, packed in services])
    return sum(packed for _, packed in services)


def deliver_services(tx: Tx, order_id: int) -> None:
    """What is shipped of them has arrived: it was never on the road."""
    tx.execute(sa.update(OrderLine).where(OrderLine.order_id == order_id, _IS_SERVICE).values(delivered=OrderLine.shipped))


def hand_over_alone(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> bool:
    """Finish an order that has only services left and waits for nothing. Returns whether it was one."""
    derive.check_version(tx, order_id, None)
    if tx.execute(sa.select(Order.phase).where(Order.id == order_id)).scalar_one() != "to_route":
        return False
    if not ship_services(tx, order_id):
        return False
    deliver_services(tx, order_id)
    derive.rederive(tx, order_id, actor, now)
    return True
