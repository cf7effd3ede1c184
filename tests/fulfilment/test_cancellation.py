"""Cancelling in every status: stock free, money voided, counters in place; or refused with nothing changed."""

import pytest

from dashboard.channels.actions import place_order
from dashboard.fulfilment.actions import pick_units, release_work
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits, ReleaseWork
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.payments.actions import capture_payment
from dashboard.payments.commands import CapturePayment
from tests.factories import (
    balance,
    command,
    do,
    headlines,
    line_rows,
    one,
    order_row,
    payment_of,
    place,
    read,
    refused,
    shop,
    step_work,
    walk,
    work_of,
)
from tests.invariants import assert_whole


@pytest.mark.parametrize("status", ["allocated", "released", "picking"])
def test_what_has_not_been_picked_is_cancelled(any_app, status):
    shop(north_A=5, north_B=5)
    placed = place(("A", 3), ("B", 1))
    work = work_of(placed.id)
    if status != "allocated":
        do(release_work, ReleaseWork(work))
    if status == "picking":
        line = read("SELECT min(id) FROM fulfilment_line")[0][0]
        do(pick_units, PickUnits(work, {line: 2}))
    version = order_row(placed.id).version
    assert do(cancel_order, CancelOrder(placed.id, "customer", version)) == order_row(placed.id).version
    assert headlines(placed.id) == ("cancelled", "cancelled", "voided", "cancelled")
    assert [line.cancelled for line in line_rows(placed.id)] == [3, 1]
    assert (balance("A", "north"), balance("B", "north")) == ((5, 0), (5, 0))
    assert one("SELECT status FROM fulfilment_order") == "cancelled"
    assert order_row(placed.id).cancel_reason == "customer"
    assert order_row(placed.id).cancelled_at is not None
    refused(Conflict, cancel_order, CancelOrder(placed.id, "customer"), status="cancelled")
    assert_whole()


@pytest.mark.parametrize("status", ["picked", "packed"])
def test_what_is_picked_is_not_cancelled(app, status):
    shop(north_A=5)
    placed = place(("A", 1))
    walk(placed.id, status)
    refused(Conflict, cancel_order, CancelOrder(placed.id, "customer"), status=status)


@pytest.mark.parametrize("status", ["shipped", "delivered"])
def test_what_has_left_is_not_cancelled(app, status):
    shop(north_A=5)
    placed = place(("A", 1))
    walk(placed.id, status)
    refused(Conflict, cancel_order, CancelOrder(placed.id, "customer"), status="completed")


def test_what_is_backordered_is_cancelled(any_app):
    shop(north_A=1)
    placed = place(("A", 4), on_shortage="backorder")
    do(cancel_order, CancelOrder(placed.id, "out_of_stock"))
    assert headlines(placed.id)[3] == "cancelled"
    assert balance("A", "north") == (1, 0)
    assert_whole()


def test_captured_money_stays_to_be_refunded(any_app):
    shop(north_A=5)
    placed = place(("A", 2))
    do(capture_payment, CapturePayment(payment_of(placed.id), 500))
    do(cancel_order, CancelOrder(placed.id, "customer"))
    row = order_row(placed.id)
    assert (row.authorized, row.captured, row.voided, row.refunded) == (2000, 500, 1500, 0)
    assert_whole()


def test_cancelling_the_rest_keeps_the_money_for_what_has_left(any_app):
    shop(north_A=2, south_A=2)
    placed = place(("A", 4))
    first = read("SELECT min(id) FROM fulfilment_order")[0][0]
    for step in ("released", "picked", "packed", "shipped"):
        step_work(first, step)
    do(cancel_order, CancelOrder(placed.id, "customer"))
    line = line_rows(placed.id)[0]
    assert (line.cancelled, line.shipped) == (2, 2)
    assert headlines(placed.id) == ("completed", "shipped", "authorized", "in_transit")
    assert do(capture_payment, CapturePayment(payment_of(placed.id), 2000)) == 2000
    assert balance("A", "south") == (2, 0)
    assert_whole()


def test_an_order_without_lines_is_cancelled_when_somebody_says_so(any_app):
    placed = do(place_order, command(sold=True, paid=False))
    do(cancel_order, CancelOrder(placed.id, "other"))
    assert headlines(placed.id)[::3] == ("cancelled", "cancelled")
    refused(Conflict, cancel_order, CancelOrder(placed.id, "other"))
    assert_whole()


def test_what_cannot_be_asked(app):
    shop(north_A=5)
    placed = place(("A", 1))
    refused(Invalid, cancel_order, CancelOrder(placed.id, "because"))
    refused(NotFound, cancel_order, CancelOrder(999, "customer"))
    refused(Conflict, cancel_order, CancelOrder(placed.id, "customer", version=9), version=1, seen=9)
