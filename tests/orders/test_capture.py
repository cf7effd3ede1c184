"""Taking an order: exact values, every refusal leaves nothing behind, on both databases."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from dashboard.channels.actions import place_order
from dashboard.kernel import db, ids
from dashboard.kernel.errors import InsufficientStock, Invalid
from dashboard.orders.capture import tracking_token
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft
from tests import factories
from tests.factories import (
    NOW,
    balance,
    command,
    do,
    dump,
    headlines,
    line_rows,
    locations,
    one,
    order_row,
    place,
    read,
    shop,
    skus,
    stock,
)
from tests.invariants import assert_whole


def refused(error, given, **facts):
    return factories.refused(error, place_order, given, **facts)


def test_an_order_with_everything(any_app):
    shop(north_A=5, north_B=9)
    given = CaptureOrder(
        "web",
        "GBP",
        (
            DraftLine("a", 2, 99_999, tax=333, discount=50, name="Blue A"),
            DraftLine("B", 3),
        ),
        external_id="W-1",
        placed_at=NOW - dt.timedelta(minutes=5),
        customer=Customer("Zoë Ward", "zoe@example.com", "+44 7700 900001", "C-9"),
        ship_to=Address("Zoë Ward", "1 Mill Row", "Flat 2", "York", "Yorks", "YO1 7HH", "GB"),
        shipping=395,
        payment=PaymentDraft("manual", 5678, "card_terminal"),
    )
    placed = do(place_order, given)
    assert placed.created
    assert placed.number == str(10_000 + placed.id)
    row = order_row(placed.id)
    assert (row.lines_total, row.tax, row.discount, row.shipping, row.total) == (5000, 333, 50, 395, 5678)
    assert (row.authorized, row.captured, row.refunded, row.voided) == (5678, 0, 0, 0)
    assert (row.line_count, row.unit_count, row.version) == (2, 5, 1)
    assert (row.customer_name, row.email, row.ship_line2, row.customer_ref) == ("Zoë Ward", "zoe@example.com", "Flat 2", "C-9")
    assert headlines(placed.id) == ("open", "allocated", "authorized", "to_pick")
    assert row.views.split() == ["all", "open", "to_release"]
    assert row.tracking_hash == ids.token_hash(placed.tracking_token) == ids.token_hash(tracking_token(placed.id))
    lines = line_rows(placed.id)
    assert [(line.position, line.sku_code, line.name, line.ordered, line.allocated, line.total) for line in lines] == [
        (1, "A", "Blue A", 2, 2, 2000),
        (2, "B", "Item B", 3, 3, 3000),
    ]
    assert [line.unit_price_e4 for line in lines] == [99_999, 100_000]
    assert (balance("A", "north"), balance("B", "north")) == ((5, 2), (9, 3))
    assert read("SELECT kind, amount FROM payment_transaction") == [("authorization", 5678)]
    assert read("SELECT number, status FROM fulfilment_order") == [(f"{placed.number}-1", "allocated")]
    assert_whole()


def test_it_writes_one_event_per_fact(any_app):
    shop(north_A=5, north_B=9)
    before = one("SELECT count(*) FROM event")
    placed = place(("A", 1), ("B", 2))
    rows = read("SELECT type, version, data FROM event WHERE id > :before ORDER BY id", before=before)
    assert [row[0] for row in rows] == ["StockAllocated", "OrderCaptured", "WorkOpened", "PaymentRecorded"]
    north = one("SELECT id FROM location WHERE code = 'north'")
    assert json.loads(rows[0][2])["balances"] == [
        {"id": f"{sku_id}:{north}", "version": 3, "sku": code, "location": "north", "units": units,
         "on_hand": on_hand, "allocated": units, "available": on_hand - units}
        for sku_id, code, units, on_hand in ((one("SELECT id FROM sku WHERE code = 'A'"), "A", 1, 5),
                                             (one("SELECT id FROM sku WHERE code = 'B'"), "B", 2, 9))
    ]  # fmt: skip
    captured = json.loads(rows[1][2])
    assert captured["lines"] == [["A", 1], ["B", 2]]
    assert captured["short"] == []
    assert captured["number"] == placed.number


def test_lines_that_share_a_sku_share_its_shelf(any_app):
    shop(north_A=5)
    error = refused(InsufficientStock, command(("A", 3), ("a", 3)))
    assert error.facts["short"] == [{"sku": "A", "wanted": 6, "available": 5}]
    placed = place(("A", 3), ("a", 2))
    assert [line.allocated for line in line_rows(placed.id)] == [3, 2]
    assert balance("A", "north") == (5, 5)
    assert_whole()


@pytest.mark.parametrize("codes", [("A", "B"), ("B", "A")])
def test_the_order_of_lines_does_not_matter(any_app, codes):
    shop(north_A=1, north_B=1)
    placed = place(*((code, 1) for code in codes))
    assert [line.sku_code for line in line_rows(placed.id)] == list(codes)
    assert_whole()


def test_the_same_external_id_is_the_same_order(any_app):
    shop(north_A=5)
    first = place(("A", 1), external_id="W-1")
    before = dump()
    again = place(("A", 4), external_id="W-1")
    assert (again.id, again.number, again.created) == (first.id, first.number, False)
    assert again.tracking_token == first.tracking_token
    assert dump() == before
    assert place(("A", 1), external_id="W-1", channel="phone").created


def test_what_is_short_is_refused_or_backordered(any_app):
    shop(north_A=2, north_B=1)
    refused(InsufficientStock, command(("A", 1), ("B", 2)), short=[{"sku": "B", "wanted": 2, "available": 1}])
    placed = place(("A", 1), ("B", 3), on_shortage="backorder")
    assert [(line.allocated, line.backordered) for line in line_rows(placed.id)] == [(1, 0), (1, 2)]
    assert headlines(placed.id) == ("open", "partially_allocated", "authorized", "to_pick")
    nothing = place(("B", 2), on_shortage="backorder")
    assert headlines(nothing.id) == ("open", "backordered", "authorized", "out_of_stock")
    assert read("SELECT * FROM fulfilment_order WHERE order_id = :id", id=nothing.id) == []
    assert_whole()


def test_one_location_is_preferred_and_otherwise_the_fewest(any_app):
    shop(north_A=1, south_A=5, south_B=5)
    place(("A", 1), ("B", 1))
    assert (balance("A", "north"), balance("A", "south")) == ((1, 0), (5, 1))
    split = place(("A", 5))
    assert (balance("A", "north"), balance("A", "south")) == ((1, 1), (5, 5))
    assert len(read("SELECT id FROM fulfilment_order WHERE order_id = :id", id=split.id)) == 2
    assert_whole()


def test_an_order_a_channel_sold_is_taken_whatever_it_says(any_app):
    shop(north_A=1)
    short = place(("A", 2), ("NOPE", 1), sold=True)
    assert [(line.sku_id is None, line.allocated, line.backordered) for line in line_rows(short.id)] == [
        (False, 1, 1),
        (True, 0, 1),
    ]
    empty = do(place_order, CaptureOrder("web", "GBP", (), sold=True))
    kinds = read("SELECT order_id, kind FROM order_exception ORDER BY id")
    assert kinds == [(short.id, "unknown_sku"), (short.id, "oversold"), (empty.id, "empty_order")]
    assert order_row(empty.id).status == "open"
    assert_whole()


def test_services_need_no_stock_and_leave_with_the_goods(any_app):
    shop(north_A=1)
    skus("GIFT", kind="service")
    placed = place(("GIFT", 1), ("A", 1))
    assert [(line.allocated, line.packed) for line in line_rows(placed.id)] == [(0, 1), (1, 0)]
    assert_whole()


def test_an_order_of_services_alone_is_done_when_it_is_taken(any_app):
    skus("GIFT", kind="service")
    placed = place(("GIFT", 2))
    assert headlines(placed.id) == ("completed", "delivered", "authorized", "delivered")
    assert [(line.packed, line.shipped, line.delivered) for line in line_rows(placed.id)] == [(0, 2, 2)]
    assert order_row(placed.id).shipped_at is not None
    assert_whole()


@pytest.mark.parametrize(
    ("quantity", "e4", "currency", "total"),
    [
        (1000, 10, "GBP", 100),
        (3, 33, "GBP", 1),
        (1, 50, "GBP", 1),
        (1, 49, "GBP", 0),
        (7, 12_345, "GBP", 864),
        (3, 1_234_567, "JPY", 370),
        (3, 12_345, "KWD", 3704),
    ],
)
def test_prices_have_four_digits_and_are_rounded_once(app, quantity, e4, currency, total):
    shop(north_A=5000)
    placed = do(place_order, CaptureOrder("web", currency, (DraftLine("A", quantity, e4),)))
    assert line_rows(placed.id)[0].total == total == order_row(placed.id).total


def test_a_catalogue_price_is_of_its_own_currency(app):
    shop(north_A=5)
    error = refused(Invalid, command(("A", 1), currency="EUR"))
    assert error.facts["fields"] == {"lines.0.unit_price": "required in EUR"}


@pytest.mark.parametrize(
    ("phase", "more"),
    [
        ("payment_due", {"paid": False}),
        ("to_pick", {"paid": False, "pay_on": "delivery"}),
        ("to_pick", {"paid": False, "pay_on": "invoice"}),
        ("payment_due", {"payment": PaymentDraft("manual", 999)}),
        ("to_pick", {"payment": PaymentDraft("manual", 1000)}),
    ],
)
def test_what_it_waits_for(app, phase, more):
    shop(north_A=5)
    placed = place(("A", 1), **more)
    assert order_row(placed.id).phase == phase
    assert (order_row(placed.id).ready_at is None) == (phase == "payment_due")


BAD = {
    "currency": (command(("A", 1), currency="ABC"), None),
    "no lines": (command(), "lines"),
    "no channel": (command(("A", 1), channel=""), "channel"),
    "zero": (command(("A", 0)), "lines.0.quantity"),
    "negative": (command(("A", -1)), "lines.0.quantity"),
    "too many": (command(("A", 2**31)), "lines.0.quantity"),
    "unknown SKU": (command(("A", 1), ("NOPE", 1)), "lines.1.sku"),
    "negative tax": (command(lines=(DraftLine("A", 1, tax=-1),)), "lines.0.tax"),
    "huge tax": (command(lines=(DraftLine("A", 1, tax=2**70, discount=2**70),)), "lines.0.tax"),
    "negative discount": (command(lines=(DraftLine("A", 1, discount=-1),)), "lines.0.discount"),
    "discount above worth": (command(lines=(DraftLine("A", 1, discount=1001),)), "lines.0.discount"),
    "negative price": (command(lines=(DraftLine("A", 1, -1, tax=10),)), "lines.0.unit_price"),
    "huge price": (command(lines=(DraftLine("A", 1, 2**53),)), "lines.0.unit_price"),
    "huge line": (command(lines=(DraftLine("A", 2**30, 2**52),), on_shortage="backorder"), "lines.0.discount"),
    "negative shipping": (command(("A", 1), shipping=-1), "shipping_price"),
    "huge shipping": (command(("A", 1), shipping=2**80), "shipping_price"),
    "name too long": (command(("A", 1), customer=Customer("x" * 201)), "customer.name"),
    "NUL in a name": (command(("A", 1), customer=Customer("a\x00b")), "customer.name"),
    "half a character": (command(("A", 1), ship_to=Address(city="\ud83d")), "shipping_address.city"),
    "half a character in the external id": (command(("A", 1), external_id="\udcff"), "external_id"),
    "NUL in the external id": (command(("A", 1), external_id="a\x00"), "external_id"),
    "long external id": (command(("A", 1), external_id="x" * 121), "external_id"),
    "half a character in a SKU": (command(("\ud83d", 1)), "lines.0.sku"),
    "long item name": (command(lines=(DraftLine("A", 1, name="x" * 301),)), "lines.0.name"),
    "on_shortage": (command(("A", 1), on_shortage="maybe"), "on_shortage"),
    "pay_on": (command(("A", 1), pay_on="sometime, maybe"), "pay_on"),
    "negative authorization": (command(("A", 1), payment=PaymentDraft("manual", -1)), "payment.authorized"),
    "huge authorization": (command(("A", 1), payment=PaymentDraft("manual", 2**70)), "payment.authorized"),
    "long method": (command(("A", 1), payment=PaymentDraft("manual", 1, "x" * 41)), "payment.method"),
    "unknown provider": (command(("A", 1), payment=PaymentDraft("nobody", 1)), "provider"),
    "too many lines": (command(*[("A", 1)] * 2001), "lines"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_malformed_is_refused_by_field(app, case):
    shop(north_A=5)
    given, field = BAD[case]
    error = refused(Invalid, given)
    if field:
        assert field in error.facts["fields"]


def test_a_refused_order_leaves_no_gap_and_no_count(app):
    shop(north_A=5)
    first = place(("A", 1))
    refused(InsufficientStock, command(("A", 9)))
    assert place(("A", 1)).id == first.id + 1
    assert read("SELECT view, sum(count) FROM order_facet GROUP BY view ORDER BY view") == [
        ("all", 2),
        ("open", 2),
        ("to_release", 2),
    ]


def test_card_numbers_in_a_name_are_masked(app):
    shop(north_A=5)
    row = order_row(place(("A", 1), customer=Customer("4111 1111 1111 1111")).id)
    assert row.customer_name == row.ship_name == "[card ending 1111]"


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "Ω≈ç√∫˜µ≤≥÷", "社會科學院語學研究所", "👾 🙇 💁", "' OR 1=1 -- -", "\u202etest", "\t\v\x1b"],
)
def test_texts_come_back_as_they_came(any_app, name):
    shop(north_A=5)
    row = order_row(place(("A", 1), customer=Customer(name)).id)
    assert row.customer_name == name


@pytest.mark.parametrize(
    ("placed", "zone", "due"),
    [
        ("2026-11-18T10:00", "Europe/London", "2026-11-19T16:30"),
        ("2026-11-18T16:29", "Europe/London", "2026-11-19T16:30"),
        ("2026-11-18T16:30", "Europe/London", "2026-11-20T16:30"),
        ("2026-11-20T10:00", "Europe/London", "2026-11-23T16:30"),
        ("2026-11-20T17:00", "Europe/London", "2026-11-24T16:30"),
        ("2026-11-21T10:00", "Europe/London", "2026-11-24T16:30"),
        ("2026-11-22T23:00", "Europe/London", "2026-11-24T16:30"),
        ("2026-07-15T10:00", "Europe/London", "2026-07-16T15:30"),
        ("2026-11-18T23:30", "Asia/Tokyo", "2026-11-20T07:30"),
        ("2026-10-23T10:00", "Europe/London", "2026-10-26T16:30"),
    ],
)
def test_ship_by_keeps_to_working_days_at_the_location(app, placed, zone, due):
    locations("north", zone=zone)
    skus("A")
    stock(north_A=5)
    at = dt.datetime.fromisoformat(placed).replace(tzinfo=dt.UTC)
    found = order_row(place(("A", 1), now=at).id).ship_by
    assert dt.datetime.fromtimestamp(found / 1e6, dt.UTC) == dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC)


def test_ship_by_is_by_the_location_that_sends(app):
    shop(north_A=0, south_A=2)

    def early(tx):
        tx.connection.exec_driver_sql("UPDATE location SET cutoff = 540 WHERE code = 'south'")

    db.database().write(early)
    found = order_row(place(("A", 2)).id).ship_by
    assert dt.datetime.fromtimestamp(found / 1e6, dt.UTC) == dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def test_an_inactive_sku_is_not_sold_but_what_was_sold_is_taken(app):
    shop(north_A=5)
    skus("OLD", active=False)
    error = refused(Invalid, command(("A", 1), ("OLD", 1)))
    assert "lines.1.sku" in error.facts["fields"]
    assert do(place_order, replace(command(("OLD", 1)), sold=True)).created
