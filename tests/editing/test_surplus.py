"""What an edit leaves promised above the total: kept while the order may change, given back once all of it has shipped."""

import pytest

from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits, EditOrder, SetQuantity, SplitOrder, UndoEdit
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.payments.actions import capture_payment, void_payment
from dashboard.payments.commands import CapturePayment, VoidPayment
from dashboard.payments.port import PROVIDERS
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.editing.playing import payments
from tests.factories import do, line_rows, order_row, payment_of, place, read, refused, shop, walk
from tests.promises.helpers import react


def settle():
    react(modules=("dashboard.payments.reactions", "dashboard.editing.reactions"))


def lowered(units=3, left=1):
    """An order of 10.00 a unit, authorized in full, then edited down: (order id, edit)."""
    order_id = place(("A", units)).id
    return order_id, do(edit_order, EditOrder(order_id, (SetQuantity(line_rows(order_id)[0].id, left),)))


def sums(order_id):
    row = order_row(order_id)
    return row.authorized, row.captured, row.voided, row.payment_status


def test_the_surplus_is_kept_until_all_has_shipped_and_then_given_back(any_app):
    shop(north_A=9)
    order_id, _ = lowered()
    for until in ("released", "picked", "packed"):
        walk(order_id, until)
        settle()
        assert sums(order_id) == (3000, 0, 0, "authorized")

    walk(order_id, "shipped")
    settle()
    settle()

    assert sums(order_id) == (3000, 0, 2000, "authorized")
    do(capture_payment, CapturePayment(payment_of(order_id)))
    assert sums(order_id) == (3000, 1000, 2000, "paid")
    assert read("SELECT kind, amount FROM payment_transaction ORDER BY id") == [
        ("authorization", 3000), ("void", 2000), ("capture", 1000)]  # fmt: skip
    assert_clean()


def test_an_undo_leaves_the_payments_byte_for_byte(any_app):
    shop(north_A=9)
    order_id = place(("A", 3)).id
    before = payments()
    edited = do(edit_order, EditOrder(order_id, (SetQuantity(line_rows(order_id)[0].id, 1),)))
    settle()
    do(undo_edit, UndoEdit(edited.edit_id))
    settle()

    assert payments() == before
    walk(order_id, "shipped")
    settle()
    assert payments() == before  # all of it is needed


def test_what_is_taken_before_shipping_leaves_a_surplus_that_goes_with_the_shipment(app):
    shop(north_A=9)
    order_id, edited = lowered()
    do(capture_payment, CapturePayment(payment_of(order_id)))
    settle()
    assert sums(order_id) == (3000, 1000, 0, "paid")
    do(undo_edit, UndoEdit(edited.edit_id))  # the promise is still there
    assert sums(order_id) == (3000, 1000, 0, "partially_paid")
    do(capture_payment, CapturePayment(payment_of(order_id)))
    assert sums(order_id) == (3000, 3000, 0, "paid")


def test_what_is_left_of_an_order_that_ends_otherwise(app):
    """The last units cancelled, or all that has not left: both make it complete."""
    shop(north_A=2)
    by_part, by_rest = (place(("A", 3), on_shortage="backorder").id for _ in range(2))
    for order_id in (by_part, by_rest):
        do(edit_order, EditOrder(order_id, (SetQuantity(line_rows(order_id)[0].id, 2),), on_shortage="backorder"))
    walk(by_part, "shipped")
    settle()
    assert order_row(by_part).status == "completed"
    assert sums(by_part) == (3000, 0, 1000, "authorized")

    do(cancel_order, CancelOrder(by_rest, "customer"))  # nothing of it had left: all is void
    assert sums(by_rest) == (3000, 0, 3000, "voided")


def test_a_part_that_is_cancelled_after_the_rest_has_left(app):
    shop(north_A=1)
    order_id = place(("A", 3), on_shortage="backorder").id
    walk(order_id, "shipped")
    do(cancel_units, CancelUnits(order_id, {line_rows(order_id)[0].id: 2}, "out_of_stock"))
    settle()
    assert sums(order_id) == (3000, 0, 2000, "authorized")


def test_money_that_counts_for_a_split_order_is_no_surplus_until_that_one_is_cancelled(any_app):
    shop(north_A=9)
    order_id = place(("A", 3)).id
    split = do(split_order, SplitOrder(order_id, {line_rows(order_id)[0].id: 2}))
    walk(order_id, "shipped")
    settle()
    assert sums(order_id) == (3000, 0, 0, "authorized")

    do(cancel_order, CancelOrder(split.other_id, "customer"))
    settle()
    assert sums(order_id) == (3000, 0, 2000, "authorized")
    assert_clean()


def test_a_provider_that_voids_no_part_keeps_its_promise_until_none_of_it_is_needed(app, monkeypatch):
    monkeypatch.setattr(PROVIDERS["manual"], "voids_in_part", False, raising=False)
    shop(north_A=9)
    order_id, _ = lowered()
    walk(order_id, "shipped")
    settle()
    assert sums(order_id) == (3000, 0, 0, "authorized")
    refused(Invalid, void_payment, VoidPayment(payment_of(order_id), amount=1))

    do(capture_payment, CapturePayment(payment_of(order_id)))
    settle()
    assert sums(order_id) == (3000, 1000, 2000, "paid")


@pytest.mark.parametrize(("amount", "status"), [("5.00", 201), ("20.01", 409), ("0.00", 422), ("5.001", 422), ("x", 422)])
def test_a_part_is_voided_by_the_api(app, amount, status):
    shop(north_A=9)
    order_id = place(("A", 2)).id
    answer = Api(app).post(f"payments/{payment_of(order_id)}/void", {"amount": amount})
    assert answer.status_code == status, answer.json
    assert sums(order_id)[2] == (500 if status == 201 else 0)
    if status == 201:
        refused(Conflict, void_payment, VoidPayment(payment_of(order_id), amount=1501), most="15.00")
