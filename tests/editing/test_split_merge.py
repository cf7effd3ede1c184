"""Split and merge: units, work and money go along, payments stay; on both databases."""

import pytest

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from dashboard.editing.commands import MergeOrders, SplitOrder
from dashboard.editing.merging import merge_orders
from dashboard.editing.splitting import split_order
from dashboard.fulfilment.actions import pick_units
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.actions import place_hold
from dashboard.orders.commands import Address, Customer, DraftLine, PaymentDraft, PlaceHold
from dashboard.payments import carrying
from dashboard.payments.actions import capture_payment, void_payment
from dashboard.payments.commands import CapturePayment, VoidPayment
from tests.checking import assert_clean
from tests.editing.playing import payments
from tests.factories import (
    MIA,
    NOW,
    balance,
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
    walk,
)

ADA = {"customer": Customer("Ada", "ada@example.com"), "ship_to": Address("Ada", "1 Mill Lane", city="Leeds", country="GB")}


def lines_of(order_id):
    return [line.id for line in line_rows(order_id)]


def settle(order_id):
    db.database().write(lambda tx: carrying.share_out(tx, order_id, MIA, NOW))


def test_a_split_takes_units_work_and_a_share_of_the_promise_along(any_app):
    shop(north_A=10, south_B=5)
    placed = place(("A", 3), ("B", 2), shipping=400, payment=PaymentDraft("manual", 5400), **ADA)
    a, b = lines_of(placed.id)
    ledger = payments()[1]

    split = do(split_order, SplitOrder(placed.id, {a: 1, b: 2}))

    assert (order_row(placed.id).total, order_row(split.other_id).total, split.carried) == (2400, 3000, 3000)
    assert [(line.sku_code, line.allocated, line.ordered - line.cancelled) for line in line_rows(placed.id)] == [
        ("A", 2, 2),
        ("B", 0, 0),
    ]
    assert [(line.sku_code, line.allocated) for line in line_rows(split.other_id)] == [("A", 1), ("B", 2)]
    assert (balance("A", "north"), balance("B", "south")) == ((10, 3), (5, 2))
    assert headlines(placed.id)[2:] == headlines(split.other_id)[2:] == ("authorized", "to_pick")
    assert order_row(split.other_id).ship_city == "Leeds"
    assert payments()[1] == ledger
    places = {row[0] for row in read("SELECT location_id FROM fulfilment_order WHERE order_id = :id", id=split.other_id)}
    assert len(places) == 2
    assert_clean()
    walk(split.other_id, "shipped")
    assert_clean()


def test_what_comes_in_on_the_first_order_has_arrived_for_the_second(any_app):
    shop(north_A=10)
    placed = place(("A", 3))
    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 1}))

    do(capture_payment, CapturePayment(payment_of(placed.id), 2500))
    settle(placed.id)
    assert (headlines(placed.id)[2], headlines(split.other_id)[2]) == ("paid", "partially_paid")
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    settle(placed.id)

    assert (headlines(placed.id)[2], headlines(split.other_id)[2]) == ("paid", "paid")
    assert (order_row(split.other_id).carried_received, order_row(placed.id).carried_received) == (1000, -1000)
    assert_clean()


def test_a_void_promise_carries_nothing_any_more(app):
    shop(north_A=10)
    placed = place(("A", 3))
    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 1}))

    do(void_payment, VoidPayment(payment_of(placed.id)))
    settle(placed.id)

    assert headlines(placed.id)[3] == headlines(split.other_id)[3] == "payment_due"
    assert (order_row(placed.id).carried, order_row(split.other_id).carried) == (0, 0)
    assert_clean()


def test_the_first_order_is_covered_first(app):
    shop(north_A=10)
    placed = place(("A", 3), payment=PaymentDraft("manual", 2500))

    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 1}))

    assert (split.carried, headlines(placed.id)[3], headlines(split.other_id)[3]) == (500, "to_pick", "payment_due")
    assert_clean()


