"""Receiving: partial, by line and by scan; exact balances, ledger and receipts; what is refused changes nothing."""

import datetime as dt
import threading

import pytest

from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.commands import FillBackorders
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from dashboard.purchasing import store
from dashboard.purchasing.commands import RecordArrival, ScanReceipt
from dashboard.purchasing.receiving import receive_purchase, record_arrival, scan_receipt
from tests.factories import MIA, NOW, balance, do, line_rows, one, place, read, refused, shop
from tests.invariants import assert_whole
from tests.purchasing.helpers import draft, lines, ordered, receipt, status, supplier


def connection():
    return db.db.engine.connect()


def test_receipts_add_up_until_the_order_is_received(any_app):
    shop(north_A=1, north_B=0)
    supplier()
    number = ordered(("A", 10), ("B", 4))

    first = do(receive_purchase, receipt(number, ("a", 4)))
    second = do(receive_purchase, receipt(number, ("A", 6), ("B", 4)))

    assert (first.status, second.status, second.version) == ("partially_received", "received", 4)
    assert lines(number) == [("A", 10, 10, 0, 0), ("B", 4, 4, 0, 0)]
    assert (balance("A", "north"), balance("B", "north")) == ((11, 0), (4, 0))
    moved = read("SELECT kind, on_hand, cause, key FROM stock_movement WHERE key IS NOT NULL ORDER BY id")
    assert moved == [("received", units, "purchase_order:1", f"purchase_receipt:{id_}") for id_, units in ((1, 4), (2, 6), (3, 4))]
    assert_whole()


def test_damaged_units_go_to_their_own_bucket(any_app):
    shop(north_A=1)
    supplier()
    number = ordered(("A", 10))

    do(receive_purchase, receipt(number, ("A", 5, 2)))

    assert one("SELECT on_hand, damaged FROM stock_balance") == (6, 2)
    assert one("SELECT units, damaged, over_reason FROM purchase_receipt") == (5, 2, None)
    assert_whole()


def test_more_than_ordered_needs_a_reason_and_stays_within_the_tolerance(any_app):
    shop(north_A=0)
    supplier()
    number = ordered(("A", 20))

    error = refused(Invalid, receive_purchase, receipt(number, ("A", 21)), left=20, most_over=2)
    assert "20 of 20 units are still to come, not 21" in error.facts["fields"]["items.0.units"]
    refused(Invalid, receive_purchase, receipt(number, ("A", 23), over_reason="free_goods"))
    refused(Invalid, receive_purchase, receipt(number, ("A", 21), over_reason="because"))
    assert do(receive_purchase, receipt(number, ("A", 22), over_reason="free_goods")).status == "received"

    assert lines(number) == [("A", 20, 22, 2, 0)]
    assert one("SELECT units, surplus, over_reason FROM purchase_receipt") == (22, 2, "free_goods")
    refused(Conflict, receive_purchase, receipt(number, ("A", 1), over_reason="free_goods"))
    assert_whole()


@pytest.mark.parametrize(("items", "field"), [
    ([], "items"), ([("A", 0)], "items.0.units"), ([("A", -3)], "items.0.units"), ([("A", 2**31)], "items.0.units"),
    ([("A", 2**31 - 1)], "items.0.units"), ([("A", 2, 3)], "items.0.damaged"), ([("A", 2, -1)], "items.0.damaged"),
    ([("A", 1), ("a", 1)], "items.1.sku"), ([("A", 1), ("B", 99)], "items.1.units"),
])  # fmt: skip
def test_a_malformed_receipt_is_refused_whole(app, items, field):
    shop(north_A=0, north_B=0)
    supplier()
    number = ordered(("A", 10), ("B", 4))

    assert field in refused(Invalid, receive_purchase, receipt(number, *items)).facts["fields"]


def test_what_is_not_on_the_order_or_not_on_its_way_is_refused(any_app):
    shop(north_A=0, north_B=0)
    supplier()
    number = ordered(("A", 10))

    refused(NotFound, receive_purchase, receipt(number, ("B", 1)))
    refused(NotFound, receive_purchase, receipt(number, ("NOPE", 1)))
    refused(NotFound, receive_purchase, receipt("PO-7", ("A", 1)))
    refused(Conflict, receive_purchase, receipt(number, ("A", 1), version=1), version=2)
    refused(Conflict, receive_purchase, receipt(draft(("A", 1)), ("A", 1)))


