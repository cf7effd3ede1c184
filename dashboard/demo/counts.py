"""Cycle counts of the demo shop: one a week per warehouse, most exact, some corrected, one recounted; one is open at the end."""

import datetime as dt
import random
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.counts import due
from dashboard.counts.actions import Opened, begin_line, count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import BeginLine, CountUnits, DecideLines, OpenCount
from dashboard.counts.model import CountLine, StockCount
from dashboard.demo.history import DAYS
from dashboard.demo.tracked import LOTS_OF, SERIALS_OF
from dashboard.inventory.model import StockBalance
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx

COUNTING = frozenset({"stock.read", "stock.adjust"})
TOM = Actor("user", "demo-tom", "Tom Warehouse", "warehouse", COUNTING)
UMA = Actor("user", "demo-uma", "Uma Warehouse", "warehouse", COUNTING)
MIA = Actor("user", "demo-mia", "Mia Ops", "ops_manager", COUNTING | {"counts.approve"})
LINES = 25
EVERY_DAYS = 7
PLACES = ("north", "south")
UNITS_OFF = (0,) * 19 + (-1, -1, -2, 1, 2, -4)
"""By how much a count differs from the shelf's figure: three of four lines are exact."""


def plan(world: Any, seed: int) -> None:
    """Put the counts into the play's calendar, with dice of their own; the last one is opened an hour before its end."""
    dice = random.Random(f"counts {seed}")  # noqa: S311 (a repeatable play, not a secret)
    start = world.until - dt.timedelta(days=DAYS)
    for turn, day in enumerate(range(EVERY_DAYS, DAYS, EVERY_DAYS)):
        world.plan(start + dt.timedelta(days=day, hours=6, minutes=30), count, dice, PLACES[turn % len(PLACES)])
    world.plan(world.until - dt.timedelta(hours=1), begin, dice, PLACES[0])


def count(tx: Tx, world: Any, now: dt.datetime, dice: random.Random, location: str) -> None:
    """Open what is due, count it, and have it approved two hours later."""
    number = _open(tx, location, LINES, now).number
    for place, code in enumerate(_codes(tx, number)):
        _count(tx, dice, number, code, now + dt.timedelta(minutes=2 * place))
    world.plan(now + dt.timedelta(hours=2), approve, number)


def _open(tx: Tx, location: str, most: int, now: dt.datetime) -> Opened:
    return open_count(tx, OpenCount(location, due.codes(tx.connection, location, now, most), source="schedule"), TOM, now)


def _codes(tx: Tx, number: str) -> list[str]:
    query = (
        sa.select(Sku.code)
        .join(CountLine, CountLine.sku_id == Sku.id)
        .join(StockCount, StockCount.id == CountLine.count_id)
        .where(StockCount.number == number)
        .order_by(Sku.code)
    )
    return list(tx.execute(query).scalars())


def _count(tx: Tx, dice: random.Random, number: str, code: str, at: dt.datetime) -> None:
    off = dice.choice(UNITS_OFF)
    found = max(0, _on_hand(tx, number, code) + (0 if code.startswith((LOTS_OF, SERIALS_OF)) else off))
    saved = count_units(tx, CountUnits(number, code, found), dice.choice((TOM, UMA)), at)
    if saved.recount:
        first = tx.execute(sa.select(CountLine.counter).where(CountLine.id == saved.line_id)).scalar_one()
        count_units(tx, CountUnits(number, code, found), UMA if first == TOM.ref else TOM, at + dt.timedelta(minutes=1))


def _on_hand(tx: Tx, number: str, code: str) -> int:
    query = (
        sa.select(StockBalance.on_hand)
        .join(StockCount, StockCount.location_id == StockBalance.location_id)
        .join(Sku, Sku.id == StockBalance.sku_id)
        .where(StockCount.number == number, Sku.code == code)
    )
    return tx.execute(query).scalar_one()


def approve(tx: Tx, world: Any, now: dt.datetime, number: str) -> None:
    """Approve everything that no order holds; what cannot be moved is left in review for somebody to look at."""
    approve_lines(tx, DecideLines(number), MIA, now)


def begin(tx: Tx, world: Any, now: dt.datetime, dice: random.Random, location: str) -> None:
    """A count in the middle: most of it is done, and Uma is on the next SKU."""
    number = _open(tx, location, 12, now).number
    codes = _codes(tx, number)
    for place, code in enumerate(codes[:7]):
        _count(tx, dice, number, code, now + dt.timedelta(minutes=3 * place))
    begin_line(tx, BeginLine(number, codes[7]), UMA, now + dt.timedelta(minutes=25))
