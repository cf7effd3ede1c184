"""edit_order: what it does to units, money and work, on both databases, and what it refuses without a trace."""

import datetime as dt

import pytest

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import (
    AddLine,
    Discount,
    EditOrder,
    RemoveLine,
    ReplaceSku,
    Reprice,
    SetAddress,
    SetPriority,
    SetQuantity,
    SetShipping,
    SetTax,
    UndoEdit,
)
from dashboard.editing.previewing import preview_edit
from dashboard.editing.undoing import undo_edit
from dashboard.inventory.selling import set_selling
from dashboard.inventory.selling_commands import SetSelling
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid
from dashboard.orders import search
from dashboard.orders.commands import PaymentDraft
from dashboard.payments.actions import capture_payment
from dashboard.payments.commands import CapturePayment
from tests.checking import assert_clean
from tests.editing.playing import payments, state
from tests.factories import (
    NOW,
    STEPS,
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
    skus,
    step_work,
    stock,
    walk,
)

TOM = Actor("user", "2", "Tom", "ops_manager")


def lines_of(order_id):
    return [line.id for line in line_rows(order_id)]


def change(order_id, *changes, **more):
    return EditOrder(order_id, changes, **more)


def live(line):
    return line.ordered - line.cancelled


def test_every_kind_of_change_in_one_edit(any_app):
    shop(north_A=10, north_B=5, north_C=2)
    placed = place(("A", 2), ("B", 3))
    a, b = lines_of(placed.id)
    asked = (
        SetQuantity(a, 4),
        ReplaceSku(b, "C", quantity=2),
        Reprice(a, 50_000),
        SetTax(a, 40),
        SetShipping("express", 500),
        SetAddress({"city": "Leeds", "country": "GB"}),
        SetPriority(2),
    )

    edited = do(edit_order, change(placed.id, *asked))

    order = order_row(placed.id)
    assert (order.total, order.lines_total, order.tax, order.shipping) == (4540, 4000, 40, 500)
    assert (order.shipping_method, order.priority, order.ship_city, order.version) == ("express", 2, "Leeds", 2)
    assert [(line.sku_code, live(line), line.allocated) for line in line_rows(placed.id)] == [
        ("A", 4, 4),
        ("B", 0, 0),
        ("C", 2, 2),
    ]
    assert (balance("A", "north"), balance("B", "north"), balance("C", "north")) == ((10, 4), (5, 0), (2, 2))
    assert (edited.version, edited.due, edited.untaken) == (2, 0, 460)
    assert one("SELECT count(*) FROM fulfilment_order WHERE order_id = :id AND status = 'allocated'", id=placed.id) == 1
    assert_clean()


def test_a_higher_total_leaves_the_order_unpaid_and_a_lower_one_touches_no_payment(app):
    shop(north_A=10)
    placed = place(("A", 2))
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    before = payments()
    (a,) = lines_of(placed.id)

    more = do(edit_order, change(placed.id, SetQuantity(a, 3)))
    assert (more.due, headlines(placed.id)[2:]) == (1000, ("partially_paid", "payment_due"))

    fewer = do(edit_order, change(placed.id, SetQuantity(a, 1)))
    assert (fewer.due, fewer.refundable, headlines(placed.id)[2]) == (0, 1000, "overpaid")
    assert payments() == before


def test_the_preview_is_the_plan_that_is_carried_out(any_app):
    shop(north_A=3, south_A=4)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)
    asked = change(placed.id, SetQuantity(a, 9), on_shortage="backorder")

    shown = preview_edit(asked, NOW).plan
    assert one("SELECT count(*) FROM order_edit") == 0
    done = do(edit_order, change(placed.id, SetQuantity(a, 9), on_shortage="backorder", expected=shown.fingerprint))

    assert sum(take.units for take in shown.takes) == 5
    assert done.waits == sum(shown.waits.values()) == 2
    assert order_row(placed.id).total == shown.money.after == 9000
    assert_clean()


def test_another_plan_than_the_one_shown_is_not_carried_out(app):
    shop(north_A=5)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)
    shown = preview_edit(change(placed.id, SetQuantity(a, 5), on_shortage="backorder"), NOW).plan
    place(("A", 2))

    asked = change(placed.id, SetQuantity(a, 5), on_shortage="backorder", expected=shown.fingerprint)
    error = refused(Conflict, edit_order, asked)

    assert error.facts["plan"] != shown.fingerprint


