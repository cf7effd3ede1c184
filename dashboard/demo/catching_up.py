"""A demo that was left alone goes on as if somebody had worked in it meanwhile: what was open leaves, new orders come."""

import datetime as dt
import random

import sqlalchemy as sa

from dashboard.demo import history, live, parcels, steps
from dashboard.demo.crew import working_time
from dashboard.demo.history import HOURS, World
from dashboard.demo.shop import CHANNELS
from dashboard.fulfilment.model import Parcel
from dashboard.kernel import db
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order, OrderHold

LEAST = dt.timedelta(hours=2)
MOST = dt.timedelta(days=2)
"""Of a longer absence only the end is played: nobody waits long for a demo."""
BEFORE_DAYS = 14
HOUR = dt.timedelta(hours=1)


def catch_up(seed: int, now: dt.datetime) -> int:
    """Play from the last order until now, when that is long enough ago. Returns how many orders came."""
    return history.run(world) if (world := db.database().write(lambda tx: _since(tx, seed, now))) else 0


def _since(tx: Tx, seed: int, now: dt.datetime) -> World | None:
    """What is to happen since the last order; None when that has only just come."""
    last = tx.execute(sa.select(sa.func.max(Order.placed_at))).scalar_one()
    if now - last < LEAST:
        return None
    start = max(last, now - MOST)
    world = live.world_of(tx, random.Random(f"{seed} {last}"), now)  # noqa: S311 (a play, not a secret)
    recent = sa.select(sa.func.count()).where(Order.placed_at > last - dt.timedelta(days=BEFORE_DAYS))
    _plan_orders(world, start, tx.execute(recent).scalar_one() / BEFORE_DAYS)
    _plan_open(tx, world, start)
    history.plan_days(world, start)
    return world


def _plan_orders(world: World, start: dt.datetime, a_day: float) -> None:
    hour = start
    while hour < world.until:
        expected = a_day * HOURS[hour.hour] / sum(HOURS)
        for _ in range(int(expected + world.dice.random())):
            channel = world.dice.choices([name for name, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
            world.plan(hour + world.dice.random() * HOUR, steps.place, channel)
        hour += HOUR


def _plan_open(tx: Tx, world: World, start: dt.datetime) -> None:
    """Holds are looked into, transfers arrive, what is allocated leaves, what is on the road is delivered."""
    for hold in tx.execute(sa.select(OrderHold.id, OrderHold.order_id).where(OrderHold.released_at.is_(None)).order_by(OrderHold.id)):
        world.plan(world.after(start, 1, 12), steps.unhold, hold.id, hold.order_id)
    open_ = sa.select(Order.id, Order.phase).where(Order.status == "open", Order.phase != "on_hold").order_by(Order.id)
    for order in tx.execute(open_):
        if order.phase == "payment_due":
            world.plan(world.after(start, 1, 10), steps.pay_by_transfer, order.id)
        else:
            world.plan(working_time(world, world.after(start, 0.2, 4)), steps.carry_on, order.id)
    for parcel in tx.execute(sa.select(Parcel.id).where(Parcel.status.in_(tuple(live.ON_THE_ROAD))).order_by(Parcel.id)).scalars():
        world.plan(world.after(start, 2, 40), parcels.move, parcel, "delivered")