def test_money_carried_to_a_cancelled_order_goes_back(app):
    shop(north_A=10)
    placed = place(("A", 3))
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 1}))
    do(cancel_order, CancelOrder(split.other_id, "customer"))

    assert (order_row(placed.id).carried, headlines(placed.id)[2]) == (0, "overpaid")
    assert_clean()


def test_rounding_is_not_lost_between_two_orders(any_app):
    shop(north_A=10)
    odd = DraftLine("A", 3, 3_330, tax=7, discount=2)  # 3 x 0.333 = 1.00, but 0.33 + 0.67
    placed = place(lines=(odd,), payment=None)
    total = order_row(placed.id).total

    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 1}))

    assert order_row(placed.id).total + order_row(split.other_id).total == total
    assert_clean()


def test_waiting_units_kits_released_work_and_holds_go_along(any_app):
    shop(north_A=6, north_B=2)
    do(create_sku, CreateSku("KIT", "Kit", unit_price_e4=300_000, kind="kit", components=(("A", 2), ("B", 1))))
    placed = place(("KIT", 3), ("A", 2), on_shortage="backorder", payment=PaymentDraft("manual", 11000))
    kit, a = lines_of(placed.id)
    assert (line_rows(placed.id)[0].allocated, line_rows(placed.id)[0].backordered) == (2, 1)
    walk(placed.id, "released")
    do(place_hold, PlaceHold(placed.id, "address"))

    split = do(split_order, SplitOrder(placed.id, {kit: 2, a: 1}))

    moved = line_rows(split.other_id)
    assert [(line.sku_code, line.allocated, line.backordered) for line in moved] == [("KIT", 1, 1), ("A", 1, 0)]
    assert read("SELECT status FROM fulfilment_order WHERE order_id = :id", id=split.other_id) == [("released",)]
    assert headlines(split.other_id)[3] == "on_hold"
    assert_clean()


def test_a_split_refuses_what_is_packed_and_the_whole_order(app):
    shop(north_A=10)
    placed = place(("A", 3))
    (a,) = lines_of(placed.id)

    refused(Invalid, split_order, SplitOrder(placed.id, {a: 3}))
    refused(Invalid, split_order, SplitOrder(placed.id, {}))
    refused(Invalid, split_order, SplitOrder(placed.id, {99: 1}))
    refused(Conflict, split_order, SplitOrder(placed.id, {a: 1}, version=9))
    walk(placed.id, "packed")
    assert "packed" in refused(Invalid, split_order, SplitOrder(placed.id, {a: 1})).message


def test_picked_units_go_back_to_the_shelf_and_are_picked_again(any_app):
    """A kit, a plain line, half picked: what was picked goes back by the ledger, and nothing is lost on the way to the customer."""
    shop(north_A=20, north_B=10)
    do(create_sku, CreateSku("KIT", "Kit", unit_price_e4=200_000, kind="kit", components=(("A", 2), ("B", 1))))
    placed = place(("A", 4), ("KIT", 2), **ADA)
    a, kit = lines_of(placed.id)
    walk(placed.id, "released")
    work = one("SELECT id FROM fulfilment_order")
    parts = read("SELECT id, units FROM fulfilment_line ORDER BY id")
    do(pick_units, PickUnits(work, {id_: units - 1 for id_, units in parts if units > 2}))

    split = do(split_order, SplitOrder(placed.id, {a: 3, kit: 1}))

    assert split.reshelved == 2
    assert read("SELECT sum(units), sum(picked) FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work) == [
        (4, 3)]  # fmt: skip
    assert [(line.allocated, line.picked) for line in line_rows(placed.id)] == [(0, 1), (1, 0)]
    assert [(line.allocated, line.picked) for line in line_rows(split.other_id)] == [(3, 0), (1, 0)]
    assert read("SELECT status FROM fulfilment_order ORDER BY id") == [("picking",), ("released",)]
    assert balance("A", "north") == (20, 8)
    assert read("SELECT sum(allocated) FROM stock_movement WHERE reason = 'moved'") == [(-6,)]
    assert_clean()

    walk(split.other_id, "picked")
    merged = do(merge_orders, MergeOrders(placed.id, split.other_id))
    assert merged.reshelved == 4
    do(pick_units, PickUnits(work))
    walk(placed.id, "shipped")
    assert headlines(placed.id)[0] == "completed"
    assert balance("A", "north") == (12, 0)
    assert_clean()


