"""A small shop that has seen everything once: orders placed, held, picked short, shipped, returned, cancelled, paid, refunded."""

import datetime as dt

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from dashboard.channels.actions import place_order
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.drafts.actions import discard_draft, place_draft, save_draft
from dashboard.drafts.commands import DiscardDraft, PlaceDraft, SaveDraft
from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import (
    AddLine,
    CancelUnits,
    EditOrder,
    MergeOrders,
    RemoveLine,
    SetQuantity,
    SplitOrder,
    UndoEdit,
)
from dashboard.editing.merging import merge_orders
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, MoveParcel, PackUnits, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.fulfilment.parcels import move_parcel
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.bin_commands import CreateBins, PutAway
from dashboard.inventory.bins import create_bins
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.expiry import AT_ONCE, expire_lots
from dashboard.inventory.putting import put_away
from dashboard.inventory.tracked_units import Given, LotUnits
from dashboard.kernel import clock, db
from dashboard.orders import actions as orders
from dashboard.orders.commands import AddNote, CaptureOrder, DraftLine, PaymentDraft, PlaceHold, ReleaseHold
from dashboard.orders.model import OrderLine
from dashboard.payments import actions as payments
from dashboard.payments.commands import CapturePayment, RefundPayment
from dashboard.payments.model import Payment
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from tests.shop import TESTER, open_shop


def do(action, command):
    return db.write(action, command, TESTER, clock.now())


def place(*lines, **more):
    """Place an order of (SKU, units) lines, paid for unless it says otherwise; returns its id."""
    drafts = tuple(DraftLine(sku, units) for sku, units in lines)
    total = sum(units * 1000 for _, units in lines)
    more.setdefault("payment", PaymentDraft("manual", total))
    return do(place_order, CaptureOrder("web", "GBP", drafts, on_shortage="backorder", **more)).id


def found(model, order_id):
    """The rows of this order, oldest first."""
    with db.db.engine.connect() as connection:
        table = model.__table__
        return connection.execute(table.select().where(table.c.order_id == order_id).order_by(table.c.id)).all()


def ship(order_id, up_to="shipped"):
    """Take every fulfilment order of the order as far as `up_to`; returns the parcels' ids."""
    parcels = []
    steps = ("released", "picked", "packed", "shipped", "delivered")
    for fulfilment in found(FulfilmentOrder, order_id):
        wanted = steps[: steps.index(up_to) + 1]
        for step in wanted:
            if step == "released":
                do(work.release_work, ReleaseWork(fulfilment.id))
            elif step == "picked":
                do(work.pick_units, PickUnits(fulfilment.id))
            elif step == "packed":
                do(work.pack_units, PackUnits(fulfilment.id))
            elif step == "shipped":
                parcels.append(do(work.ship_parcel, ShipParcel(fulfilment.id, "DHL", f"TN-{fulfilment.id}")))
            else:
                do(move_parcel, MoveParcel(parcels[-1], "delivered"))
    return parcels


def live():
    """Play it all; returns the ids of the orders by what became of them."""
    open_shop({"A-1": {"N": 40, "S": 20}, "B-2": {"N": 6}, "C-3": {"S": 9}})
    ids = {
        "placed": place(("A-1", 2), external_id="X-1"),
        "split": place(("A-1", 1), ("B-2", 1), ("C-3", 1)),
        "short": place(("B-2", 50)),
        "held": place(("A-1", 1)),
        "cancelled": place(("A-1", 3)),
        "picked": place(("A-1", 4)),
        "packed": place(("C-3", 2)),
        "delivered": place(("A-1", 2), ("C-3", 1)),
        "unpaid": place(("A-1", 1), payment=None),
    }
    do(orders.place_hold, PlaceHold(ids["held"], "address", "no such street"))
    hold = do(orders.place_hold, PlaceHold(ids["placed"], "manual"))
    do(orders.release_hold, ReleaseHold(hold, "fine"))
    do(orders.add_note, AddNote(ids["placed"], "a note"))
    do(cancel_order, CancelOrder(ids["cancelled"], "customer"))
    ship(ids["picked"], "picked")
    ship(ids["packed"], "packed")
    ship(ids["split"])
    ship(ids["delivered"], "delivered")
    do(adjust_stock, AdjustStock("A-1", "N", "lost", change=-1))
    do(create_bins, CreateBins("N", ("A-01", "A-02")))
    do(put_away, PutAway("A-1", "N", "A-01", 5))
    _count()
    _short_pick()
    _money_and_back(ids["delivered"])
    _changed()
    do(create_sku, CreateSku("KIT", "A kit", kind="kit", components=(("A-1", 2), ("C-3", 1))))
    place(("KIT", 1), ("A-1", 1))
    _lots_and_numbers()
    return ids