def test_one_key_receives_once(any_app):
    shop(north_A=0)
    supplier()
    number = ordered(("A", 10))

    for _ in range(2):
        assert do(receive_purchase, receipt(number, ("A", 3), key="box-1")).version == 3
    assert balance("A", "north") == (3, 0)
    refused(Invalid, receive_purchase, receipt(number, ("A", 1), key="x" * 121))
    assert_whole()


def test_a_receipt_fills_who_waited_first(any_app):
    shop(north_A=0)
    supplier()
    first = place(("A", 3), on_shortage="backorder").id
    second = place(("A", 3), on_shortage="backorder", now=NOW + dt.timedelta(minutes=1)).id
    number = ordered(("A", 10))

    do(receive_purchase, receipt(number, ("A", 5, 1)))
    do(fill_backorders, FillBackorders(one("SELECT id FROM sku")))  # what the reaction to StockChanged does

    assert [(line_rows(id_)[0].allocated, line_rows(id_)[0].backordered) for id_ in (first, second)] == [(3, 0), (1, 2)]
    assert_whole()


def test_a_scan_receives_against_the_earliest_order_and_goes_on_with_the_next(any_app):
    shop(north_A=0, south_A=0)
    supplier()
    late = ordered(("A", 5), expected_on=dt.date(2026, 12, 9))
    soon = ordered(("A", 2), expected_on=dt.date(2026, 12, 1))
    elsewhere = ordered(("A", 9), location="south")

    one_unit = do(scan_receipt, ScanReceipt("a", "north"))
    more = do(scan_receipt, ScanReceipt("A", "north", 3, "damaged"))

    assert (one_unit.orders, one_unit.left) == ([(soon, 1)], 6)
    assert (more.orders, more.left, more.available) == ([(soon, 1), (late, 2)], 3, 1)
    assert [status(number) for number in (soon, late, elsewhere)] == ["received", "partially_received", "ordered"]
    refused(Invalid, scan_receipt, ScanReceipt("A", "north", 4))
    refused(Invalid, scan_receipt, ScanReceipt("A", "north", 0))
    refused(Invalid, scan_receipt, ScanReceipt("A", "north", 1, "broken"))
    refused(NotFound, scan_receipt, ScanReceipt("4006381333931", "north"))
    refused(NotFound, scan_receipt, ScanReceipt("\x00", "north"))
    refused(Conflict, scan_receipt, ScanReceipt("A", "nowhere"))
    assert_whole()


def test_the_time_from_dock_to_stock_is_kept_per_receipt(any_app):
    shop(north_A=0)
    supplier()
    number = ordered(("A", 10))
    do(record_arrival, RecordArrival(number))

    do(receive_purchase, receipt(number, ("A", 4)), now=NOW + dt.timedelta(hours=1))
    do(receive_purchase, receipt(number, ("A", 6)), now=NOW + dt.timedelta(hours=4))

    with connection() as reader:
        found = store.dock_to_stock(reader, ["north"], NOW + dt.timedelta(hours=5))
        assert (found.median, found.receipts) == (dt.timedelta(hours=2, minutes=30), 2)
        assert store.dock_to_stock(reader, ["south"], NOW).median is None
    refused(Conflict, record_arrival, RecordArrival(number))
    refused(Invalid, record_arrival, RecordArrival(ordered(("A", 1)), NOW + dt.timedelta(days=1)))


def test_nobody_receives_at_a_location_that_is_not_theirs(app):
    shop(north_A=0, south_A=0)
    supplier()
    number = ordered(("A", 10))
    tom = Actor("user", "2", "Tom", "warehouse", locations=("south",))

    for action, command in ((receive_purchase, receipt(number, ("A", 1))), (scan_receipt, ScanReceipt("A", "north")),
                            (record_arrival, RecordArrival(number))):  # fmt: skip
        with pytest.raises(Forbidden):
            do(action, command, actor=tom)
    assert one("SELECT count(*) FROM stock_movement") == 0


def test_two_people_at_one_dock_receive_no_more_than_was_ordered(any_app):
    shop(north_A=0, north_B=0)
    supplier()
    number = ordered(("A", 10), ("B", 10))
    came = []

    def receive(command):
        with any_app.app_context():
            for _ in range(6):
                try:
                    db.write(*command, MIA, NOW)
                except DomainError:
                    continue
                came.append(1)

    both = (receive_purchase, receipt(number, ("B", 1), ("A", 1))), (scan_receipt, ScanReceipt("A", "north"))
    people = [threading.Thread(target=receive, args=(command,)) for command in (*both, *both)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert lines(number)[0] == ("A", 10, 10, 0, 0)
    assert (balance("A", "north"), len(came)) == ((10, 0), 10)
    assert_whole()
