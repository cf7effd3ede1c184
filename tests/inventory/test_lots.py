"""Lots: units that come need one, units that leave take the earliest expiry, expired ones are promised to nobody."""

import datetime as dt

import pytest

from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits
from dashboard.fulfilment.actions import pick_units, short_pick
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits, ShortPick
from dashboard.inventory import balances
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.balances import Move
from dashboard.inventory.bulk import SetStock, StockWish, set_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.expiry import AT_ONCE, WriteOffLot, expire_lots, write_off_lot
from dashboard.inventory.tracked_units import NOTHING
from dashboard.inventory.tracking_choice import TrackSku, track_sku
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back
from dashboard.transfers.commands import Arrival, DispatchTransfer, DraftedLine, DraftTransfer, ReceiveTransfer, SendBack
from dashboard.transfers.drafts import draft_transfer
from tests.factories import NOW, do, dump, one, place, read, refused, skus, step_work, walk, work_of
from tests.inventory.tracking import LATER, MUCH_LATER, SOON, buckets, in_lots, lines_of, lots, receive, serials, shop

DAYS = dt.timedelta(days=1)


@pytest.fixture
def lot_shop(any_app, clean_check):
    """A is kept by lot; nothing is in stock."""
    shop()


@pytest.fixture
def stocked(lot_shop):
    """3 units that expire soon, 4 that expire later; what came first expires last."""
    receive(4, lots(("L2", 4, LATER)))
    receive(3, lots(("L1", 3, SOON)))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (NOTHING, "lots"),
        (lots(("L1", 5, None)), "lots.0.expires_on"),
        (lots(("L1", 4, SOON)), "lots"),
        (lots(("", 5, SOON)), "lots.0.lot"),
        (lots(("X" * 61, 5, SOON)), "lots.0.lot"),
        (lots(("L1", 5, SOON), ("L2", 0, SOON)), "lots.1.units"),
        (lots(("L1", 6, SOON), ("L2", -1, SOON)), "lots.1.units"),
        (lots(("L1", 2, SOON), ("l1 ", 3, SOON)), "lots.1.lot"),
        (lots(("L1", 5, NOW.date() - DAYS)), "lots.0.expires_on"),
        (serials("S1", "S2", "S3", "S4", "S5"), "serials"),
    ],
)
def test_units_without_a_proper_lot_are_refused(app, given, field):
    shop()

    error = refused(Invalid, receive_stock, ReceiveStock("A", "north", 5, given=given))

    assert list(error.facts["fields"]) == [field]


def test_a_lot_expires_on_one_day_only(stocked):
    error = refused(Invalid, receive_stock, ReceiveStock("A", "south", 1, given=lots(("L1", 1, LATER))))

    assert error.facts["fields"] == {"lots.0.expires_on": f"A: lot L1 expires on {SOON}, not on {LATER}."}


def test_a_lot_that_is_known_needs_no_expiry_again(stocked):
    receive(2, lots(("l1", 2, None)), at="south")

    assert in_lots("south") == {"L1": (2, 0, 0)}


def test_an_ordinary_sku_takes_no_lot(stocked):
    skus("B")

    error = refused(Invalid, receive_stock, ReceiveStock("B", "north", 1, given=lots(("L1", 1, SOON))))

    assert list(error.facts["fields"]) == ["lots"]


def test_what_is_adjusted_away_is_of_the_earliest_lot_unless_another_is_named(stocked):
    do(adjust_stock, AdjustStock("A", "north", "damaged", change=-2))
    do(adjust_stock, AdjustStock("A", "north", "damaged", change=-1, given=lots(("L2", 1))))

    assert in_lots() == {"L1": (1, 0, 0), "L2": (3, 0, 0)}


@pytest.mark.parametrize("given", [lots(("L9", 1)), lots(("L1", 1)), lots(("L2", 2))])
def test_a_lot_that_is_not_there_is_refused(stocked, given):
    error = refused(Invalid, adjust_stock, AdjustStock("A", "south", "found", change=1, given=NOTHING))
    assert list(error.facts["fields"]) == ["lots"]

    do(adjust_stock, AdjustStock("A", "north", "damaged", change=-3))
    refused((Invalid, Conflict), adjust_stock, AdjustStock("A", "north", "lost", change=-1, given=given))


def test_a_table_of_figures_cannot_say_the_lot(stocked):
    before = dump()

    verdict, same, elsewhere = do(
        set_stock, SetStock([StockWish(1, "A", "north", 9), StockWish(2, "A", "north", 7), StockWish(3, "A", "south", 1)], "import:1")
    )

    assert (verdict.outcome, verdict.field) == ("refused", "on_hand") and "by lot" in verdict.reason
    assert same.outcome == "unchanged" and elsewhere.outcome == "refused"
    assert dump() == before


