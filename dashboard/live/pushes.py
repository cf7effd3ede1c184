"""The one table event -> rooms: who has to hear of what. What is shown there is the affair of the rooms' providers."""

from collections.abc import Iterator, Sequence

from dashboard.bulk.events import BulkMoved
from dashboard.counts.events import CountMoved, FigureTakenBack, LineBegun, LineCounted, LineDecided
from dashboard.customers.events import CustomerChanged, CustomerErased, CustomersMerged, MergeUndone
from dashboard.desk.events import ExceptionAssigned, ExceptionReopened, ExceptionSnoozed, ExceptionTried, LineMapped
from dashboard.drafts.events import DraftMoved
from dashboard.editing.events import OrderEdited, OrderMerged, OrderSplit
from dashboard.fulfilment.events import ParcelMoved, ParcelShipped, SentEarly, WorkMoved, WorkOpened
from dashboard.inventory.bin_events import BinChanged, BinCreated, BinsChanged
from dashboard.inventory.events import StockAllocated, StockChanged
from dashboard.kernel.leases import JobDied
from dashboard.kernel.outbox import Recorded
from dashboard.notifications.events import MessageMoved, QuoteFollowed
from dashboard.orders.events import (
    ExceptionOpened,
    ExceptionResolved,
    HoldPlaced,
    HoldReleased,
    MentionsSeen,
    NoteAdded,
    NoteDeleted,
    NoteEdited,
    OrderCancelled,
    OrderCaptured,
    OrderImported,
    OrderProgressed,
    ShippingChosen,
)
from dashboard.orders.label_events import HoldReopened, OrderAssigned, OrderTagged
from dashboard.payments.events import PaymentRecorded
from dashboard.promises.events import CustomerTold, DueMoved, PromiseChanged
from dashboard.purchasing.events import (
    PurchaseArrived,
    PurchaseCancelled,
    PurchaseClosedShort,
    PurchaseDrafted,
    PurchaseEdited,
    PurchasePlaced,
    PurchaseReceived,
    PurchaseRescheduled,
)
from dashboard.returns.events import ReturnMoved
from dashboard.transfers.events import TransferDrafted, TransferMoved
from dashboard.web.rooms import TWO_CLASSES, Room

DESK = ("exceptions", "desk")
EVERYWHERE = ("orders", "order", "t", "work", "kpi")
PUSHES: dict[str, tuple[str, ...]] = {
    event.__name__: rooms
    for event, rooms in (
        (OrderCaptured, ("orders", "order", "kpi", "work")),
        (OrderProgressed, EVERYWHERE),
        (OrderImported, ("orders", "kpi")),
        (OrderCancelled, EVERYWHERE),
        (OrderEdited, EVERYWHERE),
        (DraftMoved, ("drafts",)),
        (OrderSplit, EVERYWHERE),
        (OrderMerged, EVERYWHERE),
        (HoldPlaced, EVERYWHERE),
        (HoldReleased, EVERYWHERE),
        (HoldReopened, EVERYWHERE),
        (OrderTagged, ("orders", "order")),
        (OrderAssigned, ("orders", "order", "me")),
        (ShippingChosen, ("order",)),
        (NoteAdded, ("order", "me")),
        (NoteEdited, ("order", "me")),
        (NoteDeleted, ("order", "me")),
        (MentionsSeen, ("me",)),
        (ExceptionOpened, ("orders", "order", "kpi", *DESK)),
        (ExceptionResolved, ("orders", "order", "kpi", *DESK)),
        (ExceptionReopened, ("orders", "order", "kpi", *DESK)),
        (ExceptionAssigned, ("order", "me", *DESK)),
        (ExceptionSnoozed, ("order", "kpi", *DESK)),
        (ExceptionTried, ("order", *DESK)),
        (LineMapped, ("orders", "order", "kpi")),
        (PaymentRecorded, ("orders", "order", "t", "kpi")),
        (WorkOpened, EVERYWHERE),
        (WorkMoved, EVERYWHERE),
        (ParcelShipped, EVERYWHERE),
        (ParcelMoved, EVERYWHERE),
        (ReturnMoved, ("orders", "order", "t", "kpi")),
        (PromiseChanged, ("orders", "order", "t", "sku", "kpi")),
        (DueMoved, ("orders", "order", "kpi")),
        (CustomerTold, ("orders", "order")),
        (SentEarly, ("order",)),
        (MessageMoved, ("orders", "order", "drafts")),
        (QuoteFollowed, ("orders", "order", "drafts")),
        (StockChanged, ("stock", "sku", "order", "kpi", "bins")),
        (StockAllocated, ("stock", "sku", "order", "kpi")),
        (BinsChanged, ("sku", "bins", "bin")),
        (BinCreated, ("bins",)),
        (BinChanged, ("bins", "bin")),
        (TransferDrafted, ("transfers",)),
        (TransferMoved, ("transfers", "transfer", "sku")),
        (CountMoved, ("count",)),
        (LineBegun, ("count",)),
        (LineCounted, ("count",)),
        (LineDecided, ("count",)),
        (FigureTakenBack, ("count",)),
        (PurchaseDrafted, ("purchases",)),
        (PurchaseEdited, ("purchases",)),
        (PurchasePlaced, ("purchases", "sku")),
        (PurchaseRescheduled, ("purchases", "sku")),
        (PurchaseArrived, ("purchases",)),
        (PurchaseReceived, ("purchases", "sku")),
        (PurchaseClosedShort, ("purchases", "sku")),
        (PurchaseCancelled, ("purchases", "sku")),
        (CustomerChanged, ("customer",)),
        (CustomersMerged, ("customer",)),
        (MergeUndone, ("customer",)),
        (CustomerErased, ("customer",)),
        (BulkMoved, ("bulk",)),
        (JobDied, ("imports", "kpi")),
    )
}
CUTS = frozenset({"UserDisabled", "UserRoleChanged", "SessionsRevoked", "SignedOut", "TokenRevoked"})
"""After these somebody may no longer look: their screens are checked at once."""