def _lots_and_numbers():
    """One SKU by lot and one by serial number: received, shipped, picked, one lot expired."""
    today = clock.now().date()
    do(create_sku, CreateSku("LOT", "By lot", tracks="lots"))
    do(create_sku, CreateSku("NUM", "Numbered", tracks="serials"))
    old, new = LotUnits("OLD", 3, today + dt.timedelta(days=1)), LotUnits("NEW", 5, today + dt.timedelta(days=730))
    do(receive_stock, ReceiveStock("LOT", "N", 8, given=Given((old, new))))
    do(receive_stock, ReceiveStock("NUM", "N", 2, given=Given((), ("S1", "S2"))))
    ship(place(("LOT", 1)))
    ship(place(("LOT", 1)), "picked")
    numbered = found(FulfilmentOrder, place(("NUM", 1)))[0]
    do(work.release_work, ReleaseWork(numbered.id))
    with db.db.engine.connect() as connection:
        lines = FulfilmentLine.__table__
        line = connection.execute(lines.select().where(lines.c.fulfilment_order_id == numbered.id)).one()
    do(work.pick_units, PickUnits(numbered.id, given={line.id: Given((), ("S2",))}))
    db.write(expire_lots, AT_ONCE, TESTER, clock.now() + dt.timedelta(days=3))


def _changed():
    """An order changed and changed back, cut short, split and merged; a draft kept, placed and thrown away."""
    order_id = place(("A-1", 3), ("C-3", 1))
    a, c = (line.id for line in found(OrderLine, order_id))
    edited = do(edit_order, EditOrder(order_id, (SetQuantity(a, 2), RemoveLine(c), AddLine("B-2", 2)), on_shortage="backorder"))
    do(undo_edit, UndoEdit(edited.edit_id))
    do(cancel_units, CancelUnits(order_id, {a: 1}, "customer"))
    split = do(split_order, SplitOrder(order_id, {a: 1}))
    do(merge_orders, MergeOrders(order_id, split.other_id))
    do(split_order, SplitOrder(order_id, {c: 1}))
    document = {"values": {"customer_name": "Ada", "currency": "GBP"}, "lines": [["A-1", "1", "", "", ""]]}
    kept = do(save_draft, SaveDraft(document))
    do(place_draft, PlaceDraft(kept.id, 1, CaptureOrder("phone", "GBP", (DraftLine("A-1", 1),))))
    do(discard_draft, DiscardDraft(do(save_draft, SaveDraft(document)).id))


def _count():
    number = do(open_count, OpenCount("S", ("A-1", "C-3"))).number
    on_hand = do(adjust_stock, AdjustStock("C-3", "S", "found", change=1)).on_hand
    do(count_units, CountUnits(number, "C-3", on_hand - 1))
    do(approve_lines, DecideLines(number))


def _short_pick():
    order_id = place(("A-1", 3))
    fulfilment = found(FulfilmentOrder, order_id)[0]
    do(work.release_work, ReleaseWork(fulfilment.id))
    do(work.short_pick, ShortPick(fulfilment.id, "not_found"))


def _money_and_back(order_id):
    payment = found(Payment, order_id)[0]
    do(payments.capture_payment, CapturePayment(payment.id))
    do(payments.refund_payment, RefundPayment(payment.id, 500, "sorry"))
    line = found(OrderLine, order_id)[0]
    back = do(request_return, RequestReturn(order_id, "changed_mind", (ReturnItem(line.id, 1),)))
    do(receive_return, ReceiveReturn(back, "N"))
