"""Writing, placing, cancelling and closing purchase orders: exact rows, and refusals that change nothing."""

import datetime as dt

import pytest

from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from dashboard.purchasing.actions import (
    cancel_purchase_order,
    close_short,
    create_purchase_order,
    edit_draft,
    place_purchase_order,
    reschedule_purchase,
)
from dashboard.purchasing.commands import (
    CancelPurchaseOrder,
    CloseShort,
    EditDraft,
    PlacePurchaseOrder,
    PurchaseDraft,
    PurchaseLine,
    ReschedulePurchase,
    SaveSupplier,
)
from dashboard.purchasing.receiving import receive_purchase
from dashboard.purchasing.suppliers import save_supplier
from tests.factories import NOW, do, one, read, refused, shop, skus
from tests.invariants import assert_whole
from tests.purchasing.helpers import draft, lines, ordered, receipt, status, supplier, supplies


def wanted(*rows, **more):
    return PurchaseDraft(**{"supplier": "Acme", "location": "north", "lines": tuple(PurchaseLine(*row) for row in rows), **more})


def test_a_draft_takes_its_day_its_currency_and_its_costs_from_the_supplier(any_app):
    shop(north_A=1, north_B=0)
    supplies(supplier(currency="EUR"), "A", unit_cost_e4=31_000)

    number = do(create_purchase_order, wanted(("a", 12), ("B", 3, 5_000))).number

    row = one("SELECT number, status, expected_on, currency, created_by, version FROM purchase_order")
    assert (row[0], row[1], str(row[2]), *row[3:]) == (number, "draft", "2026-11-23", "EUR", "Mia Ops", 1)
    assert lines(number) == [("A", 12, 0, 0, 0), ("B", 3, 0, 0, 0)]
    assert read("SELECT unit_cost_e4 FROM purchase_order_line ORDER BY position") == [(31_000,), (5_000,)]
    assert_whole()


def test_a_draft_is_written_anew_and_two_writers_do_not_overwrite_each_other(any_app):
    shop(north_A=1, north_B=0)
    supplier()
    number = draft(("A", 12))

    saved = do(edit_draft, EditDraft(number, wanted(("B", 4), expected_on=dt.date(2026, 12, 1)), 1))

    assert (saved.version, lines(number)) == (2, [("B", 4, 0, 0, 0)])
    refused(Conflict, edit_draft, EditDraft(number, wanted(("A", 1)), 1), version=2)
    do(place_purchase_order, PlacePurchaseOrder(number, 2))
    refused(Conflict, edit_draft, EditDraft(number, wanted(("A", 1)), 3), status="ordered")
    assert_whole()


@pytest.mark.parametrize(("given", "field"), [
    (wanted(), "lines"),
    (wanted(("A", 0)), "lines.0.units"),
    (wanted(("A", -1)), "lines.0.units"),
    (wanted(("A", 2**31)), "lines.0.units"),
    (wanted(("A", 1), ("a", 2)), "lines.1.sku"),
    (wanted(("A", 1), ("GIFT", 2)), "lines.1.sku"),
    (wanted(("A", 1, -1)), "lines.0.unit_cost"),
    (wanted(("A", 1), supplier="Nobody"), "supplier"),
    (wanted(("A", 1), supplier="\ud800"), "supplier"),
    (wanted(("A", 1), location="nowhere"), "location"),
    (wanted(("A", 1), location="n\x00"), "location"),
    (wanted(("A", 1), note="\x00"), "note"),
    (wanted(("A", 1), expected_on=dt.date(9999, 1, 1)), "expected_on"),
])  # fmt: skip
def test_a_malformed_draft_is_refused_with_its_field(app, given, field):
    shop(north_A=1)
    skus("GIFT", kind="service")
    supplier()

    assert field in refused(Invalid, create_purchase_order, given).facts["fields"]


def test_an_unknown_sku_is_not_found(app):
    shop(north_A=1)
    supplier()

    assert "lines.0.sku" in refused(NotFound, create_purchase_order, wanted(("NOPE", 1))).facts["fields"]


def test_somebody_of_another_location_cannot_order_for_it(app):
    shop(north_A=1, south_A=0)
    supplier()
    tom = Actor("user", "2", "Tom", "warehouse", locations=("south",))

    with pytest.raises(Forbidden):
        do(create_purchase_order, wanted(("A", 1)), actor=tom)


