"""Receiving what asks for its lot or its serial numbers: on the purchase order's page, by scan and over the API."""

import datetime as dt

import pytest

from dashboard.inventory.tracked_units import Given
from dashboard.kernel import clock
from dashboard.kernel.errors import Invalid
from dashboard.purchasing.commands import ReceiptItem, ReceivePurchase
from dashboard.purchasing.receiving import receive_purchase
from tests.accounts.helpers import sign_in
from tests.factories import do, dump, one, refused
from tests.inventory.tracking import in_lots, lots, numbered, serials, shop
from tests.purchasing.helpers import ordered, status, supplier, supplies

GOOD = str(clock.now().date() + dt.timedelta(days=90))


@pytest.fixture
def lot_dock(app):
    """A, kept by lot, is due at north; somebody stands there."""
    return _dock(app, "lots")


@pytest.fixture
def serial_dock(app):
    return _dock(app, "serials")


def _dock(app, tracks):
    shop(tracks)
    supplies(supplier(), "A")
    client = app.test_client()
    sign_in(client)
    return client


def line_of(number: str) -> int:
    return one("SELECT l.id FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id WHERE p.number = :n", n=number)


@pytest.mark.parametrize(("given", "field"), [(Given(), "items.0.lots"), (lots(("L1", 3, None)), "items.0.lots.0.expires_on")])
def test_a_receipt_without_its_lot_is_refused(lot_dock, given, field):
    number = ordered(("A", 3), location="north")

    error = refused(Invalid, receive_purchase, ReceivePurchase(number, (ReceiptItem("A", 3, 1, given),)))

    assert list(error.facts["fields"]) == [field]


def test_the_form_asks_for_the_lot_and_complains_beside_it(lot_dock):
    number = ordered(("A", 3), location="north")
    line = line_of(number)
    assert f'name="{line}-lot"' in lot_dock.get(f"/purchase-orders/{number}").get_data(as_text=True)
    before = dump()

    for sent, field in (({}, "lot"), ({"lot": "L1"}, "expires_on"), ({"lot": "L1", "expires_on": "x"}, "expires_on")):
        data = {f"units-{line}": "3"} | {f"{line}-{name}": value for name, value in sent.items()}
        answer = lot_dock.post(f"/purchase-orders/{number}/receipts", data=data)
        assert (answer.status_code, f'id="{line}-{field}-error"' in answer.get_data(as_text=True)) == (422, True), sent
    assert dump() == before

    lot_dock.post(f"/purchase-orders/{number}/receipts", data={f"units-{line}": "3", f"{line}-lot": "L1", f"{line}-expires_on": GOOD})
    assert (in_lots(), status(number)) == ({"L1": (3, 0, 0)}, "received")


def test_a_scan_asks_for_the_lot_and_receives_with_it(lot_dock):
    first, second = ordered(("A", 2), location="north"), ordered(("A", 3), location="north")
    scan = {"code": "A", "location": "north", "units": "4"}

    asked = lot_dock.post("/receiving/scans", data=scan)
    assert asked.status_code == 422 and 'id="scan-asks"' in asked.get_data(as_text=True)
    assert lot_dock.post("/receiving/scans", data={**scan, "lot": "L1", "expires_on": "x"}).status_code == 422
    assert lot_dock.post("/receiving/scans", data={**scan, "lot": "L1", "expires_on": GOOD}).status_code == 200

    assert (in_lots(), status(first), status(second)) == ({"L1": (4, 0, 0)}, "received", "partially_received")


def test_serial_numbers_are_scanned_in(serial_dock):
    first = ordered(("A", 1), location="north")
    ordered(("A", 2), location="north")
    scan = {"code": "A", "location": "north", "units": "2"}

    asked = serial_dock.post("/receiving/scans", data=scan)
    assert 'name="serials"' in asked.get_data(as_text=True)
    assert serial_dock.post("/receiving/scans", data={**scan, "serials": "S1\nS1"}).status_code == 422
    assert serial_dock.post("/receiving/scans", data={**scan, "serials": "S1\nS2"}).status_code == 200

    assert sorted(numbered()) == ["S1", "S2"] and status(first) == "received"
    line = line_of(first)
    assert serial_dock.post(f"/purchase-orders/{first}/receipts", data={f"units-{line}": "1"}).status_code in (409, 422)


def test_a_receipt_over_serial_numbers_names_each(serial_dock):
    number = ordered(("A", 2), location="north")

    error = refused(Invalid, receive_purchase, ReceivePurchase(number, (ReceiptItem("A", 2, 0, serials("S1")),)))
    assert list(error.facts["fields"]) == ["items.0.serials"]
    do(receive_purchase, ReceivePurchase(number, (ReceiptItem("A", 2, 1, serials("S1", "S2")),)))

    assert numbered() == {"S1": ("in_stock", "north"), "S2": ("in_stock", "north")}


def test_one_receipt_is_of_several_lots(lot_dock):
    number = ordered(("A", 7), location="north")
    line = line_of(number)
    rows = {f"{line}-lot": ["L1", "L2"], f"{line}-lot_units": ["3", ""], f"{line}-expires_on": [GOOD, ""], f"units-{line}": "5"}
    before = dump()

    more = lot_dock.post(f"/purchase-orders/{number}/receipts", data={**rows, "another": f"{line}-"})
    late = lot_dock.post(f"/purchase-orders/{number}/receipts", data=rows)

    assert (more.status_code, more.get_data(as_text=True).count(f'name="{line}-lot"')) == (200, 3)
    assert late.status_code == 422 and f'id="{line}-expires_on-1-error"' in late.get_data(as_text=True)
    assert dump() == before
    assert lot_dock.post(f"/purchase-orders/{number}/receipts", data={**rows, f"{line}-expires_on": [GOOD, GOOD]}).status_code == 303
    scan = {"code": "A", "location": "north", "units": "2", "lot": ["L2", "L3"], "lot_units": ["1", "1"], "expires_on": ["", GOOD]}
    assert lot_dock.post("/receiving/scans", data={**scan, "another": "-"}).get_data(as_text=True).count('name="lot"') == 3
    assert lot_dock.post("/receiving/scans", data=scan).status_code == 200
    assert {code: units for code, (units, *_) in in_lots().items()} == {"L1": 3, "L2": 3, "L3": 1}
