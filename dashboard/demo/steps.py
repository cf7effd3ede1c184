"""What happens to an order of the demo shop, step by step. Each step acts through the product's actions and plans the next."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.channels.actions import place_order
from dashboard.demo import parcels, tracked
from dashboard.demo.crew import CARRIERS, CHANNEL, FAY, MIA, SAM, TOM, working_time
from dashboard.demo.people import person
from dashboard.demo.shop import CURRENCY
from dashboard.fulfilment import actions as fulfilment
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PackUnits, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder, Parcel
from dashboard.kernel.errors import DomainError, InsufficientStock
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import actions as orders
from dashboard.orders import exceptions
from dashboard.orders.commands import AddNote, CaptureOrder, DraftLine, PaymentDraft, PlaceHold, ReleaseHold, ResolveException
from dashboard.orders.model import Order, OrderException
from dashboard.payments import actions as payments
from dashboard.payments.commands import AuthorizePayment, CapturePayment
from dashboard.payments.model import Payment

NOTES = (
    "Customer asked for gift wrap.",
    "Second order this week.",
    "Please deliver to the side door.",
    "Called about the colour; all clear.",
)
FORGOTTEN = 0.013
"""Share of totes that somebody leaves standing for a day or two: their orders leave late."""
STILL_STANDING = dt.timedelta(days=5)
"""Of the last days' forgotten totes most still stand there at the end."""
STILL_HELD = dt.timedelta(hours=36)
"""What was put on hold since then is on hold at the end."""
_ID = sa.bindparam("id")
_PHASE = Prepared(sa.select(Order.phase).where(Order.id == _ID))
_WORK = Prepared(sa.select(FulfilmentOrder.id, FulfilmentOrder.status).where(FulfilmentOrder.order_id == _ID).order_by(FulfilmentOrder.id))
_ORDER_OF_WORK = Prepared(sa.select(FulfilmentOrder.order_id).where(FulfilmentOrder.id == _ID))
_ORDER_OF = Prepared(sa.select(Parcel.order_id).where(Parcel.id == _ID))
_UNTAKEN = Prepared(
    sa.select(Payment.id).where(Payment.order_id == _ID, Payment.authorized > Payment.captured + Payment.voided).order_by(Payment.id)
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
    pays = "delivery" if channel == "phone" else dice.choices(("now", "transfer"), (96, 4))[0]
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
    if channel == "marketplace" and any(line.backordered for line in placed.captured.lines):
        world.plan(working_time(world, world.after(now, 0.1, 0.9)), settle, placed.id, "customer told")
    return 1


def settle(tx: Tx, world: Any, now: dt.datetime, order_id: int, note: str) -> None:
    """Somebody has looked into an exception of the order."""
    found = tx.execute(
        sa.select(OrderException.id).where(OrderException.order_id == order_id, OrderException.resolved_at.is_(None))
    ).scalar()
    if found is not None:
        exceptions.resolve_exception(tx, ResolveException(found, note), SAM, now)


def _plan_after_placing(world: Any, now: dt.datetime, order_id: int, pays: str) -> None:
    chance = world.dice.random()
    if pays == "transfer":
        world.plan(world.after(now, 2, 12), pay_by_transfer, order_id)
    if chance < 0.02:
        world.plan(world.after(now, 0.1, 6), cancel, order_id, "customer")
    elif chance < 0.055:
        world.plan(
            world.after(now, 0.05, 0.5), hold, order_id, world.dice.choice(("address", "fraud", "customer_request", "manual"))
        )
    if world.dice.random() < 0.05:
        world.plan(world.after(now, 0.2, 20), note, order_id)
    world.plan(working_time(world, world.after(now, 0.3, 4)), carry_on, order_id)


def hold(tx: Tx, world: Any, now: dt.datetime, order_id: int, kind: str) -> None:
    hold_id = orders.place_hold(
        tx, PlaceHold(order_id, kind, "Looks odd; check before it goes." if kind == "fraud" else ""), SAM, now
    )
    least, most = (20, 60) if world.until - now < STILL_HELD else (1, 20)
    world.plan(world.after(now, least, most), unhold, hold_id, order_id)


def unhold(tx: Tx, world: Any, now: dt.datetime, hold_id: int, order_id: int) -> None:
    orders.release_hold(tx, ReleaseHold(hold_id, "checked"), SAM, now)
    world.plan(working_time(world, world.after(now, 0.2, 2)), carry_on, order_id)


def note(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    orders.add_note(tx, AddNote(order_id, world.dice.choice(NOTES)), SAM, now)


def cancel(tx: Tx, world: Any, now: dt.datetime, order_id: int, reason: str) -> None:
    cancel_order(tx, CancelOrder(order_id, reason), SAM, now)


def pay_by_transfer(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    total = tx.execute(sa.select(Order.total).where(Order.id == order_id)).scalar_one()
    payment = payments.authorize_payment(tx, AuthorizePayment(order_id, total, "manual", "bank_transfer"), FAY, now)
    payments.capture_payment(tx, CapturePayment(payment), FAY, now)
    world.plan(working_time(world, world.after(now, 0.2, 2)), carry_on, order_id)


def carry_on(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    """Do the next step of whatever of the order is not under way; an unpaid or held one waits until it is paid or let go."""
    if tx.run(_PHASE, id=order_id).fetchone()[0] in ("payment_due", "on_hold"):
        return
    for work_id, status in tx.run(_WORK, id=order_id).fetchall():
        if status in NEXT:
            NEXT[status](tx, world, now, work_id)


def release(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> None:
    fulfilment.release_work(tx, ReleaseWork(work_id), MIA, now)
    least, most = (0.3, 3.0) if world.dice.random() > FORGOTTEN else (60, 110) if world.until - now < STILL_STANDING else (26, 52)
    world.plan(working_time(world, world.after(now, least, most)), pick, work_id)


def pick(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> None:
    if world.dice.random() < 0.012:
        lines = _lines(tx, work_id)
        if len(lines) > 1:
            return _pick_short(tx, world, now, work_id, lines[1:])
    try:
        with tx.savepoint():
            fulfilment.pick_units(tx, PickUnits(work_id, given=tracked.picked(tx, work_id)), TOM, now)
    except InsufficientStock as error:  # what was allocated has expired meanwhile
        gone = {fact["sku"] for fact in error.facts["short"]}
        return _pick_short(tx, world, now, work_id, [line for line in _lines(tx, work_id) if line.code not in gone])
    world.plan(working_time(world, world.after(now, 0.2, 2)), pack, work_id)
    return None


def _lines(tx: Tx, work_id: int) -> list[Any]:
    query = (
        sa.select(FulfilmentLine.id, FulfilmentLine.units, Sku.code)
        .join(Sku, Sku.id == FulfilmentLine.sku_id)
        .where(FulfilmentLine.fulfilment_order_id == work_id)
        .order_by(FulfilmentLine.id)
    )
    return list(tx.execute(query).all())


def _pick_short(tx: Tx, world: Any, now: dt.datetime, work_id: int, found: list[Any]) -> None:
    """Only these lines are found: another location sends the others, or they wait."""
    units = {line.id: line.units for line in found}
    given = {line_id: one for line_id, one in tracked.picked(tx, work_id).items() if line_id in units}
    if units:
        fulfilment.pick_units(tx, PickUnits(work_id, units, given=given), TOM, now)
    fulfilment.short_pick(tx, ShortPick(work_id, "not_found"), TOM, now)
    world.plan(working_time(world, world.after(now, 0.2, 2)), carry_on, tx.run(_ORDER_OF_WORK, id=work_id).fetchone()[0])


def pack(tx: Tx, world: Any, now: dt.datetime, work_id: int) -> None:
    errors = 1 if world.dice.random() < 0.004 else 0
    fulfilment.pack_units(tx, PackUnits(work_id, errors=errors), TOM, now)
    if errors:
        world.plan(world.after(now, 0.1, 0.9), settle, tx.run(_ORDER_OF_WORK, id=work_id).fetchone()[0], "packed again")
    world.plan(working_time(world, world.after(now, 0.1, 2)), ship, work_id)


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
    parcels.plan(world, now, parcel, carrier)
    world.plan(now + dt.timedelta(minutes=10), take_payment, tx.run(_ORDER_OF, id=parcel).fetchone()[0])


def take_payment(tx: Tx, world: Any, now: dt.datetime, order_id: int) -> None:
    """Capture what was authorized once the goods have left."""
    for (payment_id,) in tx.run(_UNTAKEN, id=order_id).fetchall():
        payments.capture_payment(tx, CapturePayment(payment_id), FAY, now)


NEXT: dict[str, Callable[..., None]] = {"allocated": release, "released": pick, "picked": pack, "packed": ship}
"""What is done to a fulfilment order by its status."""
