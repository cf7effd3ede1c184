"""Orders that were one: whatever is done to the parts, in whatever order, they are paid in full, and nothing is taken above that."""

import itertools

from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits, EditOrder, MergeOrders, Reprice, SetQuantity, SplitOrder, UndoEdit
from dashboard.editing.merging import merge_orders
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict
from dashboard.orders.commands import Address, Customer
from dashboard.payments import carrying
from dashboard.payments.actions import authorize_payment, capture_payment, refund_payment
from dashboard.payments.commands import AuthorizePayment, CapturePayment, RefundPayment, ReleaseSurplus
from dashboard.payments.surplus import release_surplus
from tests.checking import assert_clean
from tests.editing.playing import payments
from tests.factories import MIA, NOW, do, line_rows, order_row, payment_of, place, read, refused, shop, walk
from tests.promises.helpers import react

ADA = {"customer": Customer("Ada", "ada@example.com"), "ship_to": Address("Ada", "1 Mill Lane", city="Leeds", country="GB")}


def settle():
    react(modules=("dashboard.payments.reactions", "dashboard.editing.reactions"))


def share(order_id):
    """The same for one order, without reading the log."""
    db.write(lambda tx, order_id, actor, now: carrying.share_out(tx, order_id, actor, now), order_id, MIA, NOW)
    do(release_surplus, ReleaseSurplus(order_id))


def in_two(units=6, gone=3):
    """An order of 10.00 a unit, promised in full, and the one that was split off it."""
    placed = place(("A", units), **ADA)
    return placed.id, do(split_order, SplitOrder(placed.id, {line_rows(placed.id)[0].id: gone})).other_id


def set_units(order_id, units):
    return do(edit_order, EditOrder(order_id, (SetQuantity(line_rows(order_id)[0].id, units),)))


def money(order_id):
    """(what it costs, what is promised for it, what has come in for it)."""
    row = order_row(order_id)
    return row.total, row.authorized - row.voided + row.carried, row.captured + row.carried_received


def ledger(*orders):
    """(authorized, captured, voided) of all payments together, or of these orders'."""
    which = f"WHERE order_id IN ({', '.join(map(str, orders))})" if orders else ""
    return read(f"SELECT sum(authorized), sum(captured), sum(voided) FROM payment {which}")[0]


DEEDS = {
    "lower": lambda first, other: set_units(other, 1),
    "cancel": lambda first, other: do(cancel_units, CancelUnits(first, {line_rows(first)[0].id: 1}, "customer")),
    "ship": lambda first, other: walk(first, "shipped"),
    "take": lambda first, other: do(capture_payment, CapturePayment(payment_of(first))),
}


def test_in_any_order_what_is_owed_is_taken_and_no_more(any_app):
    shop(north_A=200)
    for names in itertools.permutations(DEEDS):
        _play(names)
    assert_clean()


def _play(names):
    first, other = in_two()
    for name in names:
        try:
            DEEDS[name](first, other)
        except Conflict:
            assert name == "cancel"  # too late: it has shipped
        share(first)
    walk(other, "shipped")
    share(first)
    try:
        do(capture_payment, CapturePayment(payment_of(first)))
    except Conflict:
        assert "take" in names  # all of it is taken by now
    share(first)

    owed = order_row(first).total + order_row(other).total
    over = max(0, ledger(first)[1] - owed)
    assert ledger(first, other) == (6000, owed + over, 6000 - owed - over), names
    assert order_row(other).payment_status == "paid"
    assert order_row(first).payment_status == ("overpaid" if over else "paid")  # it is paid back where it was paid
    if over:
        assert names.index("take") < max(names.index("lower"), names.index("cancel"))
        do(refund_payment, RefundPayment(payment_of(first), over))
        share(first)
        assert [order_row(each).phase for each in (first, other)] == ["in_transit", "in_transit"]


def test_what_a_part_needs_no_more_is_kept_until_both_are_over_and_then_given_back(any_app):
    shop(north_A=9)
    first, other = in_two()
    before = payments()
    edited = set_units(other, 1)
    assert (money(first), money(other)) == ((3000, 5000, 0), (1000, 1000, 0))

    walk(first, "shipped")
    settle()
    assert payments() == before
    do(undo_edit, UndoEdit(edited.edit_id))  # the promise is still there
    assert (money(first), money(other)) == ((3000, 3000, 0), (3000, 3000, 0))
    set_units(other, 2)
    walk(other, "shipped")
    settle()

    assert ledger() == (6000, 0, 1000)
    assert do(capture_payment, CapturePayment(payment_of(first))) == 5000
    settle()
    assert (money(first), money(other)) == ((3000, 3000, 3000), (2000, 2000, 2000))
    assert_clean()