def test_each_status_leads_only_where_the_table_says(any_app):
    shop(north_A=1)
    supplier()
    number = draft(("A", 4))

    refused(Conflict, close_short, CloseShort(number, "other"))
    assert do(place_purchase_order, PlacePurchaseOrder(number, 1)).status == "ordered"
    refused(IllegalTransition, place_purchase_order, PlacePurchaseOrder(number))
    refused(Conflict, cancel_purchase_order, CancelPurchaseOrder(number, "mistake", version=1), version=2)
    refused(Conflict, close_short, CloseShort(number, "other"))
    do(receive_purchase, receipt(number, ("A", 1)))
    refused(IllegalTransition, cancel_purchase_order, CancelPurchaseOrder(number, "mistake"))
    refused(Invalid, close_short, CloseShort(number, "because"))
    assert do(close_short, CloseShort(number, "supplier_out")).status == "received"
    assert lines(number) == [("A", 4, 1, 0, 3)]
    assert one("SELECT close_reason FROM purchase_order") == "supplier_out"
    refused(Conflict, close_short, CloseShort(number, "other"))
    assert_whole()


def test_a_cancelled_order_brings_nothing(any_app):
    shop(north_A=1)
    supplier()
    number = ordered(("A", 4))

    do(cancel_purchase_order, CancelPurchaseOrder(number, "not_needed"))

    assert (status(number), lines(number)) == ("cancelled", [("A", 4, 0, 0, 4)])
    refused(Conflict, receive_purchase, receipt(number, ("A", 1)))
    refused(NotFound, cancel_purchase_order, CancelPurchaseOrder("PO-9", "mistake"))
    refused(Invalid, cancel_purchase_order, CancelPurchaseOrder(number, ""))
    assert_whole()


def test_what_comes_may_be_expected_on_another_day(any_app):
    shop(north_A=1)
    supplier()
    number, idle = ordered(("A", 4)), draft(("A", 4))
    day = dt.date(2026, 12, 9)

    assert do(reschedule_purchase, ReschedulePurchase(number, day, 2)).version == 3
    assert do(reschedule_purchase, ReschedulePurchase(number, day)).version == 3

    assert str(one("SELECT expected_on FROM purchase_order WHERE number = :number", number=number)) == "2026-12-09"
    assert one("SELECT data FROM event WHERE type = 'PurchaseRescheduled'").count("2026-12-09") == 1
    refused(Conflict, reschedule_purchase, ReschedulePurchase(number, day, 2), version=3)
    refused(Conflict, reschedule_purchase, ReschedulePurchase(idle, day))
    for bad in (None, dt.date(9999, 1, 1)):
        refused(Invalid, reschedule_purchase, ReschedulePurchase(number, bad))


def test_every_change_is_one_event(app):
    shop(north_A=1)
    supplier()
    number = ordered(("A", 4))
    do(receive_purchase, receipt(number, ("A", 1)))
    do(close_short, CloseShort(number, "other"))

    told = read("SELECT type, version FROM event WHERE entity = 'purchase_order' ORDER BY seq")

    assert told == [("PurchaseDrafted", 1), ("PurchasePlaced", 2), ("PurchaseReceived", 3), ("PurchaseClosedShort", 4)]


def test_a_supplier_is_changed_by_who_saw_it_last(any_app):
    made = supplier()

    saved = do(save_supplier, SaveSupplier("Acme Ltd", 9, id=made, version=1))

    assert (saved.name, saved.version) == ("Acme Ltd", 2)
    refused(Conflict, save_supplier, SaveSupplier("Other", 9, id=made, version=1), version=2)
    refused(Conflict, save_supplier, SaveSupplier("Acme Ltd", 1))
    refused(NotFound, save_supplier, SaveSupplier("X", 1, id=99, version=1))
    for bad, field in ((SaveSupplier("", 1), "name"), (SaveSupplier("X", -1), "lead_days"), (SaveSupplier("X", 1, 400), "review_days"),
                       (SaveSupplier("X", 1, currency="XX"), "currency"), (SaveSupplier("\x00", 1), "name")):  # fmt: skip
        assert field in refused(Invalid, save_supplier, bad).facts["fields"]
    assert one("SELECT max(at) FROM event WHERE entity = 'supplier'") == int(NOW.timestamp() * 1_000_000)