def test_units_come_off_what_waits_first_then_off_the_work_that_is_least_done(app):
    shop(north_A=2, south_A=2)
    placed = place(("A", 5), on_shortage="backorder")
    (a,) = lines_of(placed.id)
    work = read("SELECT id FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=placed.id)
    from_first = work[0][0]
    walk_one(from_first, "released")

    do(edit_order, change(placed.id, SetQuantity(a, 3)))

    assert [row[0] for row in read("SELECT sum(units) FROM fulfilment_line GROUP BY fulfilment_order_id ORDER BY 1")] == [1, 2]
    assert (line_rows(placed.id)[0].backordered, line_rows(placed.id)[0].allocated) == (0, 3)
    assert one("SELECT sum(units) FROM fulfilment_line WHERE fulfilment_order_id = :id", id=from_first) == 2
    assert_clean()


def walk_one(work_id, until):
    for step in STEPS[: STEPS.index(until) + 1]:
        step_work(work_id, step)


def test_picked_units_go_back_and_packed_ones_stay(any_app):
    shop(north_A=5)
    placed = place(("A", 3))
    (a,) = lines_of(placed.id)
    walk(placed.id, "picked")

    do(edit_order, change(placed.id, SetQuantity(a, 1)))
    assert (balance("A", "north"), line_rows(placed.id)[0].picked) == ((5, 1), 1)
    walk(placed.id, "packed")

    for asked in (SetQuantity(a, 0), Reprice(a, 1), SetAddress({"city": "Leeds"}), AddLine("A", 1), SetQuantity(a, 2)):
        error = refused(Invalid, edit_order, change(placed.id, asked))
        assert "packed" in error.message
    assert_clean()


def test_a_work_that_loses_its_last_unit_is_over(app):
    shop(north_A=5, south_B=5)
    placed = place(("A", 1), ("B", 1))
    a, _ = lines_of(placed.id)
    walk(placed.id, "released")

    do(edit_order, change(placed.id, RemoveLine(a)))

    statuses = dict(read("SELECT l.code, f.status FROM fulfilment_order f JOIN location l ON l.id = f.location_id"))
    assert statuses == {"north": "cancelled", "south": "released"}
    assert_clean()


def test_short_stock_is_refused_or_backordered_as_asked(any_app):
    shop(north_A=3)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)

    error = refused(InsufficientStock, edit_order, change(placed.id, SetQuantity(a, 5)))
    assert error.facts["short"] == [{"sku": "A", "wanted": 3, "available": 1}]

    do(edit_order, change(placed.id, SetQuantity(a, 5), on_shortage="backorder"))
    assert (line_rows(placed.id)[0].allocated, line_rows(placed.id)[0].backordered) == (3, 2)
    assert one("SELECT open_units FROM sku_backorder") == 2
    assert_clean()


def test_no_more_units_wait_than_the_sku_allows(app):
    shop(north_A=1)
    placed = place(("A", 1))
    (a,) = lines_of(placed.id)
    do(set_selling, SetSelling("A", "allowed", 2, {}, ("default", None, {})))

    refused(InsufficientStock, edit_order, change(placed.id, SetQuantity(a, 4), on_shortage="backorder"))
    do(edit_order, change(placed.id, SetQuantity(a, 3), on_shortage="backorder"))

    assert one("SELECT open_units FROM sku_backorder") == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (SetQuantity(99, 1), "line:99"),
        (AddLine("NOPE", 1), "adds.0.sku"),
        (AddLine("A", 0), "adds.0.quantity"),
        (AddLine("EUR", 1), "adds.0.unit_price_e4"),
        (SetAddress({"planet": "Mars"}), "ship_planet"),
        (SetAddress({"city": "x" * 121}), "ship_city"),
        (SetShipping("rocket"), "shipping_method"),
        (SetShipping(price=-1), "shipping"),
        (SetPriority(9), "priority"),
        (Discount(amount=-1), "discount"),
        (Discount(percent=101), "discount"),
    ],
)
def test_nonsense_is_refused_at_its_field(app, wrong, field):
    shop(north_A=3)
    skus("EUR", currency="EUR")
    placed = place(("A", 2))

    error = refused(Invalid, edit_order, change(placed.id, wrong))

    assert field in error.facts["fields"], error.facts


def test_an_order_is_not_edited_away(app):
    shop(north_A=3)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)

    assert "cancel it" in refused(Invalid, edit_order, change(placed.id, RemoveLine(a))).message


def test_a_discount_is_spread_to_the_last_minor_unit(app):
    shop(north_A=9)
    placed = place(("A", 1), ("A", 1), ("A", 1))

    do(edit_order, change(placed.id, Discount(amount=100)))

    assert sorted(line.discount for line in line_rows(placed.id)) == [33, 33, 34]
    assert order_row(placed.id).total == 2900


def test_tax_and_discount_follow_their_line(app):
    shop(north_A=9)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)
    do(edit_order, change(placed.id, SetTax(a, 333), Discount(a, amount=100)))

    do(edit_order, change(placed.id, SetQuantity(a, 3)))

    line = line_rows(placed.id)[0]
    assert (line.tax, line.discount) == (500, 150)


def test_currencies_keep_their_own_digits(app):
    shop(north_A=9)
    skus("Y", price_e4=1_500_000, currency="JPY")
    skus("K", price_e4=12_345, currency="KWD")
    stock(north_Y=5, north_K=5)
    yen = place(("Y", 2), currency="JPY", payment=None)
    dinar = place(("K", 1), currency="KWD", payment=None)

    do(edit_order, change(yen.id, Discount(percent=15)))
    do(edit_order, change(dinar.id, SetQuantity(lines_of(dinar.id)[0], 3)))

    assert order_row(yen.id).total == 255
    assert order_row(dinar.id).total == 3704  # 3 x 1.2345 = 3.7035, rounded half up to 3 digits
    assert_clean()


