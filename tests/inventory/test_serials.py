"""Serial numbers: one per unit that comes, the named ones leave, each with its whole life."""

import pytest

from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.fulfilment.actions import pick_units
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.tracked_units import NOTHING
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back, settle_loss
from dashboard.transfers.commands import (
    Arrival,
    DispatchTransfer,
    DraftedLine,
    DraftTransfer,
    Loss,
    ReceiveTransfer,
    SendBack,
    SettleLoss,
)
from dashboard.transfers.drafts import draft_transfer
from tests.factories import do, one, place, read, refused, step_work, walk, work_of
from tests.inventory.tracking import SOON, lines_of, lots, numbered, receive, serials, shop

HERE = ("in_stock", "north")


@pytest.fixture
def stocked(any_app, clean_check):
    """A has serial numbers S1, S2 and S3 at north."""
    shop("serials")
    receive(3, serials("S1", "s2 ", "S3"))


@pytest.mark.parametrize(
    "given", [NOTHING, serials("S9"), serials("S8", "S8"), serials("S8", "S9", "S10"), serials("S8", "S1"), lots(("L1", 2, SOON)),
              serials("S8", "S" * 61)]
)  # fmt: skip
def test_each_unit_that_comes_needs_a_number_of_its_own(app, given):
    shop("serials")
    receive(1, serials("S1"))

    error = refused(Invalid, receive_stock, ReceiveStock("A", "north", 2, given=given))

    assert list(error.facts["fields"]) in (["serials"], ["lots"])


def test_what_is_adjusted_away_is_named_and_can_be_found_again(stocked):
    assert numbered() == {"S1": HERE, "S2": HERE, "S3": HERE}
    error = refused(Invalid, adjust_stock, AdjustStock("A", "north", "lost", change=-1))
    assert list(error.facts["fields"]) == ["serials"]
    refused(Invalid, adjust_stock, AdjustStock("A", "north", "lost", change=-1, given=serials("S9")))

    do(adjust_stock, AdjustStock("A", "north", "lost", change=-1, given=serials("S2")))
    assert numbered()["S2"] == ("scrapped", None)
    refused(Invalid, receive_stock, ReceiveStock("A", "north", 1, given=serials("S2")))
    do(adjust_stock, AdjustStock("A", "north", "found", change=1, given=serials("S2")))

    assert numbered()["S2"] == HERE
    life = read("SELECT m.kind, m.state FROM serial_movement m JOIN serial s ON s.id = m.serial_id WHERE s.code = 'S2' ORDER BY m.id")
    assert life == [("received", "in_stock"), ("adjusted", "scrapped"), ("adjusted", "in_stock")]


@pytest.mark.parametrize("codes", [(), ("S1",), ("S1", "S1"), ("S1", "S9"), ("S1", "T1")])
def test_a_pick_without_its_own_numbers_is_refused(stocked, codes):
    receive(1, serials("T1"), at="south")
    work = work_of(place(("A", 2)).id)
    step_work(work, "released")
    line = lines_of(work)[0]

    error = refused(Invalid, pick_units, PickUnits(work, given={line: serials(*codes)}))

    assert list(error.facts["fields"]) == [f"{line}.serials"]


def test_the_shipped_line_knows_its_numbers_and_the_return_brings_them_back(stocked):
    order = place(("A", 2))
    work = work_of(order.id)
    step_work(work, "released")
    line = lines_of(work)[0]
    do(pick_units, PickUnits(work, {line: 1}, given={line: serials("S3")}))
    do(pick_units, PickUnits(work, {line: 1}, given={line: serials("S1")}))
    assert numbered()["S3"] == ("picked", "north")
    walk(order.id, "delivered")
    assert read("SELECT code FROM serial WHERE order_id = :id AND state = 'shipped' ORDER BY code", id=order.id) == [("S1",), ("S3",)]
    sold = one("SELECT id FROM order_line WHERE order_id = :id", id=order.id)
    back = do(request_return, RequestReturn(order.id, "changed_mind", (ReturnItem(sold, 1),)))

    refused(Invalid, receive_return, ReceiveReturn(back, "south"))
    refused(Invalid, receive_return, ReceiveReturn(back, "south", given={"A": serials("S2")}))
    refused(Invalid, receive_return, ReceiveReturn(back, "south", given={"A": serials("S1", "S3")}))
    do(receive_return, ReceiveReturn(back, "south", given={"a": serials("S1")}))

    assert numbered() == {"S1": ("in_stock", "south"), "S2": HERE, "S3": ("shipped", None)}


