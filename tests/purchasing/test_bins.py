"""Receiving straight into bins: the whole units of a line lie where it was said, the damaged ones in none."""

import pytest

from dashboard.inventory.bin_commands import CreateBins
from dashboard.inventory.bins import create_bins
from dashboard.kernel.errors import Invalid
from dashboard.purchasing.commands import ReceiptItem, ReceivePurchase
from dashboard.purchasing.receiving import receive_purchase
from tests.accounts.helpers import sign_in
from tests.factories import do, one, read, refused, shop
from tests.invariants import assert_whole
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
