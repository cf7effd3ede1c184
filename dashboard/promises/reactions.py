"""When promises are looked at again: after whatever changes who waits, what comes, or what is there."""

import datetime as dt
from typing import Any

from dashboard.editing.events import OrderEdited, OrderMerged, OrderSplit
from dashboard.fulfilment.events import WorkMoved, WorkOpened
from dashboard.inventory.events import StockChanged
from dashboard.inventory.selling_events import FillingSet, PreorderSet
from dashboard.kernel import jobs, outbox
from dashboard.kernel.actor import system
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderCancelled, OrderCaptured, OrderProgressed, ShippingChosen
from dashboard.promises import facts
from dashboard.promises.actions import FOLLOW, follow_due, recompute
from dashboard.promises.commands import Recompute
from dashboard.purchasing.events import (
    PurchaseCancelled,
    PurchaseClosedShort,
    PurchasePlaced,
    PurchaseReceived,
    PurchaseRescheduled,
)

CLOCK = system("promises")
MOST_SKUS = 50
COUNTED = frozenset({"adjusted", "counted", "returned", "transferred_in", "transferred_out"})


def _is_short(recorded: Recorded) -> bool:
    return bool(recorded.data["short"])


def _is_later(recorded: Recorded) -> bool:
    return bool(recorded.data.get("later"))


def _gives_back(recorded: Recorded) -> bool:
    """A short pick or a rejection: its units wait again."""
    return bool(recorded.data.get("reason")) and recorded.data["after"] != "cancelled"


def _is_counted(recorded: Recorded) -> bool:
    """Allocating and shipping are told by their orders, receipts by their purchase orders, imports by the upkeep."""
    return recorded.data["kind"] in COUNTED and recorded.data["reason"] != "import"


@outbox.on(OrderCaptured, when=_is_short)
def promise_new_order(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    preorders = tuple(recorded.data.get("preorder", ()))
    because = f"Order {recorded.data['number']} was placed"
    recompute(tx, Recompute(order_ids=(int(recorded.id),), because=because, preorders=preorders), CLOCK, now)


@outbox.on(OrderCancelled)
def free_promises(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    because = f"Order {recorded.data['number']} was cancelled; its units are free"
    recompute(tx, Recompute(order_ids=(int(recorded.id),), cause="cancelled", because=because), CLOCK, now)


@outbox.on(OrderEdited, OrderSplit, OrderMerged)
def follow_edit(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Other units, or another priority: who waits with it may move too."""
    _of_order(tx, recorded, f"Order {recorded.data['number']} was changed", now)


@outbox.on(WorkOpened, when=_is_later)
def follow_filling(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Units that waited have stock."""
    _of_order(tx, recorded, f"{recorded.data['number']} has its stock", now)


def _only_waits(recorded: Recorded) -> bool:
    """What could leave has left: the rest is due when it was promised."""
    return recorded.data["after"].get("phase") == "out_of_stock"


@outbox.on(OrderProgressed, when=_only_waits)
def follow_first_part(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    follow_due(tx, int(recorded.id), CLOCK, now)


@outbox.on(ShippingChosen)
def follow_choice(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Shipped together, all of it is due with its last unit."""
    follow_due(tx, int(recorded.id), CLOCK, now)


@outbox.on(WorkMoved, when=_gives_back)
def follow_rejection(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    _of_order(tx, recorded, f"{recorded.data['number']} could not be sent in full", now)


def _of_order(tx: Tx, recorded: Recorded, because: str, now: dt.datetime) -> None:
    assert recorded.order_id is not None
    recompute(tx, Recompute(order_ids=(recorded.order_id,), because=because), CLOCK, now)


def _day(text: str) -> str:
    return dt.date.fromisoformat(text).strftime("%d %b %Y").lstrip("0")


def _words(kind: str, data: dict[str, Any]) -> tuple[str, str]:
    """(cause, because) of an event of a purchase order."""
    number = data["number"]
    if kind == "PurchasePlaced":
        return "placed", f"{number} is ordered, expected {_day(data['expected_on'])}"
    if kind == "PurchaseRescheduled":
        return "rescheduled", f"{number} is expected {_day(data['after'])}, not {_day(data['before'])}"
    if kind == "PurchaseReceived":
        return "received", f"{number} was received"
    if kind == "PurchaseClosedShort":
        units = sum(count for _, count in data["missing"])
        return "short", f"{number} was closed with {units:,} {'unit' if units == 1 else 'units'} missing"
    return "refused", f"{number} was cancelled"


@outbox.on(PurchasePlaced, PurchaseRescheduled, PurchaseReceived, PurchaseClosedShort, PurchaseCancelled)
def follow_purchase(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    sku_ids = facts.skus_on(tx.connection, int(recorded.id))
    if sku_ids:
        cause, because = _words(recorded.type, recorded.data)
        recompute(tx, Recompute(tuple(sorted(sku_ids)), cause=cause, because=because), CLOCK, now)


@outbox.on(StockChanged, when=_is_counted)
def follow_stock(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    sku_id = int(recorded.id.partition(":")[0])
    if facts.is_waited_for(tx.connection, sku_id):
        because = f"{recorded.data['sku']} was {recorded.data['kind'].replace('_', ' ')} in {recorded.data['location']}"
        recompute(tx, Recompute((sku_id,), cause="stock", because=because), CLOCK, now)


@outbox.on(FillingSet)
def follow_turn(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Others are served first: everything that waits is looked at again, some SKUs at a time."""
    sku_ids = facts.waited_for(tx.connection)
    because = "Orders that wait are served " + ("by priority" if recorded.data["after"] == "priority" else "first come, first served")
    for start in range(0, len(sku_ids), MOST_SKUS):
        asked = {"sku_ids": sku_ids[start : start + MOST_SKUS], "cause": "order", "because": because}
        jobs.enqueue(tx, FOLLOW, asked, now, title="Promise dates")


@outbox.on(PreorderSet)
def follow_release(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Another preorder date."""
    sku_id, day = int(recorded.id), recorded.data["after"]["available_from"]
    if facts.is_waited_for(tx.connection, sku_id):
        until = f"is available from {_day(day)}" if day else "is on preorder no more"
        because = f"{recorded.data['sku']} {until}"
        recompute(tx, Recompute((sku_id,), cause="release", because=because), CLOCK, now)
