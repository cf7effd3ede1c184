"""cancel_units: part of an order leaves work, stock and bill; refunds only if asked, and what was paid back must be paid again."""

import pytest

from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits, EditOrder, SetQuantity, UndoEdit
from dashboard.editing.undoing import undo_edit
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid
from dashboard.payments.actions import capture_payment
from dashboard.payments.commands import CapturePayment
from tests.checking import assert_clean
from tests.factories import balance, do, dump, headlines, line_rows, one, order_row, payment_of, place, refused, shop, walk


def lines_of(order_id):
    return [line.id for line in line_rows(order_id)]


def test_part_of_an_order_is_cancelled_restocked_and_refunded(any_app):
    shop(north_A=10, north_B=2)
    placed = place(("A", 3), ("B", 1))
    a, _ = lines_of(placed.id)
    do(capture_payment, CapturePayment(payment_of(placed.id)))

    done = do(cancel_units, CancelUnits(placed.id, {a: 2}, "customer", refund=True))

    order, line = order_row(placed.id), line_rows(placed.id)[0]
    assert (line.ordered, line.cancelled, line.credited, line.allocated, line.total) == (3, 2, 2, 1, 1000)
    assert (order.total, order.refunded, order.repaid, done.refundable) == (2000, 2000, 2000, 2000)
    assert balance("A", "north") == (10, 1)
    assert headlines(placed.id)[2:] == ("partially_refunded", "to_pick")
    assert "money was paid back" in refused(Conflict, undo_edit, UndoEdit(done.edit_id)).message

    do(edit_order, EditOrder(placed.id, (SetQuantity(a, 2),)))  # what was paid back must be paid again
    assert headlines(placed.id)[3] == "payment_due"
    assert_clean()


def test_cancelled_units_may_be_set_aside_and_the_cancellation_taken_back(app):
    shop(north_A=10)
    placed = place(("A", 3))
    (a,) = lines_of(placed.id)

    done = do(cancel_units, CancelUnits(placed.id, {a: 1}, "other", to="damaged"))
    assert one("SELECT on_hand, allocated, damaged FROM stock_balance") == (10, 2, 1)
    do(undo_edit, UndoEdit(done.edit_id))

    line = line_rows(placed.id)[0]
    assert (line.ordered, line.cancelled, line.credited, line.allocated) == (3, 0, 0, 3)
    assert one("SELECT on_hand, allocated, damaged FROM stock_balance") == (10, 3, 1)
    assert_clean()


def test_the_rest_of_a_part_shipped_order_can_be_cancelled(app):
    shop(north_A=1)
    placed = place(("A", 3), on_shortage="backorder")
    (a,) = lines_of(placed.id)
    walk(placed.id, "shipped")

    assert "at least 1 must stay" in refused(Invalid, cancel_units, CancelUnits(placed.id, {a: 3}, "customer")).message
    do(cancel_units, CancelUnits(placed.id, {a: 2}, "out_of_stock"))

    assert headlines(placed.id) == ("completed", "shipped", "authorized", "in_transit")
    assert order_row(placed.id).total == 1000
    assert_clean()


def test_cancelling_refuses_nonsense_and_what_the_role_may_not(app):
    shop(north_A=5)
    placed = place(("A", 3))
    (a,) = lines_of(placed.id)
    do(capture_payment, CapturePayment(payment_of(placed.id)))

    refused(Invalid, cancel_units, CancelUnits(placed.id, {a: 4}, "customer"))
    refused(Invalid, cancel_units, CancelUnits(placed.id, {a: 1}, "whim"))
    refused(Invalid, cancel_units, CancelUnits(placed.id, {}, "customer"))
    refused(Invalid, cancel_units, CancelUnits(placed.id, {a: 3}, "customer"))
    refused(Conflict, cancel_units, CancelUnits(placed.id, {a: 1}, "customer", version=1))
    nobody = Actor("user", "3", "Ann", "warehouse")
    before = dump()
    with pytest.raises(Forbidden):
        do(cancel_units, CancelUnits(placed.id, {a: 1}, "customer", refund=True), actor=nobody)
    assert dump() == before


def test_taking_the_payment_takes_what_the_order_still_costs(app):
    shop(north_A=5)
    placed = place(("A", 3))
    (a,) = lines_of(placed.id)
    do(cancel_units, CancelUnits(placed.id, {a: 1}, "customer"))

    do(capture_payment, CapturePayment(payment_of(placed.id)))

    assert (order_row(placed.id).captured, headlines(placed.id)[2]) == (2000, "paid")