def test_an_order_that_is_cancelled_keeps_its_promise_for_the_other(any_app):
    shop(north_A=9)
    first, other = in_two()
    do(cancel_order, CancelOrder(first, "customer"))
    settle()

    assert ledger() == (6000, 0, 3000)
    assert (order_row(other).phase, money(other)) == ("to_pick", (3000, 3000, 0))
    walk(other, "shipped")
    settle()
    assert do(capture_payment, CapturePayment(payment_of(first))) == 3000
    settle()
    assert (order_row(other).payment_status, order_row(first).payment_status) == ("paid", "voided")
    assert_clean()


def test_a_part_that_costs_nothing_for_a_while_is_paid_when_it_costs_again(any_app):
    shop(north_A=9)
    first, other = in_two()
    line = line_rows(other)[0].id
    edited = do(edit_order, EditOrder(other, (Reprice(line, 0),)))
    assert (money(first), money(other)) == ((3000, 6000, 0), (0, 0, 0))
    walk(first, "shipped")
    settle()
    do(undo_edit, UndoEdit(edited.edit_id))

    assert (money(first), money(other)) == ((3000, 3000, 0), (3000, 3000, 0))
    assert_clean()


def test_parts_of_parts_and_back_together(any_app):
    shop(north_A=9)
    first, second = in_two()
    third = do(split_order, SplitOrder(second, {line_rows(second)[0].id: 2})).other_id
    assert [money(each)[:2] for each in (first, second, third)] == [(3000, 3000), (1000, 1000), (2000, 2000)]
    set_units(third, 1)
    do(merge_orders, MergeOrders(second, third))
    assert [money(each)[:2] for each in (first, second, third)] == [(3000, 4000), (2000, 2000), (0, 0)]
    set_units(first, 4)
    assert money(first)[:2] == (4000, 4000)
    for each in (first, second):
        walk(each, "shipped")
    settle()

    assert ledger() == (6000, 0, 0)
    assert do(capture_payment, CapturePayment(payment_of(first))) == 6000
    settle()
    assert [order_row(each).payment_status for each in (first, second)] == ["paid", "paid"]
    assert_clean()


def test_the_promise_of_an_order_that_was_merged_is_given_back_where_it_was_made(any_app):
    shop(north_A=9)
    kept, gone = (place(("A", 2), **ADA).id for _ in range(2))
    do(merge_orders, MergeOrders(kept, gone))
    cancelled = {line.id: line.ordered for line in line_rows(kept)[1:]}
    do(cancel_units, CancelUnits(kept, cancelled, "customer"))
    walk(kept, "shipped")
    settle()

    assert ledger() == (4000, 0, 2000)
    assert (order_row(gone).voided, order_row(gone).carried) == (2000, 0)
    assert do(capture_payment, CapturePayment(payment_of(kept))) == 2000
    refused(Conflict, capture_payment, CapturePayment(payment_of(gone)), most=0)
    assert_clean()


def test_what_was_taken_for_a_part_is_paid_back_with_its_units(any_app):
    shop(north_A=9)
    first, other = in_two()
    do(capture_payment, CapturePayment(payment_of(first)))
    settle()
    do(cancel_units, CancelUnits(other, {line_rows(other)[0].id: 2}, "customer", refund=True))
    settle()

    assert (order_row(first).refunded, order_row(first).repaid) == (2000, 2000)
    assert [order_row(each).phase for each in (first, other)] == ["to_pick", "to_pick"]
    assert money(other) == (1000, 1000, 1000)
    assert_clean()


def test_what_is_promised_anew_is_taken_and_not_given_back(any_app):
    """Paid back, then needed again: the new promise is for this order."""
    shop(north_A=9)
    order_id = place(("A", 3)).id
    do(capture_payment, CapturePayment(payment_of(order_id)))
    do(cancel_units, CancelUnits(order_id, {line_rows(order_id)[0].id: 1}, "customer", refund=True))
    set_units(order_id, 3)
    new = do(authorize_payment, AuthorizePayment(order_id, 1000))
    walk(order_id, "shipped")
    settle()

    assert order_row(order_id).voided == 0
    assert do(capture_payment, CapturePayment(new)) == 1000
    assert_clean()


def test_a_promise_made_on_one_part_covers_what_the_other_is_short_of(app):
    shop(north_A=9)
    first, other = in_two()
    set_units(other, 4)
    assert order_row(other).phase == "payment_due"
    do(authorize_payment, AuthorizePayment(first, 1000))
    assert (money(first)[:2], money(other)[:2], order_row(other).phase) == ((3000, 3000), (4000, 4000), "to_pick")
    assert_clean()
