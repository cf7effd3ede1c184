"""Fees and vouchers: nothing to pick. They leave with the order's last goods, or by themselves when there are none."""

import datetime as dt

import sqlalchemy as sa

from dashboard.fulfilment import rules
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.counters import UnitMove, move_units
from dashboard.orders.model import Order, OrderLine

_IS_SERVICE = ~sa.exists().where(FulfilmentLine.order_line_id == OrderLine.id)
_ORDER = sa.bindparam("order", type_=sa.BigInteger)
_IN_WORK = sa.exists().where(
    FulfilmentOrder.order_id == _ORDER, sa.or_(*(FulfilmentOrder.status == status for status in sorted(rules.OPEN)))
)
_TO_LEAVE = Prepared(
    sa.select(OrderLine.id, OrderLine.packed).where(OrderLine.order_id == _ORDER, OrderLine.packed > 0, _IS_SERVICE, ~_IN_WORK)
)
_ARRIVED = Prepared(
    sa.update(OrderLine)
    .where(OrderLine.order_id == _ORDER, OrderLine.delivered != OrderLine.shipped, _IS_SERVICE)
    .values(delivered=OrderLine.shipped)
)


def ship_services(tx: Tx, order_id: int) -> int:
    """Count the order's services as shipped, once no goods are in a warehouse's hands. Returns the units."""
    services = tx.run(_TO_LEAVE, order=order_id).fetchall()
    move_units(tx, [UnitMove(line_id, packed, "packed", "shipped") for line_id, packed in services])
    return sum(packed for _, packed in services)


def deliver_services(tx: Tx, order_id: int) -> None:
    """What is shipped of them has arrived: it was never on the road."""
    tx.run(_ARRIVED, order=order_id)


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
