"""What happens when two people do the same thing, or opposite things, to the same stock at the same moment, on PostgreSQL.

Every pair: the second is granted or refused for a reason, nobody is thrown out of a deadlock, and everything stays whole.
"""

import datetime as dt
import itertools
from functools import partial

import pytest

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from dashboard.channels.actions import place_order
from dashboard.channels.opening import Opening, OpenPlace, ReceiveOpening, open_place, receive_opening
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.fulfilment.actions import pick_units, release_work, ship_parcel, short_pick
from dashboard.fulfilment.backorders import allocate_order, fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import (
    AllocateOrder,
    CancelOrder,
    FillBackorders,
    PickUnits,
    RejectWork,
    ReleaseWork,
    ShipParcel,
    ShortPick,
)
from dashboard.fulfilment.rejection import reject_work
from dashboard.inventory import balances
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway, UpdateBin
from dashboard.inventory.bins import create_bins, update_bin
from dashboard.inventory.commands import AdjustStock, CreateLocation, ReceiveStock, RepairStock
from dashboard.inventory.expiry import AT_ONCE, expire_lots
from dashboard.inventory.hold_commands import HoldStock, ReleaseStockHold
from dashboard.inventory.holds import expire_holds, hold_stock, release_hold
from dashboard.inventory.locations import create_location
from dashboard.inventory.putting import move_units, put_away
from dashboard.inventory.repairing import repair_stock
from dashboard.kernel import db, idempotency
from dashboard.kernel.errors import Conflict, IllegalTransition, InsufficientStock, Invalid
from dashboard.orders import derive
from dashboard.purchasing.actions import close_short, create_purchase_order, place_purchase_order
from dashboard.purchasing.commands import (
    CloseShort,
    PlacePurchaseOrder,
    PurchaseDraft,
    PurchaseLine,
    ReceiptItem,
    ReceivePurchase,
    SaveSupplier,
    SupplySku,
)
from dashboard.purchasing.receiving import receive_purchase
from dashboard.purchasing.suppliers import save_supplier, supply_sku
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from dashboard.transfers.actions import dispatch_transfer, receive_transfer
from dashboard.transfers.commands import CancelTransfer, DispatchTransfer, DraftedLine, DraftTransfer, ReceiveTransfer
from dashboard.transfers.drafts import cancel_transfer, draft_transfer
from tests.concurrency.meeting import meet
from tests.factories import NOW, command, do, locations, one, place, read, skus, walk, work_of
from tests.invariants import assert_whole
from tests.inventory.tracking import lines_of, lots
from tests.kits import kit

_count = itertools.count(1)


def sku(north: int = 0, south: int = 0) -> str:
    """A new SKU with these units."""
    code = f"S{next(_count):03d}"
    skus(code)
    for at, units in (("north", north), ("south", south)):
        if units:
            do(receive_stock, ReceiveStock(code, at, units))
    return code


def sku_id(code: str) -> int:
    return one("SELECT id FROM sku WHERE code = :code", code=code)


def waiting(*wanted: tuple[str, int]) -> int:
    """An order that waits for what is not there."""
    return place(*wanted, on_shortage="backorder").id


def came(code: str, units: int) -> None:
    do(receive_stock, ReceiveStock(code, "north", units))


def order_locked(order_id):
    return lambda tx: derive.check_version(tx, order_id, None)


@pytest.fixture
def shop(pg_app, monkeypatch):
    """An application, and how often somebody was thrown out of a deadlock."""
    locations("north", "south")
    thrown = []
    known = db._retryable
    monkeypatch.setattr(db, "_retryable", lambda error, attempt: (thrown.append(error), known(error, attempt))[1])
    yield pg_app
    deadlocks = [error for error in thrown if getattr(getattr(error, "orig", error), "sqlstate", "") == "40P01"]
    assert not deadlocks
    db.db.session.remove()
    assert_whole()


def test_those_who_wait_and_who_serves_them(shop):
    code, other = sku(), sku()
    orders = [waiting((code, 2), (other, 1)), waiting((other, 2), (code, 1)), waiting((code, 1))]
    came(code, 20)
    came(other, 20)
    fill = fill_backorders, FillBackorders(sku_id(code))
    assert meet(shop, (cancel_order, CancelOrder(orders[2], "customer")), fill) == "done"
    assert meet(shop, fill, fill) == "done"
    code_waits, other_waits = [
        "SELECT coalesce(sum(backordered), 0) FROM order_line WHERE sku_code = '" + name + "'" for name in (code, other)
    ]
    assert (one(code_waits), one(other_waits)) == (0, 3)
    asked = allocate_order, AllocateOrder(orders[0])
    assert meet(shop, (fill_backorders, FillBackorders(sku_id(other))), asked) is Conflict  # nothing of it waits any more
    assert one(other_waits) == 0


def test_a_cancellation_and_who_fills_its_order(shop):
    code = sku(north=1)
    order, further = waiting((code, 2)), waiting((code, 2))
    came(code, 5)
    fill = fill_backorders, FillBackorders(sku_id(code))
    assert meet(shop, (cancel_order, CancelOrder(order, "customer")), fill, before=order_locked(order)) == "done"
    assert meet(shop, fill, (cancel_order, CancelOrder(further, "customer"))) == "done"


