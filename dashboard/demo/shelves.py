"""What happens on the shelves of the demo shop: deliveries, the morning's corrections, stock for those who wait."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.demo import steps, tracked
from dashboard.demo.crew import TOM, working_time
from dashboard.demo.shop import LOCATIONS
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.commands import FillBackorders
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.kernel.errors import DomainError
from dashboard.kernel.tx import Tx
from dashboard.orders.model import OrderLine

LATE_SUPPLY = 4
"""Bestsellers whose supplier lets the shop down at the end: what is out of stock is wanted."""
LATE_DAYS = 12
_LOW = sa.text(
    "SELECT s.code, l.code, s.id, b.reorder_point FROM stock_balance b JOIN sku s ON s.id = b.sku_id"
    " JOIN location l ON l.id = b.location_id WHERE b.on_hand - b.allocated <= b.reorder_point AND s.code NOT LIKE 'PRE-%'"
    " ORDER BY s.id, l.id"
)


def restock(tx: Tx, world: Any, now: dt.datetime, share: float) -> None:
    """A delivery for what runs low, and little is forgotten; a few SKUs come in small lots, and cannot be had in the last days."""
    is_end = world.until - now < dt.timedelta(days=LATE_DAYS)
    for code, place, sku_id, reorder_point in tx.execute(_LOW).all():
        if world.dice.random() < 0.97 * share and not (is_end and code in world.missing):
            units = max(12, reorder_point) if code in world.missing else max(24, reorder_point * 8)
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
            world.plan(working_time(world, world.after(now, 0.3, 3)), steps.carry_on, order_id)


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
