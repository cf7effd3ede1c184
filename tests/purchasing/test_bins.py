"""Receiving straight into bins: the whole units of a line lie where it was said, the damaged ones in none."""

import pytest

from dashboard.inventory.bin_commands import CreateBins
from dashboard.inventory.bins import create_bins
from dashboard.kernel.errors import Invalid
from dashboard.purchasing.commands import ReceiptItem, ReceivePurchase
from dashboard.purchasing.receiving import receive_purchase
from tests.accounts.helpers import sign_in
from tests.factories import do, dump, one, read, refused, shop
from tests.invariants import assert_whole
from tests.pages import Page
from tests.purchasing.helpers import lines, ordered, supplier


def prepared():
    shop(north_A=1, north_B=0, south_A=1)
    supplier()
    do(create_bins, CreateBins("north", ("A-01",)))
    do(create_bins, CreateBins("north", ("CAGE",), pickable=False))
    do(create_bins, CreateBins("south", ("Z-01",)))
    return ordered(("A", 10), ("B", 4))


def lying():
    return read(
        "SELECT b.code, k.code, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id JOIN sku k ON k.id = s.sku_id"
        " WHERE s.units > 0 ORDER BY b.code"
    )


def test_units_go_into_the_bin_of_their_line(any_app):
    number = prepared()
    items = (ReceiptItem("A", 6, 2, bin="a-01"), ReceiptItem("B", 3, bin="CAGE"))

    do(receive_purchase, ReceivePurchase(number, items))

    assert lying() == [("A-01", "A", 4), ("CAGE", "B", 3)]
    assert read("SELECT DISTINCT kind, cause FROM bin_movement") == [("received", "purchase_order:1")]
    assert one("SELECT sum(quarantine) FROM stock_balance") == 3
    assert_whole()


@pytest.mark.parametrize("code", ["NOPE", "Z-01", "a\x00", "x" * 40])
def test_a_bin_that_is_not_here_receives_nothing(app, code):
    number = prepared()
    items = (ReceiptItem("B", 1), ReceiptItem("A", 6, bin=code))
    assert "items.1.bin" in refused(Invalid, receive_purchase, ReceivePurchase(number, items)).facts["fields"]


def test_the_form_of_a_purchase_order_asks_for_bins_where_there_are_some(app):
    number = prepared()
    client = app.test_client()
    sign_in(client)
    page = client.get(f"/purchase-orders/{number}").get_data(as_text=True)
    assert 'name="bin-1"' in page
    wrong = client.post(f"/purchase-orders/{number}/receipts", data={"units-1": "2", "bin-1": "NOPE"})
    assert wrong.status_code == 422 and "There is no bin NOPE" in wrong.get_data(as_text=True)
    assert lines(number)[0] == ("A", 10, 0, 0, 0)
    assert client.post(f"/purchase-orders/{number}/receipts", data={"units-1": "2", "bin-1": "a-01"}).status_code == 303
    assert lying() == [("A-01", "A", 2)]


@pytest.fixture
def dock(app):
    """Somebody at the dock of north, where 10 A and 4 B are due."""
    prepared()
    client = app.test_client()
    sign_in(client)
    return client


def scan(client, code, **more):
    answer = client.post("/receiving/scans", data={"location": "north", "code": code, "units": "1", **more})
    return answer.status_code, Page(answer.get_data(as_text=True))


def test_a_bin_is_scanned_then_what_goes_into_it(dock):
    status, page = scan(dock, "a-01")
    assert status == 200 and page.get("scan-result").attributes["data-bin"] == "A-01"
    assert page.get("scan-bin").attributes["value"] == "A-01"
    assert lying() == []

    status, page = scan(dock, "A", units="3", bin="A-01")
    assert status == 200 and "+3 A into A-01" in page.get("scan-result").text
    assert page.get("scan-bin").attributes["value"] == "A-01"
    scan(dock, "B", bin="CAGE")
    scan(dock, "A", units="2", state="damaged", bin="A-01")

    assert lying() == [("A-01", "A", 3), ("CAGE", "B", 1)]
    assert one("SELECT sum(damaged) FROM stock_balance") == 2
    assert_whole()


@pytest.mark.parametrize(("code", "bin_"), [("Z-01", ""), ("NOPE", ""), ("A", "Z-01"), ("A", "NOPE"), ("A", "x\x00")])
def test_a_bin_that_is_not_here_is_refused_at_the_dock(dock, code, bin_):
    before = dump()

    status, page = scan(dock, code, bin=bin_)

    assert status == 422 and "bad" in page.get("scan-result").attributes["class"]
    assert dump() == before


def test_a_scan_is_received_under_nobody_elses_sign_in(dock):
    before = dump()

    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = dock.post("/receiving/scans", data={"location": "north", "code": "A", "person": "user:999"}, headers=part)

    assert answer.headers["HX-Redirect"] == "/receiving?location=north"
    assert dump() == before
    mine = Page(dock.get("/receiving?location=north").get_data(as_text=True)).get("scan-form")
    assert scan(dock, "A", person=mine.fields()["person"])[0] == 200
