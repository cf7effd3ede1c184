"""The export is exactly the list: its filters, its order, its rights; and safe to open in a spreadsheet."""

import csv
import io

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.kernel import clock, db
from dashboard.orders.commands import Customer
from dashboard.orders.search import index_orders
from dashboard.orders.views import exports
from tests.acting import EVERYTHING, act_as
from tests.factories import place, shop
from tests.pages import open_page

EVIL = '=HYPERLINK("http://evil","x")'


@pytest.fixture
def orders(app):
    shop(NORTH_A=50)
    now = clock.now()
    names = [EVIL if number == 4 else f"Ada {number}" for number in range(7)]
    found = [
        place(("A", number % 3 + 1), now=now, channel=["web", "ebay"][number % 2], customer=Customer(name))
        for number, name in enumerate(names)
    ]
    db.write(index_orders, [order.id for order in found])
    act_as(app, *EVERYTHING, "exports.read")
    return found


def rows(client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/orders/export.csv?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix(exports.BOM))))


def test_the_file_holds_exactly_the_list_in_its_order(client, orders, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    ebay = [order.number for order in orders if order.id % 2 == 0]

    assert [row["number"] for row in rows(client, "channel=ebay&sort=number")] == ebay
    assert [row["number"] for row in rows(client, "channel=ebay&sort=-number&after=ignored")] == ebay[::-1]
    assert len(rows(client, "")) == 7
    assert [row["number"] for row in rows(client, "q=ada&sort=number")] == [order.number for order in orders if order.id != 5]
    assert rows(client, "view=cancelled") == []


def test_a_name_that_is_a_formula_is_text(client, orders):
    names = [row["customer"] for row in rows(client, "sort=number")]

    assert names[4] == f"'{EVIL}"


def test_who_may_not_see_prices_and_people_exports_neither(app, client, orders):
    act_as(app, *permissions_for("analyst", "user"))

    found = rows(client, "")

    assert "total" not in found[0]
    assert not any("Ada" in row["customer"] for row in found)


def test_who_may_not_export_is_told(app, client, orders):
    act_as(app, *permissions_for("warehouse", "user"))

    assert client.get("/orders/export.csv").status_code == 403
    assert client.get("/orders/export").status_code == 403
    assert "Export" not in open_page(client, "/orders").get("orders-list").text


def test_the_page_before_says_what_will_be_in_the_file(client, orders):
    page = open_page(client, "/orders/export?channel=ebay")

    assert [chip.text for chip in page.root.all("li", class_="chip")] == ["Channel ebay"]
    assert "Sorted by Newest first" in page.root.text
    links = [link.attributes["href"] for link in page.root.all("a")]
    assert "/orders/export.csv?channel=ebay" in links