def test_two_pickers_cannot_take_one_number(stocked):
    first, second = (work_of(place(("A", 1)).id) for _ in range(2))
    for work in (first, second):
        step_work(work, "released")
    do(pick_units, PickUnits(first, given={lines_of(first)[0]: serials("S1")}))

    error = refused(Invalid, pick_units, PickUnits(second, given={lines_of(second)[0]: serials("S1")}))

    assert "picked at north" in error.message


def test_a_cancelled_pick_gives_its_numbers_back(stocked):
    order = place(("A", 2))
    work = work_of(order.id)
    step_work(work, "released")
    line = lines_of(work)[0]
    do(pick_units, PickUnits(work, {line: 1}, given={line: serials("S3")}))

    do(cancel_order, CancelOrder(order.id, "customer"))

    assert numbered() == {"S1": HERE, "S2": HERE, "S3": HERE}


def test_a_transfer_carries_its_numbers(stocked):
    number = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine("A", 2),))).number
    refused(Invalid, dispatch_transfer, DispatchTransfer(number))
    refused(Invalid, dispatch_transfer, DispatchTransfer(number, given={"A": serials("S1", "S9")}))
    do(dispatch_transfer, DispatchTransfer(number, given={"A": serials("S1", "S2")}))
    assert numbered()["S1"] == ("in_transit", None)

    refused(Invalid, receive_transfer, ReceiveTransfer(number, (Arrival("A", 1),)))
    refused(Invalid, receive_transfer, ReceiveTransfer(number, (Arrival("A", 1, 0, serials("S3")),)))
    do(receive_transfer, ReceiveTransfer(number, (Arrival("A", 1, 0, serials("S2")),)))
    do(settle_loss, SettleLoss(number, (Loss("A", 1),), "missing"))

    assert numbered() == {"S1": ("scrapped", None), "S2": ("in_stock", "south"), "S3": HERE}


def test_what_is_sent_back_is_where_it_was(stocked):
    number = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine("A", 3),))).number
    do(dispatch_transfer, DispatchTransfer(number))
    do(send_back, SendBack(number))

    assert numbered() == {"S1": HERE, "S2": HERE, "S3": HERE}


def test_a_count_says_which_number_is_missing(stocked):
    number = do(open_count, OpenCount("north", ("A",))).number
    do(count_units, CountUnits(number, "A", 2))
    line = one("SELECT id FROM count_line WHERE state = 'counted'")

    error = refused((Invalid, Conflict), approve_lines, DecideLines(number, (line,)))
    assert list(error.facts["fields"]) == [f"{line}.serials"]
    do(approve_lines, DecideLines(number, (line,), given={line: serials("S2")}))

    assert numbered()["S2"] == ("scrapped", None)


@pytest.mark.parametrize("disposition", ["scrap", "vendor"])
def test_what_comes_back_and_reaches_no_shelf_is_shipped_no_more(stocked, disposition):
    order = place(("A", 2))
    work = work_of(order.id)
    step_work(work, "released")
    do(pick_units, PickUnits(work, given={lines_of(work)[0]: serials("S1", "S3")}))
    walk(order.id, "delivered")
    sold = one("SELECT id FROM order_line")
    back = do(request_return, RequestReturn(order.id, "damaged", (ReturnItem(sold, 1, disposition),)))

    refused(Invalid, receive_return, ReceiveReturn(back, "north"))
    refused(Invalid, receive_return, ReceiveReturn(back, "north", given={"A": serials("S2")}))
    do(receive_return, ReceiveReturn(back, "north", given={"A": serials("s3")}))

    assert numbered() == {"S1": ("shipped", None), "S2": HERE, "S3": ("scrapped", None)}
    last = "SELECT kind, reason, order_id FROM serial_movement ORDER BY id DESC LIMIT 1"
    assert one(last) == ("returned", disposition, order.id)
    again = do(request_return, RequestReturn(order.id, "damaged", (ReturnItem(sold, 1),)))
    do(receive_return, ReceiveReturn(again, "north"))
    assert numbered()["S1"] == HERE
