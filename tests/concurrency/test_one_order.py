"""Several people on one order: every step happens once, and the headlines are those of all of its parts."""

from dashboard.fulfilment.actions import pick_units, release_work
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits, ReleaseWork
from dashboard.kernel.errors import Conflict, DomainError, IllegalTransition
from dashboard.orders.actions import place_hold
from dashboard.orders.commands import PaymentDraft, PlaceHold
from dashboard.payments.actions import authorize_payment, capture_payment
from dashboard.payments.commands import AuthorizePayment, CapturePayment
from tests.concurrency.crowd import crowd
from tests.factories import do, headlines, order_row, place, read, shop, walk
from tests.invariants import assert_whole


def test_two_warehouses_work_on_one_order_at_once(any_app):
    shop(north_A=1, south_A=1)
    for _ in range(8):
        placed = place(("A", 2), on_shortage="backorder")
        works = [row[0] for row in read("SELECT id FROM fulfilment_order WHERE order_id = :id", id=placed.id)]
        for action, command, status in ((release_work, ReleaseWork, "released"), (pick_units, PickUnits, "picked")):
            crowd(
                any_app,
                2,
                1,
                lambda caller, _, a=action, c=command, w=works: bool(do(a, c(w[caller]))) if caller < len(w) else None,
            )
            if len(works) == 2:
                assert (order_row(placed.id).work, headlines(placed.id)[1]) == (status, status)
        walk(placed.id, "delivered")
    assert_whole()


def test_payments_of_one_order_add_up(any_app):
    shop(north_A=9)
    placed = place(("A", 8), payment=PaymentDraft("manual", 0))
    payments = [do(authorize_payment, AuthorizePayment(placed.id, 1000)) for _ in range(8)]
    found = crowd(any_app, 8, 1, lambda caller, _: do(capture_payment, CapturePayment(payments[caller])))
    assert found == {1000: 8}
    assert (order_row(placed.id).captured, headlines(placed.id)[2]) == (8000, "paid")
    assert_whole()


def test_a_cancellation_and_a_pick_cannot_both_win(any_app):
    shop(north_A=20)
    for _ in range(10):
        placed = place(("A", 1))
        (work,) = (row[0] for row in read("SELECT id FROM fulfilment_order WHERE order_id = :id", id=placed.id))
        do(release_work, ReleaseWork(work))
        steps = [lambda p=placed.id: do(cancel_order, CancelOrder(p, "customer")), lambda w=work: do(pick_units, PickUnits(w))]
        found = crowd(any_app, 2, 1, lambda caller, _, s=steps: bool(s[caller]()))
        assert found[True] == 1, found
        assert found[Conflict] + found[IllegalTransition] == 1, found
    assert_whole()


def test_a_hold_and_a_release_in_whatever_order(any_app):
    shop(north_A=20)
    for _ in range(8):
        placed = place(("A", 1))
        (work,) = (row[0] for row in read("SELECT id FROM fulfilment_order WHERE order_id = :id", id=placed.id))
        steps = [lambda p=placed.id: do(place_hold, PlaceHold(p, "manual")), lambda w=work: do(release_work, ReleaseWork(w))]
        found = crowd(any_app, 2, 1, lambda caller, _, s=steps: bool(s[caller]()))
        assert all(outcome is True or issubclass(outcome, DomainError) for outcome in found), found
        assert headlines(placed.id)[3] == "on_hold"
    assert_whole()