def test_a_kit_comes_and_goes_whole(any_app):
    shop(north_A=10, north_B=4)
    do(create_sku, CreateSku("KIT", "Kit", unit_price_e4=300_000, kind="kit", components=(("A", 2), ("B", 1))))
    placed = place(("KIT", 2), payment=PaymentDraft("manual", 9000))
    (kit,) = lines_of(placed.id)

    do(edit_order, change(placed.id, SetQuantity(kit, 3)))
    assert (balance("A", "north")[1], balance("B", "north")[1]) == (6, 3)
    done = do(edit_order, change(placed.id, ReplaceSku(kit, "A", quantity=10)))

    assert (balance("A", "north")[1], balance("B", "north")[1]) == (10, 0)  # the kit's own parts serve what replaces it
    do(undo_edit, UndoEdit(done.edit_id))
    assert (balance("A", "north")[1], balance("B", "north")[1]) == (6, 3)
    assert_clean()


def test_undo_leaves_no_trace_in_the_money(any_app):
    shop(north_A=10, north_B=5)
    placed = place(("A", 2), ("B", 1))
    a, b = lines_of(placed.id)
    do(edit_order, change(placed.id, SetTax(a, 1), SetQuantity(a, 3)))
    before, money = state(placed.id), payments()

    asked = (SetQuantity(a, 2), RemoveLine(b), AddLine("B", 2), Discount(percent=7), SetShipping("express", 10))
    edited = do(edit_order, change(placed.id, *asked))
    assert state(placed.id) != before
    do(undo_edit, UndoEdit(edited.edit_id), actor=TOM)

    assert state(placed.id) == before
    assert payments() == money
    assert one("SELECT undoes_id FROM order_edit ORDER BY id DESC LIMIT 1") == edited.edit_id
    assert_clean()


def test_what_cannot_be_undone_says_why(app):
    shop(north_A=10)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)
    first = do(edit_order, change(placed.id, SetQuantity(a, 3)))
    second = do(edit_order, change(placed.id, SetQuantity(a, 4)))

    assert "again in the same place" in refused(Conflict, undo_edit, UndoEdit(first.edit_id)).message
    undone = do(undo_edit, UndoEdit(second.edit_id))
    assert "already" in refused(Conflict, undo_edit, UndoEdit(second.edit_id)).message
    assert "an undo itself" in refused(Conflict, undo_edit, UndoEdit(undone.edit_id)).message
    do(undo_edit, UndoEdit(first.edit_id))
    third = do(edit_order, change(placed.id, SetQuantity(a, 3)))
    with pytest.raises(Conflict, match="24 hours"):
        do(undo_edit, UndoEdit(third.edit_id), now=NOW + dt.timedelta(hours=25))
    walk(placed.id, "packed")
    assert "packed" in refused(Invalid, undo_edit, UndoEdit(third.edit_id)).message


def test_disjoint_edits_merge_and_the_same_field_is_a_conflict(any_app):
    shop(north_A=10, north_B=10)
    placed = place(("A", 2), ("B", 2))
    a, b = lines_of(placed.id)
    do(edit_order, change(placed.id, SetQuantity(a, 3), SetAddress({"city": "York"}), version=1), actor=TOM)

    merged = do(edit_order, change(placed.id, SetQuantity(b, 1), version=1))
    assert set(merged.merged) == {f"line:{a}:quantity", "ship_city"}
    assert [live(line) for line in line_rows(placed.id)] == [3, 1]

    error = refused(Conflict, edit_order, change(placed.id, SetQuantity(a, 5), SetAddress({"city": "Hull"}), version=1))
    assert error.facts["theirs"] == {f"line:{a}:quantity": 3, "ship_city": "York"}
    assert error.facts["yours"] == {f"line:{a}:quantity": 5, "ship_city": "Hull"}
    assert error.facts["changed"]["ship_city"][0] == "Tom"
    assert (error.facts["seen"], error.facts["version"]) == (1, 3)


def test_what_others_do_to_the_order_is_no_conflict(app):
    shop(north_A=10)
    placed = place(("A", 2))
    (a,) = lines_of(placed.id)
    walk(placed.id, "released")
    do(capture_payment, CapturePayment(payment_of(placed.id)))

    assert do(edit_order, change(placed.id, SetQuantity(a, 3), version=1)).merged == ()


def test_an_order_is_found_by_what_an_edit_gave_it_and_no_longer_by_what_it_took(any_app):
    shop(north_APPLE=5, north_BREAD=5)
    placed = place(("APPLE", 1))

    edited = do(edit_order, EditOrder(placed.id, (AddLine("BREAD", 1), SetAddress({"name": "Célia", "line1": "1 Rue", "country": "FR"}))))
    assert (found("BREAD"), found("celia")) == ([placed.id], [placed.id])

    do(undo_edit, UndoEdit(edited.edit_id))
    assert found("celia") == []


def found(text):
    with db.db.engine.connect() as connection:
        return search.matches(connection, text, people=True).ids
