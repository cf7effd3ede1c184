"""Sixty days of the demo shop, played through the real actions in the order things happened."""

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dashboard.demo import parcels, shelves, steps, tracked
from dashboard.demo.shop import CHANNELS, DemoSku
from dashboard.kernel import db
from dashboard.kernel.tx import Tx

DAYS = 60
PER_COMMIT = 400
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 9, 9, 8, 8, 8, 9, 10, 11, 11, 9, 6, 3)
RESTOCKED = (6, 13)
"""Hours at which deliveries are put on the shelves."""
ROUNDS = (
    (dt.timedelta(minutes=5), tracked.expire),
    (dt.timedelta(hours=7, minutes=20), shelves.count_some),
    (dt.timedelta(hours=8), shelves.fill_all),
    (dt.timedelta(hours=9), parcels.find_late),
)
"""(after midnight, what is done then)."""
WEEKDAYS = (11, 10, 10, 10, 10, 8, 8)


@dataclass
class World:
    """What the play needs to know while it runs. Everything random comes from `dice`, so one seed is one history.

    missing: codes of SKUs that cannot be had in the last days.
    """

    dice: random.Random
    skus: list[DemoSku]
    until: dt.datetime
    kits: list[DemoSku] = field(default_factory=list)
    missing: frozenset[str] = frozenset()
    weights: list[float] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)
    queue: list[tuple[dt.datetime, int, Callable[..., Any], tuple[Any, ...]]] = field(default_factory=list)
    counter: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.weights = list(itertools.accumulate(sku.popularity for sku in self.offered))
        self.prices = {sku.code: sku.price_minor for sku in self.offered}

    @property
    def offered(self) -> list[DemoSku]:
        """What orders are drawn from: everything on the shelves, and the kits made of it."""
        return [*self.skus, *self.kits]

    def plan(self, at: dt.datetime, step: Callable[..., Any], *facts: Any) -> None:
        """Do the step at that time; what would be after `until` never happens: it is what is still to do."""
        if at <= self.until:
            heapq.heappush(self.queue, (at, next(self.counter), step, facts))

    def after(self, now: dt.datetime, least_hours: float, most_hours: float) -> dt.datetime:
        return now + dt.timedelta(hours=self.dice.uniform(least_hours, most_hours))


def play(world: World, orders: int, progress: Callable[[int], None]) -> int:
    """Play the whole history. Returns how many orders were placed."""
    start = world.until - dt.timedelta(days=DAYS)
    for at in _moments(world.dice, start, world.until, orders):
        channel = world.dice.choices([name for name, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
        world.plan(at, steps.place, channel)
    plan_days(world, start)
    return run(world, progress)


def plan_days(world: World, start: dt.datetime) -> None:
    """What comes every day after `start`: deliveries, the night's and the morning's rounds."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight
    while day < world.until:
        moments = [(dt.timedelta(hours=hour), shelves.restock, (1.0,)) for hour in RESTOCKED]
        for after, step, facts in (*moments, *((after, step, ()) for after, step in ROUNDS)):
            if day + after > start:
                world.plan(day + after, step, *facts)
        day += dt.timedelta(days=1)


def run(world: World, progress: Callable[[int], None] = lambda placed: None) -> int:
    """Play what is planned, and what follows from it. Returns how many orders were placed."""
    placed = 0
    while world.queue:
        placed += db.database().write(lambda tx: _some(tx, world), once=True)
        progress(placed)
    return placed


def _some(tx: Tx, world: World) -> int:
    """The next steps in one transaction; a step that the rules refuse is what it is: nothing happened."""
    placed = 0
    for _ in range(PER_COMMIT):
        if not world.queue:
            break
        at, _, step, facts = heapq.heappop(world.queue)
        placed += steps.attempt(tx, world, step, facts, at)
    return placed


def _moments(dice: random.Random, start: dt.datetime, end: dt.datetime, count: int) -> list[dt.datetime]:
    """When orders are placed: more in the evening and early in the week, slowly growing."""
    days = (end - start).days
    weights = [WEEKDAYS[(start + dt.timedelta(days=day)).weekday()] * (1 + day / days / 8) for day in range(days + 1)]
    found = []
    for day in dice.choices(range(days + 1), weights, k=count):
        hour = dice.choices(range(24), HOURS)[0]
        midnight = (start + dt.timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
        found.append(midnight + dt.timedelta(hours=hour, seconds=dice.uniform(0, 3600)))
    return sorted(at for at in found if start <= at <= end) or [end]
