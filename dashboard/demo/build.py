"""Build the demo database: people, SKUs, warehouses, opening stock, then the history."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.demo import bins, counts, editing, history, promises, purchasing, shelves, tracked, transfers
from dashboard.demo.shop import CURRENCY, LOCATIONS, DemoKit, DemoSku, kits, skus
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.inventory.model import Location, StockBalance
from dashboard.kernel import db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import PRICE_SCALE
from dashboard.orders.model import Order

SKUS = 500
DEMO = system("demo")


def build(orders: int, seed: int, until: dt.datetime, progress: Callable[[int], None] = lambda placed: None) -> history.World:
    """Fill an empty database. The same orders, seed and until give the same rows.

    Raises: Conflict, when there are orders already: a demo is never mixed into a shop's own data.
    """
    dice = random.Random(seed)  # noqa: S311 (a repeatable play, not a secret)
    items = skus(SKUS, dice)
    sets = kits(items)
    start = until - dt.timedelta(days=history.DAYS)
    db.database().write(lambda tx: _set_up(tx, items, sets, orders, dice, start), once=True)
    world = history.World(dice, items, until, [kit.item for kit in sets], _hard_to_get(items))
    transfers.plan(world, seed)
    counts.plan(world, seed)
    purchasing.plan(world)
    bins.plan(world, seed)
    history.play(world, orders, progress)
    editing.show(world)
    promises.close(world)
    return world


def _hard_to_get(items: list[DemoSku]) -> frozenset[str]:
    """Some that sell well, though not best, have a supplier, and are followed by nothing but their number."""
    kept = tracked.tracks(items)
    known = [item for at, item in enumerate(items) if at % 25 != 24 and item.code not in kept]
    ranked = sorted(known, key=lambda item: -item.popularity)
    return frozenset(item.code for item in ranked[12 : 12 + 9 * shelves.LATE_SUPPLY : 9])


def _set_up(tx: Tx, items: list[DemoSku], sets: list[DemoKit], orders: int, dice: random.Random, start: dt.datetime) -> None:
    if tx.execute(sa.select(sa.func.count()).select_from(Order)).scalar_one():
        raise Conflict("This database has orders already; build the demo in an empty one.")
    tx.orm.add_all(
        [
            Location(code=code, name=name, kind=kind, time_zone=zone, cutoff=cutoff, priority=priority)
            for code, name, kind, zone, cutoff, priority in LOCATIONS
        ]
    )
    tx.flush()
    kept = tracked.tracks(items)
    create_skus(tx, [replace(_create(item), tracks=kept.get(item.code, "none")) for item in items], DEMO, start)
    create_skus(tx, [replace(_create(kit.item), kind="kit", components=kit.parts) for kit in sets], DEMO, start)
    _stock_shelves(tx, items, orders, dice, start)
    purchasing.set_up(tx, items, start)
    bins.set_up(tx, start)


def _create(item: DemoSku) -> CreateSku:
    return CreateSku(
        item.code,
        item.name,
        item.barcode,
        unit_price_e4=item.price_minor * PRICE_SCALE // 100,
        currency=CURRENCY,
        weight_grams=item.grams,
    )


def _stock_shelves(tx: Tx, items: list[DemoSku], orders: int, dice: random.Random, start: dt.datetime) -> None:
    """Opening stock for about nine days of demand, most of it in the first warehouse, and a reorder point of about five."""
    total = sum(item.popularity for item in items)
    for item in items:
        units_a_day = orders * 2.9 * item.popularity / total / history.DAYS
        for code, share in zip([place[0] for place in LOCATIONS], (0.5, 0.35, 0.15), strict=True):
            if share < 0.2 and dice.random() < 0.5:
                continue
            units = int(units_a_day * share * 9 * dice.uniform(0.7, 1.4)) + dice.randrange(4, 12)
            given = tracked.given(tx, item.code, units, start)
            receive_stock(tx, ReceiveStock(item.code, code, units, note="Opening stock", given=given), DEMO, start)
            _set_reorder_point(tx, item.code, code, int(units_a_day * share * 5) + 2)


def _set_reorder_point(tx: Tx, sku: str, location: str, units: int) -> None:
    row = (
        sa.select(StockBalance.id)
        .join(Location, Location.id == StockBalance.location_id)
        .where(Location.code == location, StockBalance.sku_id == sa.text("(SELECT id FROM sku WHERE code = :sku)"))
        .scalar_subquery()
    )
    tx.execute(sa.update(StockBalance).where(StockBalance.id == row).values(reorder_point=units), {"sku": sku})