@pytest.mark.parametrize(("price_e4", "money"), [(50, (0, 1)), (40, (1, 0))])
def test_what_rounding_makes_of_two_lines_is_evened_out(app, price_e4, money):
    """0.005 each: two are 1 cent, one and one are 2; 0.004 each: two are 1 cent, one and one are none."""
    shop(north_A=10)
    placed = place(lines=(DraftLine("A", 2, price_e4),), payment=PaymentDraft("manual", 1))

    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 1}))

    orders = [order_row(order_id) for order_id in (placed.id, split.other_id)]
    assert sum(order.total for order in orders) == 1
    assert (orders[1].tax, orders[1].discount) == money
    assert_clean()


def test_merging_is_the_way_back(any_app):
    shop(north_A=10, north_B=5)
    placed = place(("A", 3), ("B", 1), **ADA)
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    split = do(split_order, SplitOrder(placed.id, {lines_of(placed.id)[0]: 2}))
    money = payments()

    merged = do(merge_orders, MergeOrders(placed.id, split.other_id))

    assert (order_row(placed.id).total, order_row(split.other_id).total, merged.carried) == (4000, 0, 2000)
    assert (headlines(placed.id)[2:], headlines(split.other_id)[0]) == (("paid", "to_pick"), "cancelled")
    assert order_row(placed.id).carried == 0
    assert (balance("A", "north"), payments()) == ((10, 3), money)
    assert_clean()


def test_two_orders_of_one_customer_become_one(any_app):
    shop(north_A=10, south_B=5)
    first = place(("A", 1), shipping=300, payment=PaymentDraft("manual", 1300), **ADA)
    second = place(("B", 2), ("A", 1), shipping=300, payment=PaymentDraft("manual", 3300), **ADA)

    merged = do(merge_orders, MergeOrders(first.id, second.id))

    order = order_row(first.id)
    assert (order.total, order.shipping, order.carried, merged.carried) == (4600, 600, 3300, 3300)
    assert headlines(first.id)[2:] == ("authorized", "to_pick")
    assert [line.sku_code for line in line_rows(first.id)] == ["A", "B", "A"]
    walk(first.id, "shipped")
    assert_clean()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"customer": Customer("Bob")}, "customer name"),
        ({"ship_to": Address("Ada", "2 Mill Lane", city="Leeds", country="GB")}, "address line1"),
    ],
)
def test_strangers_orders_are_not_merged(app, more, why):
    shop(north_A=10)
    first, second = place(("A", 1), **ADA), place(("A", 1), **{**ADA, **more})

    assert why in refused(Conflict, merge_orders, MergeOrders(first.id, second.id)).message


def test_a_merge_refuses_held_packed_and_changed_orders(app):
    shop(north_A=10)
    first, second = place(("A", 1), **ADA), place(("A", 1), **ADA)

    refused(Invalid, merge_orders, MergeOrders(first.id, first.id))
    refused(Conflict, merge_orders, MergeOrders(first.id, second.id, other_version=7))
    do(place_hold, PlaceHold(first.id, "fraud"))
    assert "on hold" in refused(Conflict, merge_orders, MergeOrders(second.id, first.id)).message
    walk(second.id, "packed")
    third = place(("A", 1), **ADA)
    assert "packed" in refused(Conflict, merge_orders, MergeOrders(third.id, second.id)).message
