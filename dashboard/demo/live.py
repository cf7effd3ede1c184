"""Keep the demo shop busy: orders, picks, parcels and corrections at a human pace, so that screens visibly move."""

import datetime as dt
import heapq
import random
import time
from collections.abc import Callable

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.demo import steps
from dashboard.demo.history import HOURS, World
from dashboard.demo.shop import CHANNELS, DemoSku
from dashboard.fulfilment.model import FulfilmentOrder, Parcel
from dashboard.kernel import clock, db
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order, OrderHold

NEXT = {"allocated": steps.release, "released": steps.pick, "picked": steps.pack, "packed": steps.ship}
ON_THE_ROAD = {
    "handed_over": "in_transit",
    "in_transit": "out_for_delivery",
    "out_for_delivery": "delivered",
    "failed_attempt": "delivered",
}


def keep_playing(seed: int, pace: float, say: Callable[[str], None], most: int | None = None) -> None:
    """Do one thing about every `pace` seconds; `most` things, or until interrupted."""
    world = db.database().write(lambda tx: _world(tx, seed))
    done = 0
    while most is None or done < most:
        say(db.database().write(lambda tx: one_thing(tx, world), once=True))
        done += 1
        time.sleep(pace * world.dice.uniform(0.4, 1.6))


def _world(tx: Tx, seed: int) -> World:
    rows = tx.execute(
        sa.select(Sku.code, Sku.name, Sku.unit_price_e4, Sku.kind).where(Sku.kind != "service", Sku.active).order_by(Sku.id)
    ).all()
    found = [(kind, DemoSku(code, name, "", price // 100, 0, 1 / (place + 8))) for place, (code, name, price, kind) in enumerate(rows)]
    items, kits = ([item for kind, item in found if kind == wanted] for wanted in ("stock", "kit"))
    dice = random.Random(seed + clock.micros(clock.now()))  # noqa: S311 (a play, not a secret)
    world = World(dice, items, dt.datetime.max.replace(tzinfo=dt.UTC), kits)
    world.counter = iter(range(dice.randrange(10**6, 10**7 - 10**5), 10**7))
    return world


def one_thing(tx: Tx, world: World) -> str:
    """One step of somebody's day. Returns what happened, in words."""
    now = clock.now()
    while world.queue and world.queue[0][0] <= now:
        _, _, step, facts = heapq.heappop(world.queue)
        steps.attempt(tx, world, step, facts, now)
    chance = world.dice.random()
    if chance < 0.3 + HOURS[now.hour] / 60:
        channel = world.dice.choices([name for name, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
        steps.attempt(tx, world, steps.place, (channel,), now)
        return f"an order came in from {channel}"
    if chance > 0.96:
        steps.attempt(tx, world, steps.count_some, (), now)
        return "shelves were counted"
    if chance > 0.92:
        return _hold_or_release(tx, world, now)
    if chance > 0.8:
        return _move_a_parcel(tx, world, now)
    return _move_some_work(tx, world, now)


def _hold_or_release(tx: Tx, world: World, now: dt.datetime) -> str:
    held = tx.execute(
        sa.select(OrderHold.id, OrderHold.order_id).where(OrderHold.released_at.is_(None)).order_by(OrderHold.id).limit(1)
    ).first()
    if held is not None and world.dice.random() < 0.5:
        steps.attempt(tx, world, steps.unhold, (held.id, held.order_id), now)
        return "a hold was released"
    order_id = tx.execute(
        sa.select(Order.id).where(Order.phase == "to_pick", Order.open_holds == 0).order_by(Order.id.desc()).limit(1)
    ).scalar()
    if order_id is not None:
        steps.attempt(tx, world, steps.hold, (order_id, world.dice.choice(("address", "fraud", "customer_request"))), now)
    return "an order was put on hold"


def _move_a_parcel(tx: Tx, world: World, now: dt.datetime) -> str:
    parcel = tx.execute(
        sa.select(Parcel.id, Parcel.status).where(Parcel.status.in_(tuple(ON_THE_ROAD))).order_by(Parcel.id).limit(1)
    ).first()
    if parcel is None:
        return "the road is empty"
    steps.attempt(tx, world, steps.move, (parcel.id, ON_THE_ROAD[parcel.status]), now)
    return f"a parcel is {ON_THE_ROAD[parcel.status]}"


def _move_some_work(tx: Tx, world: World, now: dt.datetime) -> str:
    status = world.dice.choice(list(NEXT))
    work = tx.execute(
        sa.select(FulfilmentOrder.id, FulfilmentOrder.number, FulfilmentOrder.order_id)
        .join(Order, Order.id == FulfilmentOrder.order_id)
        .where(FulfilmentOrder.status == status, Order.open_holds == 0, Order.phase != "payment_due")
        .order_by(Order.ship_by, FulfilmentOrder.id)
        .limit(1)
    ).first()
    if work is None:
        steps.attempt(tx, world, steps.restock, (0.2,), now)
        return "a delivery was put on the shelves"
    step = NEXT[status]
    facts = (work.order_id, 0) if step is steps.release else (work.id,)
    steps.attempt(tx, world, step, facts, now)
    return f"{work.number} went on from {status}"
