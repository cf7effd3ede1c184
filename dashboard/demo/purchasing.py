"""The demo shop's suppliers, and the purchase orders of its last weeks: received, partly here, late, on their way, drafts."""

import datetime as dt
from typing import Any

from dashboard.demo import tracked
from dashboard.demo.crew import MIA, TOM
from dashboard.demo.shop import LOCATIONS, DemoSku
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import PRICE_SCALE
from dashboard.purchasing.actions import create_purchase_order, place_purchase_order
from dashboard.purchasing.commands import (
    PlacePurchaseOrder,
    PurchaseDraft,
    PurchaseLine,
    ReceiptItem,
    ReceivePurchase,
    RecordArrival,
    SaveSupplier,
    SupplySku,
)
from dashboard.purchasing.receiving import receive_purchase, record_arrival
from dashboard.purchasing.suppliers import save_supplier, supply_sku

SUPPLIERS = (
    ("Brook & Daughters Pottery", 9, 14),
    ("Halden Woodworks", 14, 14),
    ("Lindqvist Textiles", 12, 7),
    ("Marlow Metalware", 6, 7),
)
PACKS = (6, 1, 12, 4)
COST_SHARE = 0.45
PLAN = (
    (24, 0, 0, (1.0,)), (19, 1, 1, (0.6, 0.4)), (15, 2, 0, (1.0,)), (11, 3, 2, (0.7,)), (9, 0, 1, ()), (4, 1, 0, (0.5,)),
    (3, 2, 1, ()), (2, 3, 0, ()), (1, 0, 2, None), (0.3, 1, 0, None),
)  # fmt: skip
"""(days before the end, supplier, location, shares received one after the other); None: still a draft."""
LINES = 6


def set_up(tx: Tx, items: list[DemoSku], now: dt.datetime) -> None:
    """The suppliers, and who of them supplies what."""
    made = [save_supplier(tx, SaveSupplier(name, lead, review), MIA, now).id for name, lead, review in SUPPLIERS]
    for index, item in enumerate(items):
        if index % 25 == 24:
            continue  # somebody still has to say who supplies these
        cost = int(item.price_minor * COST_SHARE) * PRICE_SCALE // 100
        supply_sku(tx, SupplySku(made[index % len(made)], item.code, PACKS[index % len(PACKS)], cost), MIA, now)


def plan(world: Any) -> None:
    """Put every purchase order into the play at its day."""
    for index, (days, supplier, place, shares) in enumerate(PLAN):
        world.plan(world.until - dt.timedelta(days=days, hours=1), order, index, supplier, place, shares)


def order(tx: Tx, world: Any, now: dt.datetime, index: int, supplier: int, place: int, shares: tuple[float, ...] | None) -> None:
    """One purchase order of some of what the supplier makes; its deliveries are planned. The last open ones are late."""
    own = [item for at, item in enumerate(world.skus) if at % len(SUPPLIERS) == supplier and at % 25 != 24]
    chosen = own[index * LINES : (index + 1) * LINES]
    lines = tuple(PurchaseLine(item.code, 12 * (1 + at % 4)) for at, item in enumerate(chosen))
    wait = 6 if shares == () and index == 4 else SUPPLIERS[supplier][1]
    expected = (now + dt.timedelta(days=wait)).date()
    number = create_purchase_order(
        tx, PurchaseDraft(SUPPLIERS[supplier][0], LOCATIONS[place][0], lines, expected), MIA, now
    ).number
    if shares is None:
        return
    place_purchase_order(tx, PlacePurchaseOrder(number), MIA, now)
    for step, share in enumerate(shares):
        at = now + dt.timedelta(days=2 + 2 * step, minutes=25 * index)
        items = tuple((line.sku, max(1, int(line.units * share))) for line in lines)
        world.plan(at, arrive, number)
        world.plan(at + dt.timedelta(minutes=50 + 35 * (index % 5)), receive, number, items, step == 0 and index % 3 == 1)


def arrive(tx: Tx, world: Any, now: dt.datetime, number: str) -> None:
    record_arrival(tx, RecordArrival(number), TOM, now)


def receive(tx: Tx, world: Any, now: dt.datetime, number: str, items: tuple[tuple[str, int], ...], is_rough: bool) -> None:
    """is_rough: one unit of the first line came broken."""
    received = tuple(
        ReceiptItem(sku, units, int(is_rough and not index), tracked.given(tx, sku, units, now))
        for index, (sku, units) in enumerate(items)
    )
    receive_purchase(tx, ReceivePurchase(number, received, note="One carton crushed" if is_rough else ""), TOM, now)