def test_picking_fixes_the_earliest_lots_and_shipping_takes_them(stocked):
    order = place(("A", 5))
    work = work_of(order.id)
    step_work(work, "released")
    step_work(work, "picked")

    assert in_lots() == {"L1": (3, 3, 0), "L2": (4, 2, 0)}
    assert buckets() == (7, 5, 0)

    walk(order.id, "shipped")

    assert in_lots() == {"L2": (2, 0, 0)}
    assert read("SELECT l.code, p.units, p.order_id FROM lot_pick p JOIN lot l ON l.id = p.lot_id ORDER BY l.code") == [
        ("L1", 3, order.id),
        ("L2", 2, order.id),
    ]


def test_a_picker_may_name_another_lot(stocked):
    work = work_of(place(("A", 2)).id)
    step_work(work, "released")
    line = lines_of(work)[0]

    refused(Invalid, pick_units, PickUnits(work, given={line: lots(("L9", 2))}))
    do(pick_units, PickUnits(work, given={line: lots(("L2", 2))}))

    assert in_lots() == {"L1": (3, 0, 0), "L2": (4, 2, 0)}


def test_the_last_unit_of_a_lot_goes_to_one_picker(lot_shop):
    receive(2, lots(("L1", 1, SOON), ("L2", 1, LATER)))
    first, second = (work_of(place(("A", 1)).id) for _ in range(2))
    for work in (first, second):
        step_work(work, "released")
    do(pick_units, PickUnits(first, given={lines_of(first)[0]: lots(("L1", 1))}))

    error = refused(Conflict, pick_units, PickUnits(second, given={lines_of(second)[0]: lots(("L1", 1))}))

    assert (error.facts["lot"], error.facts["free"]) == ("L1", 0)
    do(pick_units, PickUnits(second))
    assert in_lots() == {"L1": (1, 1, 0), "L2": (1, 1, 0)}


def test_what_was_picked_for_a_cancelled_order_is_free_again(stocked):
    order = place(("A", 4))
    work = work_of(order.id)
    step_work(work, "released")
    do(pick_units, PickUnits(work, {lines_of(work)[0]: 3}))
    assert in_lots()["L1"] == (3, 3, 0)

    do(cancel_order, CancelOrder(order.id, "customer"))

    assert in_lots() == {"L1": (3, 0, 0), "L2": (4, 0, 0)}


@pytest.mark.parametrize("to", ["shelf", "quarantine"])
def test_what_an_edit_takes_off_after_picking_is_free_again(stocked, to):
    order = place(("A", 5))
    step_work(work_of(order.id), "released")
    step_work(work_of(order.id), "picked")
    line = one("SELECT id FROM order_line")

    do(cancel_units, CancelUnits(order.id, {line: 2}, "customer", to))

    assert in_lots() == {"L1": (3, 3, 0), "L2": (4, 0, 0)}
    walk(order.id, "shipped")
    assert in_lots() == {"L2": (4, 0, 0)}


def test_a_short_pick_keeps_the_lots_that_were_found(stocked):
    order = place(("A", 5))
    work = work_of(order.id)
    step_work(work, "released")
    do(pick_units, PickUnits(work, {lines_of(work)[0]: 2}))

    do(short_pick, ShortPick(work, "not_found"))
    step_work(work, "packed")
    step_work(work, "shipped")

    assert in_lots() == {"L1": (1, 0, 0), "L2": (4, 0, 0)}


def test_a_return_goes_back_to_its_lot(stocked):
    order = place(("A", 2))
    walk(order.id, "delivered")
    line = one("SELECT id FROM order_line WHERE order_id = :id", id=order.id)
    back = do(request_return, RequestReturn(order.id, "changed_mind", (ReturnItem(line, 1), ReturnItem(line, 1, "damaged"))))

    refused(Invalid, receive_return, ReceiveReturn(back, "south", given={"A": lots(("L2", 2))}))
    do(receive_return, ReceiveReturn(back, "south"))

    assert in_lots("south") == {"L1": (2, 0, 0)}