def test_two_who_fill_the_same_orders_from_either_end(shop):
    first, second = sku(), sku()
    orders = [waiting((first, 1), (second, 1)) for _ in range(3)]
    came(first, 3)
    came(second, 3)
    fills = [(fill_backorders, FillBackorders(sku_id(code))) for code in (first, second)]
    assert meet(shop, fills[0], fills[1], before=order_locked(orders[0])) == "done"
    assert not read("SELECT id FROM order_line WHERE backordered > 0")


def test_a_rejected_order_and_who_fills_another(shop):
    code = sku(north=2, south=2)
    kept, wanting = place((code, 2)).id, waiting((code, 4))
    do(receive_stock, ReceiveStock(code, "south", 3))
    fill = fill_backorders, FillBackorders(sku_id(code))
    assert meet(shop, (reject_work, RejectWork(work_of(kept), "no_stock")), fill, before=order_locked(kept)) == "done"
    assert meet(shop, fill, (allocate_order, AllocateOrder(wanting))) in ("done", Conflict)


def test_parts_of_a_kit_are_locked_before_any_of_them_moves(shop):
    low, high = sku(north=4), sku(north=4)
    code = f"K{next(_count)}"
    kit(code, **{low: 1, high: 1})
    order = place((code, 2)).id
    do(release_work, ReleaseWork(work_of(order)))
    lines = dict(read("SELECT sku_id, id FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work_of(order)))
    do(pick_units, PickUnits(work_of(order), {lines[sku_id(low)]: 2, lines[sku_id(high)]: 1}))
    # the missing part has the higher number: whoever locks it alone first meets an order that holds the other
    asked = short_pick, ShortPick(work_of(order), "not_found")
    low_locked = partial(balances.locked, sku_ids=[sku_id(low)])
    assert meet(shop, (place_order, command((low, 1), (high, 1))), asked, before=low_locked) == "done"


def test_an_opening_stock_is_locked_in_key_order_whatever_the_file_says(shop):
    low, high = sku(north=1), sku(north=1)
    place = do(open_place, OpenPlace("north", "North", "Europe/London"))
    asked = receive_opening, ReceiveOpening("web", place, "north", (Opening(high, 1), Opening(low, 1)), {}, lambda code: "stock")
    low_locked = partial(balances.locked, sku_ids=[sku_id(low)])
    assert meet(shop, (place_order, command((low, 1), (high, 1))), asked, before=low_locked) == "done"


def test_a_return_and_the_rest_of_its_order(shop):
    code = sku(north=1)
    order = waiting((code, 2))
    walk(order, "shipped")
    line = one("SELECT id FROM order_line WHERE order_id = :id", id=order)
    back = do(request_return, RequestReturn(order, "changed_mind", (ReturnItem(line, 1),)))
    came(code, 1)
    do(fill_backorders, FillBackorders(sku_id(code)))
    received = receive_return, ReceiveReturn(back, "north")
    assert meet(shop, (cancel_order, CancelOrder(order, "customer")), received, before=order_locked(order)) == "done"
    again = do(request_return, RequestReturn(*_shipped(sku(north=1))))
    received = receive_return, ReceiveReturn(again, "north")
    assert meet(shop, received, received) is IllegalTransition


def _shipped(code):
    order = place((code, 1)).id
    walk(order, "shipped")
    line = one("SELECT id FROM order_line WHERE order_id = :id", id=order)
    return order, "other", (ReturnItem(line, 1),)


def test_the_same_thing_twice_at_once(shop):
    """A double submit through two processes: the second changes nothing."""
    code = sku(north=10)
    work = work_of(place((code, 1)).id)
    transfer = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine(code, 2),))).number
    count = do(open_count, OpenCount("south", (code,))).number
    do(create_bins, CreateBins("north", ("P-1", "P-2")))
    held = [do(hold_stock, HoldStock("web", ((code, 1),), 30)).token for _ in range(2)]
    supplier = do(save_supplier, SaveSupplier("Twice Ltd", 3)).id
    purchase = do(create_purchase_order, PurchaseDraft("Twice Ltd", "north", (PurchaseLine(code, 4),))).number
    keyed = AdjustStock(code, "north", "correction", change=1, key="adjust-1")
    pairs = [
        ((place_order, command((code, 3))), "done"),
        ((adjust_stock, keyed), "done"),
        ((receive_stock, ReceiveStock(code, "south", 1, key="receive-1")), "done"),
        ((adjust_stock, AdjustStock(code, "south", "correction", on_hand=3, expected=1)), Conflict),
        ((release_work, ReleaseWork(work)), "done"),
        ((pick_units, PickUnits(work)), IllegalTransition),
        ((dispatch_transfer, DispatchTransfer(transfer)), IllegalTransition),
        ((receive_transfer, ReceiveTransfer(transfer)), (Conflict, IllegalTransition)),
        ((count_units, CountUnits(count, code, 5)), Conflict),
        ((approve_lines, DecideLines(count)), Conflict),
        ((put_away, PutAway(code, "north", "P-1", 2)), "done"),
        ((move_units, MoveUnits(code, "north", "P-1", "P-2", 4)), InsufficientStock),
        ((release_hold, ReleaseStockHold(held[0])), "done"),
        ((place_order, command((code, 1), stock_hold=held[1])), Conflict),
        ((expire_holds, 10), "done"),
        ((save_supplier, SaveSupplier("Once Ltd", 3)), Conflict),
        ((supply_sku, SupplySku(supplier, code)), "done"),
        ((place_purchase_order, PlacePurchaseOrder(purchase)), IllegalTransition),
        ((receive_purchase, ReceivePurchase(purchase, (ReceiptItem(code, 1),), key="scan-1")), "done"),
        ((receive_purchase, ReceivePurchase(purchase, (ReceiptItem(code, 2),))), Invalid),
        ((close_short, CloseShort(purchase, "short_delivered")), Conflict),
        ((create_bins, CreateBins("north", ("P-9",))), Conflict),
        ((create_location, CreateLocation("EAST", "East")), Conflict),
        ((create_sku, CreateSku("NEW-1", "New")), Conflict),
        ((open_count, OpenCount("north", (code,))), Conflict),
    ]
    for asked, expected in pairs:
        found = meet(shop, asked, asked)
        assert found == expected or (isinstance(expected, tuple) and found in expected), (asked, found)
    assert one("SELECT count(*) FROM stock_movement WHERE key IN ('adjust-1', 'receive-1')") == 2
    assert one("SELECT sum(received) FROM purchase_order_line") == 3


