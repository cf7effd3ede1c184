"""Keep the demo shop busy: orders, picks, parcels and corrections at a human pace, so that screens visibly move."""

import datetime as dt
import heapq
import random
import time
from collections.abc import Callable

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.demo import parcels, shelves, steps
from dashboard.demo.history import HOURS, World
from dashboard.demo.shop import CHANNELS, DemoSku
from dashboard.fulfilment.model import FulfilmentOrder, Parcel
from dashboard.inventory.model import StockBalance
from dashboard.kernel import clock, db
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order, OrderHold

ON_THE_ROAD = {
    "handed_over": "in_transit",
    "in_transit": "out_for_delivery",
    "out_for_delivery": "delivered",
    "failed_attempt": "delivered",
}


KIT_RANK = 9
"""A kit sells as the ninth of the others."""


def keep_playing(seed: int, pace: float, say: Callable[[str], None], most: int | None = None) -> None:
    """Do one thing about every `pace` seconds; `most` things, or until interrupted."""
    dice = random.Random(seed + clock.micros(clock.now()))  # noqa: S311 (a play, not a secret)
    world = db.database().write(lambda tx: world_of(tx, dice, dt.datetime.max.replace(tzinfo=dt.UTC)))
    done = 0
    while most is None or done < most:
        say(db.database().write(lambda tx: one_thing(tx, world), once=True))
        done += 1
        time.sleep(pace * world.dice.uniform(0.4, 1.6))


def world_of(tx: Tx, dice: random.Random, until: dt.datetime) -> World:
    """A shop that is there already, to go on with; what sells is what is kept most of."""
    kept = sa.func.coalesce(sa.func.sum(StockBalance.reorder_point), 0)
    rows = tx.execute(
        sa.select(Sku.code, Sku.name, Sku.unit_price_e4, Sku.kind, kept)
        .outerjoin(StockBalance, StockBalance.sku_id == Sku.id)
        .where(Sku.kind != "service", Sku.active)
        .group_by(Sku.id, Sku.code, Sku.name, Sku.unit_price_e4, Sku.kind)
        .order_by(Sku.id)
    ).all()
    of_kit = sorted((int(row[4]) for row in rows), reverse=True)[:KIT_RANK][-1]
    found: dict[str, list[DemoSku]] = {"stock": [], "kit": []}
    for code, name, price, kind, units in rows:
        found[kind].append(DemoSku(code, name, "", price // 100, 0, of_kit if kind == "kit" else int(units) + 0.1))
    world = World(dice, found["stock"], until, found["kit"])
    world.counter = iter(range(dice.randrange(10**6, 10**7 - 10**5), 10**7))
    return world


def one_thing(tx: Tx, world: World) -> str:
    """One step of somebody's day. Returns what happened, in words.

    An order takes four steps in the warehouse and three on the road: about as many as that are done for each that comes in, so that
    the shop keeps up whatever the hour.
    """
    now = clock.now()
    while world.queue and world.queue[0][0] <= now:
        _, _, step, facts = heapq.heappop(world.queue)
        steps.attempt(tx, world, step, facts, now)
    chance = world.dice.random()
    if chance < 0.07 + HOURS[now.hour] / 200:
        return _order(tx, world, now)
    for most, thing in THINGS:
        if chance > most:
            return thing(tx, world, now)
    return _move_some_work(tx, world, now) or _move_a_parcel(tx, world, now) or _order(tx, world, now)


def _order(tx: Tx, world: World, now: dt.datetime) -> str:
    channel = world.dice.choices([name for name, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
    steps.attempt(tx, world, steps.place, (channel,), now)
    return f"an order came in from {channel}"


def _count(tx: Tx, world: World, now: dt.datetime) -> str:
    steps.attempt(tx, world, shelves.count_some, (), now)
    return "shelves were counted"


def _restock(tx: Tx, world: World, now: dt.datetime) -> str:
    steps.attempt(tx, world, shelves.restock, (0.6,), now)
    return "a delivery was put on the shelves"


def _hold_or_release(tx: Tx, world: World, now: dt.datetime) -> str:
    held = tx.execute(
        sa.select(OrderHold.id, OrderHold.order_id).where(OrderHold.released_at.is_(None)).order_by(OrderHold.id).limit(1)
    ).first()
    if held is not None and world.dice.random() < 0.6:
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
        return ""
    steps.attempt(tx, world, parcels.move, (parcel.id, ON_THE_ROAD[parcel.status]), now)
    return f"a parcel is {ON_THE_ROAD[parcel.status].replace('_', ' ')}"


def _move_some_work(tx: Tx, world: World, now: dt.datetime) -> str:
    """The next step of what is due first among a few of each step; "" when nothing is to be done."""
    work = tx.execute(
        sa.select(FulfilmentOrder.id, FulfilmentOrder.number, FulfilmentOrder.status)
        .join(Order, Order.id == FulfilmentOrder.order_id)
        .where(FulfilmentOrder.status.in_(tuple(steps.NEXT)), Order.open_holds == 0, Order.phase != "payment_due")
        .order_by(Order.ship_by, FulfilmentOrder.id)
        .limit(8)
    ).all()
    if not work:
        return ""
    chosen = world.dice.choice(work)
    steps.attempt(tx, world, steps.NEXT[chosen.status], (chosen.id,), now)
    return f"{chosen.number} went on from {chosen.status}"


THINGS = ((0.985, _restock), (0.975, _count), (0.95, _hold_or_release), (0.64, _move_a_parcel))
"""(chance above which it happens, what); below all of them somebody works on an order."""