def test_a_transfer_carries_its_lots(stocked):
    number = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine("A", 5),))).number
    do(dispatch_transfer, DispatchTransfer(number))
    assert in_lots() == {"L2": (2, 0, 0)}

    do(receive_transfer, ReceiveTransfer(number, (Arrival("A", 1, 1, lots(("L1", 1), ("L2", 1))),)))
    assert in_lots("south") == {"L1": (1, 0, 0), "L2": (1, 0, 0)}

    refused(Invalid, receive_transfer, ReceiveTransfer(number, (Arrival("A", 2, 0, lots(("L2", 2))),)))
    do(receive_transfer, ReceiveTransfer(number, (Arrival("A", 1),)))
    do(send_back, SendBack(number))

    assert in_lots("south") == {"L1": (2, 0, 0), "L2": (1, 0, 0)}
    assert in_lots() == {"L1": (1, 0, 0), "L2": (3, 0, 0)}


def test_expired_units_are_set_aside_once(stocked):
    late = NOW + 6 * DAYS
    place(("A", 1))

    assert do(expire_lots, AT_ONCE, late) == 3
    assert do(expire_lots, AT_ONCE, late) == 0

    assert (buckets(), in_lots()["L1"]) == ((7, 1, 3), (3, 0, 3))
    ledger = read("SELECT kind, quarantine, reason FROM stock_movement WHERE quarantine <> 0")
    assert ledger == [("state_changed", 3, "expired")]


def test_a_lot_is_good_on_its_last_day_where_it_is(stocked):
    assert do(expire_lots, AT_ONCE, NOW + 5 * DAYS) == 0
    assert do(expire_lots, AT_ONCE, (NOW + 6 * DAYS).replace(hour=0)) == 3


def test_nobody_is_promised_or_given_what_has_expired(stocked):
    order = place(("A", 6))
    work = work_of(order.id)
    late = NOW + 6 * DAYS
    do(expire_lots, AT_ONCE, late)
    assert in_lots()["L1"] == (3, 0, 1)  # the others are allocated: they follow when their order lets go of them
    with pytest.raises(InsufficientStock):
        place(("A", 1), now=late)
    step_work(work, "released", late)

    with pytest.raises(InsufficientStock, match="Close"):
        do(pick_units, PickUnits(work), late)
    do(pick_units, PickUnits(work, {lines_of(work)[0]: 4}), late)
    do(short_pick, ShortPick(work, "not_found"), late)

    assert in_lots() == {"L1": (3, 0, 3), "L2": (4, 4, 0)}
    assert buckets() == (7, 4, 3)
    assert do(expire_lots, AT_ONCE, late) == 0


def test_what_is_set_aside_is_written_off_once(stocked):
    do(expire_lots, AT_ONCE, NOW + 6 * DAYS)

    assert do(write_off_lot, WriteOffLot("A", "l1", "north")) == 3

    assert (buckets(), in_lots()) == ((4, 0, 0), {"L2": (4, 0, 0)})
    refused(Conflict, write_off_lot, WriteOffLot("A", "L1", "north"))
    refused(Conflict, write_off_lot, WriteOffLot("A", "L2", "north"))


def test_what_leaves_quarantine_is_not_set_aside_any_more(stocked):
    late = NOW + 6 * DAYS
    do(expire_lots, AT_ONCE, late)

    place_ids = one("SELECT id FROM sku"), one("SELECT id FROM location WHERE code = 'north'")

    def take_out(tx, _command, actor, now):
        shelf = balances.at(tx, *place_ids)
        balances.move(tx, [Move(shelf, "state_changed", quarantine=-2, reason="from_bin")], actor, now)

    do(take_out, None)
    assert in_lots()["L1"] == (3, 0, 1)

    assert do(expire_lots, AT_ONCE, late) == 2
    assert buckets() == (7, 0, 3)


def test_a_sku_with_units_begins_lots_with_an_opening_lot(any_app, clean_check):
    shop("none")
    receive(3, NOTHING)
    receive(2, NOTHING, at="south")

    assert refused(Conflict, track_sku, TrackSku("A", "lots", 1)).facts["on_hand"] == 5
    refused(Conflict, track_sku, TrackSku("A", "serials", 1))
    refused(Invalid, track_sku, TrackSku("A", "lots", 1, "OPEN"))
    do(track_sku, TrackSku("A", "lots", 1, "open", MUCH_LATER))

    assert (in_lots(), in_lots("south")) == ({"OPEN": (3, 0, 0)}, {"OPEN": (2, 0, 0)})
    refused(Conflict, track_sku, TrackSku("A", "none", 2))
    refused(Conflict, track_sku, TrackSku("A", "none", 1))


def test_units_that_were_picked_before_there_were_lots_still_ship(any_app, clean_check):
    shop("none")
    receive(3, NOTHING)
    order = place(("A", 2))
    walk(order.id, "picked")
    do(track_sku, TrackSku("A", "lots", 1, "open", MUCH_LATER))

    walk(order.id, "shipped")

    assert in_lots() == {"OPEN": (1, 0, 0)}