def test_opposite_things_at_once(shop):
    code = sku(north=3)
    transfer = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine(code, 2),))).number
    do(create_bins, CreateBins("north", ("B-1",)))
    leaving = dispatch_transfer, DispatchTransfer(transfer)
    assert meet(shop, (cancel_transfer, CancelTransfer(transfer)), leaving) is IllegalTransition
    closed = update_bin, UpdateBin("north", "B-1", 1, 0, pickable=True, active=False)
    assert meet(shop, closed, (put_away, PutAway(code, "north", "B-1", 1))) is Invalid
    held = do(hold_stock, HoldStock("web", ((code, 1),), 30)).token
    taken = place_order, command((code, 1), stock_hold=held)
    assert meet(shop, taken, (release_hold, ReleaseStockHold(held))) is Conflict
    assert meet(shop, (adjust_stock, AdjustStock(code, "north", "lost", change=-2)), (place_order, command((code, 1)))) is InsufficientStock


def test_a_place_is_repaired_once(shop):
    code = sku(north=3)
    db.write(lambda tx: tx.connection.exec_driver_sql("UPDATE stock_balance SET allocated = 1") and None)
    asked = repair_stock, RepairStock(code, "north", one("SELECT version FROM stock_balance"))
    assert meet(shop, asked, asked) is Conflict


def test_a_parcel_leaves_once(shop):
    code = sku(north=2)
    order = place((code, 1)).id
    walk(order, "packed")
    asked = ship_parcel, ShipParcel(work_of(order), "DHL", "1")
    assert meet(shop, asked, asked) is IllegalTransition
    assert one("SELECT on_hand FROM stock_balance") == 1


def test_one_form_key_through_two_processes(shop):
    code = sku(north=5)

    def submit(tx, units, actor, now):
        def work(inner):
            return 200, str(adjust_stock(inner, AdjustStock(code, "north", "lost", change=-units), actor, now).on_hand)

        return idempotency.once(tx, "form:user:1", f"key-{units}", f"print-{units}", work, now)

    assert meet(shop, (submit, 2), (submit, 2)) == "done"
    assert one("SELECT on_hand FROM stock_balance") == 3
    assert meet(shop, (submit, 4), (submit, 4)) == "done"  # the refusal is an answer too
    assert [row[0] for row in read("SELECT status FROM idempotency_key ORDER BY key")] == [200, 409]


def test_lots_that_expire_and_lots_that_are_given_back(shop):
    do(create_sku, CreateSku("LOT-1", "By lot", unit_price_e4=100_000, tracks="lots"))
    earlier, expired, good = (NOW + dt.timedelta(days=days) for days in (-9, -1, 60))
    do(receive_stock, ReceiveStock("LOT-1", "north", 5, given=lots(("L1", 3, expired.date()), ("L2", 2, good.date()))), earlier)
    assert meet(shop, (expire_lots, AT_ONCE), (expire_lots, AT_ONCE)) == "done"
    assert one("SELECT quarantine FROM stock_balance") == 3
    order = place(("LOT-1", 2)).id
    walk(order, "released")
    (line,) = lines_of(work_of(order))
    do(pick_units, PickUnits(work_of(order), {line: 1}))
    came = receive_stock, ReceiveStock("LOT-1", "north", 1, given=lots(("L2", 1, good.date())))
    shelf_locked = partial(balances.locked, sku_ids=[sku_id("LOT-1")])
    assert meet(shop, came, (cancel_order, CancelOrder(order, "customer")), before=shelf_locked) == "done"
