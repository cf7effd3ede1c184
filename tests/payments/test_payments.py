"""Money: every amount to the minor unit, and never more than there is."""

import threading

import pytest

from dashboard.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dashboard.orders.commands import PaymentDraft
from dashboard.payments.actions import authorize_payment, capture_payment, refund_payment, void_payment
from dashboard.payments.commands import AuthorizePayment, CapturePayment, RefundPayment, VoidPayment
from tests.factories import do, headlines, one, order_row, payment_of, place, read, refused, shop, walk
from tests.invariants import assert_whole


@pytest.fixture
def paid(any_app):
    """An order of 20.00 with 20.00 authorized: (order id, payment id)."""
    shop(north_A=9)
    placed = place(("A", 2))
    return placed.id, payment_of(placed.id)


def sums(order_id):
    row = order_row(order_id)
    return row.authorized, row.captured, row.refunded, row.voided, row.payment_status


def test_captures_in_parts_up_to_what_is_authorized(paid):
    order, payment = paid
    assert do(capture_payment, CapturePayment(payment, 500)) == 500
    assert sums(order) == (2000, 500, 0, 0, "partially_paid")
    refused(Conflict, capture_payment, CapturePayment(payment, 1501), most="15.00", wanted="15.01")
    assert do(capture_payment, CapturePayment(payment)) == 1500
    assert sums(order) == (2000, 2000, 0, 0, "paid")
    refused(Conflict, capture_payment, CapturePayment(payment))
    assert read("SELECT kind, status, amount FROM payment_transaction ORDER BY id") == [
        ("authorization", "authorized", 2000), ("capture", "captured", 500), ("capture", "captured", 1500)]  # fmt: skip
    assert_whole()


def test_a_void_gives_back_what_is_not_captured(paid):
    order, payment = paid
    do(capture_payment, CapturePayment(payment, 500))
    assert do(void_payment, VoidPayment(payment)) == 1500
    assert sums(order) == (2000, 500, 0, 1500, "partially_paid")
    refused(Conflict, void_payment, VoidPayment(payment))
    refused(Conflict, capture_payment, CapturePayment(payment, 1))
    assert_whole()


def test_a_void_of_everything_makes_payment_due_again(paid):
    order, payment = paid
    do(void_payment, VoidPayment(payment))
    assert headlines(order) == ("open", "allocated", "voided", "payment_due")


def test_refunds_up_to_what_was_captured(paid):
    order, payment = paid
    refused(Conflict, refund_payment, RefundPayment(payment, 1), most="0.00")
    do(capture_payment, CapturePayment(payment))
    assert do(refund_payment, RefundPayment(payment, 700, "one broken")) == 700
    assert sums(order) == (2000, 2000, 700, 0, "partially_refunded")
    refused(Conflict, refund_payment, RefundPayment(payment, 1301), most="13.00")
    do(refund_payment, RefundPayment(payment, 1300))
    assert sums(order) == (2000, 2000, 2000, 0, "refunded")
    refused(Conflict, refund_payment, RefundPayment(payment, 1), most="0.00")
    assert_whole()


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_above_nothing(app, amount):
    shop(north_A=9)
    placed = place(("A", 2))
    payment = payment_of(placed.id)
    refused(Invalid, capture_payment, CapturePayment(payment, amount))
    do(capture_payment, CapturePayment(payment))
    refused(Invalid, refund_payment, RefundPayment(payment, amount))
    refused(Invalid, authorize_payment, AuthorizePayment(placed.id, amount))
    refused(Invalid, refund_payment, RefundPayment(payment, 1, "\ud800"))


@pytest.mark.parametrize(("error", "given"), [
    (Invalid, AuthorizePayment(1, 1, "nobody")), (NotFound, AuthorizePayment(999, 1)), (Conflict, AuthorizePayment(1, 2**60)),
    (Invalid, AuthorizePayment(1, 1, method="x" * 41)), (Invalid, AuthorizePayment(1, 1, provider_ref="x\x00")),
])  # fmt: skip
def test_an_authorization_that_cannot_be(app, error, given):
    shop(north_A=9)
    place(("A", 2), paid=False)
    refused(error, authorize_payment, given)


def test_what_is_not_there(app):
    for action, given in (
        (capture_payment, CapturePayment(9)),
        (void_payment, VoidPayment(9)),
        (refund_payment, RefundPayment(9, 1)),
    ):
        refused(NotFound, action, given)


def test_a_stale_version_is_a_conflict(paid):
    _, payment = paid
    do(capture_payment, CapturePayment(payment, 1, version=1))
    refused(Conflict, capture_payment, CapturePayment(payment, 1, version=1), version=2, seen=1)
    refused(Conflict, refund_payment, RefundPayment(payment, 1, version=1), version=2)
    refused(Conflict, void_payment, VoidPayment(payment, version=1), version=2)


def test_a_second_payment_settles_the_rest(any_app):
    shop(north_A=9)
    placed = place(("A", 2), payment=PaymentDraft("manual", 500, "cash_on_delivery"))
    assert headlines(placed.id)[3] == "payment_due"
    second = do(authorize_payment, AuthorizePayment(placed.id, 1500, method="bank_transfer"))
    assert headlines(placed.id)[2:] == ("authorized", "to_pick")
    do(capture_payment, CapturePayment(second))
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    assert sums(placed.id) == (2000, 2000, 0, 0, "paid")
    do(authorize_payment, AuthorizePayment(placed.id, 100))
    more = read("SELECT max(id) FROM payment")[0][0]
    refused(Conflict, capture_payment, CapturePayment(more), most=0)  # nothing is due
    do(capture_payment, CapturePayment(more, 100))
    assert sums(placed.id)[4] == "overpaid"
    assert_whole()


def test_money_completes_a_delivered_order(any_app):
    shop(north_A=9)
    placed = place(("A", 2))
    walk(placed.id, "delivered")
    assert headlines(placed.id)[3] == "delivered"
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    assert headlines(placed.id) == ("completed", "delivered", "paid", "completed")


def test_twenty_full_refunds_at_once_refund_once(any_app, paid):
    order, payment = paid
    do(capture_payment, CapturePayment(payment))
    outcomes = []

    def refund():
        with any_app.app_context():
            try:
                outcomes.append(do(refund_payment, RefundPayment(payment, 2000)))
            except DomainError as error:
                outcomes.append(type(error))

    threads = [threading.Thread(target=refund) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [2000] + [Conflict] * 19
    assert one("SELECT count(*) FROM payment_transaction WHERE kind = 'refund'") == 1
    assert sums(order) == (2000, 2000, 2000, 0, "refunded")
    assert_whole()
