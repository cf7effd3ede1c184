"""What happens to a parcel of the demo shop on the road, and what comes back."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.demo import tracked
from dashboard.demo.crew import CARRIER, FAY, SAM, TOM, working_time
from dashboard.demo.shop import LOCATIONS
from dashboard.desk.actions import snooze_exception
from dashboard.desk.commands import SnoozeException
from dashboard.fulfilment.commands import MoveParcel
from dashboard.fulfilment.jobs import report_late_parcels
from dashboard.fulfilment.parcels import move_parcel
from dashboard.inventory.tracked_units import Given
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import exceptions
from dashboard.orders.commands import ResolveException
from dashboard.orders.model import Order, OrderException, OrderLine
from dashboard.payments import actions as payments
from dashboard.payments.commands import AuthorizePayment, CapturePayment, RefundPayment
from dashboard.payments.model import Payment
from dashboard.returns import actions as returns
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem

SCANS_OFTEN = ("DHL", "DPD")
"""Carriers that also say when a parcel is out for delivery."""
_OPEN_LATE = Prepared(
    sa.select(OrderException.id).where(OrderException.key == sa.bindparam("key"), OrderException.resolved_at.is_(None))
)
_TO_COLLECT = Prepared(
    sa.select(Order.total - Order.captured).where(Order.id == sa.bindparam("id"), Order.pay_on == "delivery", Order.captured < Order.total)
)


def plan(world: Any, now: dt.datetime, parcel: int, carrier: str) -> None:
    """Most parcels are there on the second day; a few are tried twice, hardly one is lost."""
    fate = world.dice.random()
    world.plan(world.after(now, 3, 14), move, parcel, "in_transit")
    if fate < 0.008:
        world.plan(world.after(now, 60, 90), move, parcel, "exception")
        world.plan(world.after(now, 96, 150), move, parcel, "lost" if world.dice.random() < 0.2 else "delivered")
    elif fate < 0.034:
        world.plan(world.after(now, 24, 48), move, parcel, "failed_attempt")
        world.plan(world.after(now, 50, 90), move, parcel, "delivered")
    else:
        if carrier in SCANS_OFTEN:
            world.plan(world.after(now, 14, 20), move, parcel, "out_for_delivery")
        world.plan(world.after(now, 20, 52), move, parcel, "delivered")


def move(tx: Tx, world: Any, now: dt.datetime, parcel_id: int, status: str) -> None:
    order_id = move_parcel(tx, MoveParcel(parcel_id, status, now), CARRIER, now)
    if status in ("delivered", "lost"):
        _settle_late(tx, parcel_id, status, now)
    if status == "delivered":
        _collect_on_delivery(tx, order_id, now)
        if world.dice.random() < 0.05:
            world.plan(world.after(now, 24, 200), send_back, order_id)


def _settle_late(tx: Tx, parcel_id: int, status: str, now: dt.datetime) -> None:
    """A late parcel has arrived, or is known to be lost and was sent again: nothing is left to look into."""
    found = tx.run(_OPEN_LATE, key=f"late:{parcel_id}").fetchone()
    if found is not None:
        exceptions.resolve_exception(tx, ResolveException(found[0], f"parcel {status}"), SAM, now)


def find_late(tx: Tx, world: Any, now: dt.datetime) -> None:
    """In the morning the late parcels are found; somebody asks the carrier and lets them sleep until its answer."""
    report_late_parcels(tx, None, CARRIER, now)
    late = sa.select(OrderException.id).where(
        OrderException.kind == "late", OrderException.resolved_at.is_(None), OrderException.snoozed_until.is_(None)
    )
    for found in tx.execute(late.order_by(OrderException.id)).scalars().all():
        world.plan(working_time(world, world.after(now, 0.5, 5)), ask_carrier, found)


def ask_carrier(tx: Tx, _world: Any, now: dt.datetime, exception_id: int) -> None:
    snooze_exception(tx, SnoozeException(exception_id, now + dt.timedelta(days=4)), SAM, now)


def _collect_on_delivery(tx: Tx, order_id: int, now: dt.datetime) -> None:
    left = tx.run(_TO_COLLECT, id=order_id).fetchone()
    if left is not None:
        taken = AuthorizePayment(order_id, left[0], "manual", "cash_on_delivery")
        payments.capture_payment(tx, CapturePayment(payments.authorize_payment(tx, taken, CARRIER, now)), CARRIER, now)


def send_back(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    dice = world.dice
    line = tx.execute(
        sa.select(OrderLine.id, OrderLine.shipped).where(OrderLine.order_id == order_id, OrderLine.shipped > 0)
    ).first()
    if line is None:
        return
    reason = dice.choices(("changed_mind", "damaged", "wrong_item", "not_as_described"), (62, 20, 6, 12))[0]
    disposition = "damaged" if reason == "damaged" else "restock"
    found = returns.request_return(tx, RequestReturn(order_id, reason, (ReturnItem(line.id, 1, disposition),)), SAM, now)
    world.plan(world.after(now, 40, 140), take_back, found, order_id, line.id)


def take_back(tx: Tx, world: Any, now: dt.datetime, return_id: int, order_id: int, line_id: int) -> None:
    returns.receive_return(tx, ReceiveReturn(return_id, LOCATIONS[0][0], given=_numbers_back(tx, order_id, line_id)), TOM, now)
    paid = tx.execute(
        sa.select(Payment.id, Payment.captured - Payment.refunded).where(Payment.order_id == order_id, Payment.captured > 0)
    ).first()
    worth = tx.execute(sa.select(OrderLine.total / OrderLine.ordered).where(OrderLine.id == line_id)).scalar_one()
    if paid is not None and 0 < int(worth) <= paid[1]:
        payments.refund_payment(tx, RefundPayment(paid[0], int(worth), "returned"), FAY, now)


def _numbers_back(tx: Tx, order_id: int, line_id: int) -> dict[str, Given]:
    """Which serial number comes back, of a line that has some."""
    code = tx.execute(sa.select(OrderLine.sku_code).where(OrderLine.id == line_id)).scalar_one()
    return {sku: given for sku, given in tracked.returned(tx, order_id).items() if sku == code}
