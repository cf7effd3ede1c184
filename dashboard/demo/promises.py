"""At the end of the demo's history: preorders, deliveries for those who wait, and one that is put off."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from dashboard.catalog.model import Sku
from dashboard.channels.actions import Placed, place_order
from dashboard.demo.crew import CHANNEL, MIA
from dashboard.demo.people import person
from dashboard.demo.shop import CURRENCY, LOCATIONS
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.model import StockBalance
from dashboard.inventory.preorder import set_preorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.inventory.store.cell import AVAILABLE
from dashboard.kernel import db
from dashboard.kernel.actor import system
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import CaptureOrder, DraftLine, PaymentDraft
from dashboard.promises import facts
from dashboard.promises.actions import recompute
from dashboard.promises.commands import Recompute
from dashboard.promises.jobs import upkeep
from dashboard.promises.model import OrderPromise
from dashboard.purchasing.actions import create_purchase_order, place_purchase_order, reschedule_purchase
from dashboard.purchasing.commands import PlacePurchaseOrder, PurchaseDraft, PurchaseLine, ReschedulePurchase
from dashboard.purchasing.model import PurchaseOrder, Supplier, SupplierSku

PROMISES = system("promises")
NEW = (("PRE-TEA-FERN", "Teapot, spring edition, fern", 4900, 40), ("PRE-LAM-SEA", "Lamp, spring edition, sea", 8900, None))
"""(SKU, name, pence, cap): sold before they can be had."""
RELEASE_DAYS = 32
PREORDERED, SHORT = dt.timedelta(hours=11), dt.timedelta(minutes=13)
"""Between two preorders, and between two orders for more than there is: they came among the others."""
MOST_SKUS = 40


def close(world: Any) -> None:
    """What waits at the end of the history is promised a date."""
    now = world.until
    db.database().write(lambda tx: _preorders(tx, world, now), once=True)
    db.database().write(lambda tx: _shortages(tx, world, now), once=True)
    db.database().write(lambda tx: _deliveries(tx, now))
    while db.write(upkeep, None, PROMISES, now):
        pass
    db.database().write(lambda tx: _put_off(tx, now))


def _preorders(tx: Tx, world: Any, now: dt.datetime) -> None:
    release = now.date() + dt.timedelta(days=RELEASE_DAYS)
    placed = now
    for code, name, pence, cap in NEW:
        create_sku(tx, CreateSku(code, name, unit_price_e4=pence * 100, currency=CURRENCY, weight_grams=1200), MIA, now)
        set_preorder(tx, SetPreorder(code, release, cap), MIA, now)
        for units in (1, 2, 1):
            placed -= PREORDERED
            order = _sell(tx, world, now, placed, code, units, pence)
            sold = Recompute(order_ids=(order.id,), because=f"Order {order.number} was placed", preorders=(code,))
            recompute(tx, sold, PROMISES, now)


def _shortages(tx: Tx, world: Any, now: dt.datetime) -> None:
    """Two orders, one after the other, for more than there is of what there is least of."""
    free = sa.func.sum(AVAILABLE)
    least = (
        sa.select(Sku.code, free)
        .join(StockBalance, StockBalance.sku_id == Sku.id)
        .join(SupplierSku, SupplierSku.sku_id == Sku.id)
        .where(Sku.kind == "stock")
        .group_by(Sku.id, Sku.code)
        .order_by(free, Sku.id)
        .limit(2)
    )
    placed = now
    for code, units in tx.execute(least).all():
        for more in (units + 2, 1):
            placed -= SHORT
            _sell(tx, world, now, placed, code, int(more), world.prices[code])


def _sell(tx: Tx, world: Any, now: dt.datetime, placed: dt.datetime, code: str, units: int, pence: int) -> Placed:
    """An order that a channel took earlier and hands over now."""
    who, payment = person(world.dice), PaymentDraft("manual", units * pence)
    lines = (DraftLine(code, units),)
    asked = CaptureOrder("web", CURRENCY, lines, None, placed, who.customer, who.address, 0, payment, "backorder")
    return place_order(tx, asked, CHANNEL, now)


def _deliveries(tx: Tx, now: dt.datetime) -> None:
    """A purchase order per supplier of what most units wait for."""
    waiting = (
        sa.select(Supplier.name, Sku.code, SkuBackorder.open_units)
        .join(SupplierSku, SupplierSku.supplier_id == Supplier.id)
        .join(Sku, Sku.id == SupplierSku.sku_id)
        .join(SkuBackorder, SkuBackorder.sku_id == Sku.id)
        .where(SkuBackorder.open_units > 0, Sku.kind == "stock")
        .order_by(SkuBackorder.open_units.desc(), Sku.id)
        .limit(MOST_SKUS)
    )
    by_supplier: dict[str, list[PurchaseLine]] = {}
    for supplier, code, units in tx.execute(waiting).all():
        by_supplier.setdefault(supplier, []).append(PurchaseLine(code, units + 6))
    for place, (supplier, lines) in enumerate(sorted(by_supplier.items())):
        expected = now.date() + dt.timedelta(days=5 + 3 * place)
        draft = PurchaseDraft(supplier, LOCATIONS[place % 2][0], tuple(lines), expected)
        number = create_purchase_order(tx, draft, MIA, now).number
        place_purchase_order(tx, PlacePurchaseOrder(number), MIA, now)


def _put_off(tx: Tx, now: dt.datetime) -> None:
    """A delivery that few wait for comes later than they were told."""
    few = (
        sa.select(PurchaseOrder.number)
        .join(OrderPromise, OrderPromise.purchase_order_id == PurchaseOrder.id)
        .where(OrderPromise.units > 0)
        .group_by(PurchaseOrder.id, PurchaseOrder.number)
        .order_by(sa.func.count(), PurchaseOrder.id)
        .limit(1)
    )
    number = tx.execute(few).scalar()
    if number is None:
        return
    day = now.date() + dt.timedelta(days=25)
    saved = reschedule_purchase(tx, ReschedulePurchase(number, day), MIA, now)
    sku_ids = tuple(sorted(facts.skus_on(tx.connection, saved.id)))
    because = f"{number} is expected {day:%d %b %Y}".replace(" 0", " ")
    recompute(tx, Recompute(sku_ids, (), "rescheduled", because), PROMISES, now)
