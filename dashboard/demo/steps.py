"""What happens to an order of the demo shop, step by step. Each step acts through the product's actions and plans the next."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from dashboard.channels.actions import place_order
from dashboard.demo import tracked
from dashboard.demo.people import person
from dashboard.demo.shop import CURRENCY, LOCATIONS
from dashboard.fulfilment import actions as fulfilment
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import (
    CancelOrder,
    FillBackorders,
    MoveParcel,
    PackUnits,
    PickUnits,
    ReleaseWork,
    ShipParcel,
    ShortPick,
)
from dashboard.fulfilment.jobs import report_late_parcels
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder, Parcel
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.tracked_units import Given
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.errors import DomainError
from dashboard.kernel.tx import Tx
from dashboard.orders import actions as orders
from dashboard.orders import exceptions
from dashboard.orders.commands import AddNote, CaptureOrder, DraftLine, PaymentDraft, PlaceHold, ReleaseHold, ResolveException
from dashboard.orders.model import Order, OrderException, OrderLine
from dashboard.payments import actions as payments
from dashboard.payments.commands import AuthorizePayment, CapturePayment, RefundPayment
from dashboard.payments.model import Payment
from dashboard.returns import actions as returns
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem

MIA, TOM, SAM, FAY = (
    Actor("user", f"demo-{name.split()[0].lower()}", name, role)
    for name, role in (
        ("Mia Ops", "ops_manager"),
        ("Tom Warehouse", "warehouse"),
        ("Sam Support", "support"),
        ("Fay Finance", "finance"),
    )
)
CHANNEL, CARRIER = system("channel"), system("carrier")
CARRIERS = (("DHL", "00340434"), ("DPD", "1550"), ("Royal Mail", "QB"), ("Evri", "H00"))
NOTES = (
    "Customer asked for gift wrap.",
    "Second order this week.",
    "Please deliver to the side door.",
    "Called about the colour; all clear.",
)


def attempt(tx: Tx, world: Any, step: Callable[..., Any], facts: tuple[Any, ...], at: dt.datetime) -> int:
    """Do the step in a savepoint; 1 if it placed an order."""
    try:
        with tx.savepoint():
            return step(tx, world, at, *facts) or 0
    except DomainError:
        return 0


def place(tx: Tx, world: Any, now: dt.datetime, channel: str) -> int:
    """One order: a few lines, mostly paid at once, some by transfer or on delivery."""
    dice = world.dice
    lines = tuple(
        DraftLine(sku.code, 1 if dice.random() < 0.8 else dice.randrange(2, 12 if channel == "wholesale" else 5))
        for sku in dict.fromkeys(
            dice.choices(world.offered, cum_weights=world.weights, k=dice.choices((1, 2, 3, 4, 6), (40, 28, 16, 10, 6))[0])
        )
    )
    who = person(dice)
    goods = sum(world.prices[line.sku] * line.quantity for line in lines)
    shipping = 0 if goods > 5000 else 395
    pays = "delivery" if channel == "phone" else dice.choices(("now", "transfer"), (93, 7))[0]
    payment = PaymentDraft(
        "manual",
        goods + shipping if pays == "now" else 0,
        {"now": "card_terminal", "transfer": "bank_transfer"}.get(pays, "cash_on_delivery"),
    )
    placed = place_order(
        tx,
        CaptureOrder(
            channel,
            CURRENCY,
            lines,
            external_id=f"{channel[:2].upper()}-{next(world.counter):07d}",
            placed_at=now,
            customer=who.customer,
            ship_to=who.address,
            shipping=shipping,
            payment=payment,
            on_shortage="backorder",
            sold=channel == "marketplace",
            pay_on="delivery" if pays == "delivery" else "placing",
        ),
        CHANNEL,
        now,
    )
    _plan_after_placing(world, now, placed.id, pays)
    if channel == "marketplace" and any(line.backordered for line in placed.captured.lines) and world.dice.random() < 0.95:
        world.plan(_working_time(world, world.after(now, 0.2, 4)), settle_oversold, placed.id)
    return 1


def settle_oversold(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    """Somebody has told the customer of a marketplace order that a part comes later."""
    found = tx.execute(
        sa.select(OrderException.id).where(OrderException.order_id == order_id, OrderException.resolved_at.is_(None))
    ).scalar()
    if found is not None:
        exceptions.resolve_exception(tx, ResolveException(found, "customer told"), SAM, now)


def _plan_after_placing(world: Any, now: dt.datetime, order_id: int, pays: str) -> None:
    chance = world.dice.random()
    if pays == "transfer":
        world.plan(world.after(now, 4, 30), pay_by_transfer, order_id)
    if chance < 0.02:
        world.plan(world.after(now, 0.1, 6), cancel, order_id, "customer")
    elif chance < 0.06:
        world.plan(
            world.after(now, 0.05, 0.5), hold, order_id, world.dice.choice(("address", "fraud", "customer_request", "manual"))
        )
    if world.dice.random() < 0.05:
        world.plan(world.after(now, 0.2, 20), note, order_id)
    world.plan(_working_time(world, world.after(now, 0.3, 5)), release, order_id, 0)


def _working_time(world: Any, at: dt.datetime) -> dt.datetime:
    """The warehouse works 06:00 to 18:00, less at the weekend."""
    if at.hour >= 18:
        at = (at + dt.timedelta(days=1)).replace(hour=6, minute=world.dice.randrange(60))
    elif at.hour < 6:
        at = at.replace(hour=6, minute=world.dice.randrange(60))
    if at.weekday() == 6:
        at += dt.timedelta(days=1)
    return at


def hold(tx: Tx, world: Any, now: dt.datetime, order_id: int, kind: str) -> None:
    hold_id = orders.place_hold(
        tx, PlaceHold(order_id, kind, "Looks odd; check before it goes." if kind == "fraud" else ""), SAM, now
    )
    world.plan(world.after(now, 2, 60), unhold, hold_id, order_id)


def unhold(tx: Tx, world: Any, now: dt.datetime, hold_id: int, order_id: int) -> None:
    orders.release_hold(tx, ReleaseHold(hold_id, "checked"), SAM, now)
    world.plan(_working_time(world, world.after(now, 0.2, 3)), release, order_id, 0)


def note(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    orders.add_note(tx, AddNote(order_id, world.dice.choice(NOTES)), SAM, now)


def cancel(tx: Tx, world: Any, now: dt.datetime, order_id: int, reason: str) -> None:
    cancel_order(tx, CancelOrder(order_id, reason), SAM, now)


def pay_by_transfer(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    total = tx.execute(sa.select(Order.total).where(Order.id == order_id)).scalar_one()
    payment = payments.authorize_payment(tx, AuthorizePayment(order_id, total, "manual", "bank_transfer"), FAY, now)
    payments.capture_payment(tx, CapturePayment(payment), FAY, now)


def release(tx: Tx, world: Any, now: dt.datetime, order_id: int, tries: int) -> None:
    """Release every allocated fulfilment order of a paid order; an unpaid or short one waits for another try."""
    phase = tx.execute(sa.select(Order.phase).where(Order.id == order_id)).scalar_one()
    if phase in ("payment_due", "on_hold"):
        if tries < 12 and phase != "on_hold":
            world.plan(_working_time(world, world.after(now, 6, 12)), release, order_id, tries + 1)
        return
    for work_id in _work(tx, order_id, "allocated"):
        fulfilment.release_work(tx, ReleaseWork(work_id), MIA, now)
        world.plan(_working_time(world, world.after(now, 0.3, 4)), pick, work_id)


def _work(tx: Tx, order_id: int, status: str) -> list[int]:
    return list(
        tx.execute(
            sa.select(FulfilmentOrder.id).where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status == status)
        ).scalars()
    )


def pick(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> None:
    if world.dice.random() < 0.015 and _pick_short(tx, world, now, work_id):
        return
    fulfilment.pick_units(tx, PickUnits(work_id, given=tracked.picked(tx, work_id)), TOM, now)
    world.plan(_working_time(world, world.after(now, 0.2, 2)), pack, work_id)


def _pick_short(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> bool:
    lines = tx.execute(
        sa.select(FulfilmentLine.id, FulfilmentLine.units).where(FulfilmentLine.fulfilment_order_id == work_id)
    ).all()
    if len(lines) < 2:
        return False
    found = {line_id: units for line_id, units in lines[1:]}
    given = {line_id: one for line_id, one in tracked.picked(tx, work_id).items() if line_id in found}
    fulfilment.pick_units(tx, PickUnits(work_id, found, given=given), TOM, now)
    fulfilment.short_pick(tx, ShortPick(work_id, "not_found"), TOM, now)
    world.plan(_working_time(world, world.after(now, 0.2, 2)), pack, work_id)
    return True


def pack(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> None:
    errors = 1 if world.dice.random() < 0.004 else 0
    fulfilment.pack_units(tx, PackUnits(work_id, errors=errors), TOM, now)
    world.plan(_working_time(world, world.after(now, 0.1, 3)), ship, work_id)


def ship(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> None:
    dice = world.dice
    carrier, prefix = dice.choices(CARRIERS, (40, 25, 25, 10))[0]
    parcel = fulfilment.ship_parcel(
        tx,
        ShipParcel(
            work_id,
            carrier,
            f"{prefix}{dice.randrange(10**10):010d}",
            weight_grams=dice.randrange(200, 6000),
            expected_at=now + dt.timedelta(days=dice.choice((2, 2, 3))),
        ),
        TOM,
        now,
    )
    order_id = tx.execute(sa.select(Parcel.order_id).where(Parcel.id == parcel)).scalar_one()
    world.plan(world.after(now, 3, 14), move, parcel, "in_transit")
    fate = dice.random()
    if fate < 0.006:
        world.plan(world.after(now, 60, 90), move, parcel, "exception")
        world.plan(world.after(now, 96, 200), move, parcel, "lost" if dice.random() < 0.2 else "delivered")
    elif fate < 0.05:
        world.plan(world.after(now, 40, 70), move, parcel, "failed_attempt")
        world.plan(world.after(now, 80, 160), move, parcel, "delivered")
    else:
        world.plan(world.after(now, 14, 30), move, parcel, "out_for_delivery")
        world.plan(world.after(now, 20, 52), move, parcel, "delivered")
    world.plan(now + dt.timedelta(minutes=10), take_payment, order_id)


def take_payment(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    """Capture what was authorized once the goods have left."""
    for payment_id in tx.execute(
        sa.select(Payment.id).where(Payment.order_id == order_id, Payment.authorized > Payment.captured + Payment.voided)
    ).scalars():
        payments.capture_payment(tx, CapturePayment(payment_id), FAY, now)


def move(tx: Tx, world: Any, now: dt.datetime, parcel_id: int, status: str) -> None:
    order_id = fulfilment.move_parcel(tx, MoveParcel(parcel_id, status, now), CARRIER, now)
    if status in ("delivered", "lost"):
        settle_late(tx, parcel_id, status, now)
    if status == "delivered":
        _collect_on_delivery(tx, order_id, now)
        if world.dice.random() < 0.05:
            world.plan(world.after(now, 24, 200), send_back, order_id)


def settle_late(tx: Tx, parcel_id: int, status: str, now: dt.datetime) -> None:
    """A late parcel has arrived, or is known to be lost and was sent again: nothing is left to look into."""
    query = sa.select(OrderException.id).where(OrderException.key == f"late:{parcel_id}", OrderException.resolved_at.is_(None))
    found = tx.execute(query).scalar()
    if found is not None:
        exceptions.resolve_exception(tx, ResolveException(found, f"parcel {status}"), SAM, now)


def find_late(tx: Tx, world: Any, now: dt.datetime) -> None:
    report_late_parcels(tx, None, CARRIER, now)


def _collect_on_delivery(tx: Tx, order_id: int, now: dt.datetime) -> None:
    order = tx.execute(sa.select(Order.pay_on, Order.total, Order.captured).where(Order.id == order_id)).one()
    if order.pay_on == "delivery" and order.captured < order.total:
        payment = payments.authorize_payment(
            tx, AuthorizePayment(order_id, order.total - order.captured, "manual", "cash_on_delivery"), CARRIER, now
        )
        payments.capture_payment(tx, CapturePayment(payment), CARRIER, now)


def send_back(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    dice = world.dice
    line = tx.execute(
        sa.select(OrderLine.id, OrderLine.shipped).where(OrderLine.order_id == order_id, OrderLine.shipped > 0)
    ).first()
    if line is None:
        return
    reason = dice.choices(("changed_mind", "damaged", "wrong_item", "not_as_described"), (60, 20, 8, 12))[0]
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


def restock(tx: Tx, world: Any, now: dt.datetime, share: float) -> None:
    """A delivery for what runs low; some SKUs are forgotten, so that shortages are real."""
    rows = tx.execute(
        sa.text(
            "SELECT s.code, l.code, s.id, b.reorder_point FROM stock_balance b JOIN sku s ON s.id = b.sku_id"
            " JOIN location l ON l.id = b.location_id WHERE b.on_hand - b.allocated <= b.reorder_point ORDER BY s.id, l.id"
        )
    ).all()
    for code, place, sku_id, reorder_point in rows:
        if world.dice.random() < 0.85 * share:
            units = max(12, reorder_point * 3)
            receive_stock(tx, ReceiveStock(code, place, units, given=tracked.given(tx, code, units, now)), TOM, now)
            _release_filled(tx, world, now, sku_id)


def fill_all(tx: Tx, world: Any, now: dt.datetime) -> None:
    """In the morning, whatever is on a shelf goes to the orders that still wait for it."""
    waiting = tx.execute(
        sa.select(OrderLine.sku_id)
        .where(OrderLine.backordered > 0, OrderLine.sku_id.is_not(None))
        .distinct()
        .order_by(OrderLine.sku_id)
    ).scalars()
    for sku_id in waiting.all():
        _release_filled(tx, world, now, sku_id)


def _release_filled(tx: Tx, world: Any, now: dt.datetime, sku_id: int) -> None:
    """New stock goes to the orders that wait for it, and they to the pickers."""
    waiting = (
        tx.execute(sa.select(OrderLine.order_id).where(OrderLine.sku_id == sku_id, OrderLine.backordered > 0).distinct())
        .scalars()
        .all()
    )
    if waiting and fill_backorders(tx, FillBackorders(sku_id), TOM, now):
        for order_id in waiting:
            world.plan(_working_time(world, world.after(now, 0.3, 4)), release, order_id, 0)


def count_some(tx: Tx, world: Any, now: dt.datetime) -> None:
    """The morning's corrections: something broke, something was found."""
    dice = world.dice
    for _ in range(3):
        change, reason = dice.choice(((-1, "damaged"), (-1, "lost"), (1, "found"), (-2, "damaged")))
        try:
            with tx.savepoint():
                adjust_stock(
                    tx, AdjustStock(dice.choice(world.skus).code, dice.choice(LOCATIONS)[0], reason, change=change), TOM, now
                )
        except DomainError:
            continue