def rooms_of(event: Recorded) -> Iterator[Room]:
    """The rooms in which this event shows."""
    for kind in PUSHES.get(event.type, ()):
        for key in _keys(kind, event):
            if kind in TWO_CLASSES:
                yield Room(kind, key, "full")
                yield Room(kind, key, "plain")
            else:
                yield Room(kind, key)


def concerns(event: Recorded, room: Room) -> bool:
    """Whether the event shows in the room; the KPIs of one location (`kpi:3`) hear what those of all hear."""
    return (Room("kpi") if room.kind == "kpi" else room) in rooms_of(event)


def stock_of(event: Recorded) -> list[tuple[int, int]]:
    """The (sku_id, location_id) of the balances an event is about."""
    if event.entity == "stock":
        return [_place(event.id)]
    return [_place(balance["id"]) for balance in event.data["balances"]] if event.entity == "allocation" else []


def _place(balance_id: str) -> tuple[int, int]:
    sku, _, location = balance_id.partition(":")
    return int(sku), int(location)


def _keys(kind: str, event: Recorded) -> Sequence[str]:
    """What names the rooms of this kind beside their kind; promises and losses concern several SKUs at once."""
    if kind == "sku" and event.entity == "allocation":
        return [str(sku_id) for sku_id in sorted({sku_id for sku_id, _ in stock_of(event)})]
    if kind == "sku" and event.entity != "stock":
        return [str(sku_id) for sku_id in event.data.get("sku_ids", ())]
    if kind == "bin":
        codes = [bin_[0] for bin_ in event.data["bins"]] if event.entity == "stock" else [event.data["code"]]
        return [f"{event.data['location']}/{code}" for code in codes]
    if kind == "drafts" and event.entity == "message" and event.data.get("draft_id") is None:
        return ()
    if kind == "me":
        return [str(user_id) for user_id in _people(event)]
    key = _key(kind, event)
    return () if key is None else (key,)


def _people(event: Recorded) -> list[int]:
    """Whom an event is about: who was given an exception or lost it, who was mentioned."""
    named = (event.data.get("assignee_id"), event.data.get("before_id"), *event.data.get("mentioned", ()))
    return sorted({user_id for user_id in named if user_id is not None})


def _key(kind: str, event: Recorded) -> str | None:
    """What names the room beside its kind; None when the event belongs in no such room."""
    if kind in ("order", "t"):
        return None if event.order_id is None else str(event.order_id)
    if kind in ("transfer", "customer"):
        return event.id
    if kind == "count":
        return event.data["number"]
    if kind == "bins":
        return event.data["location"] if "on_hand" in event.data.get("change", ("on_hand",)) else None
    if kind == "sku":
        return event.id.partition(":")[0]
    return ""
