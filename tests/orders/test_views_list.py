"""/orders: views, search, filters and sort in the URL, pages, roles, bulk holds."""

import datetime as dt

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.kernel import clock, db
from dashboard.orders.commands import Address, Customer
from dashboard.orders.list_forms import read_list
from dashboard.orders.search import index_orders
from tests.acting import act_as
from tests.factories import place, shop
from tests.pages import Page, open_page

PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#orders-list"}


@pytest.fixture
def orders(app):
    shop(NORTH_A=50, SOUTH_B=50)
    now = clock.now()
    found = [
        place(
            ("A", 1),
            now=now - dt.timedelta(hours=3),
            customer=Customer("Ada Byron", "ada@example.com"),
            ship_to=Address(country="France"),
        ),
        place(("B", 2), now=now - dt.timedelta(hours=2), channel="ebay", customer=Customer("Grace Hopper", "grace@example.com")),
        place(("A", 1), ("B", 1), now=now - dt.timedelta(hours=1), customer=Customer("Alan Kay", "alan@example.com"), paid=False),
    ]
    db.write(index_orders, [order.id for order in found])
    act_as(app)
    return found


def numbers(page: Page) -> list[str]:
    return [
        row.all("a", data_row_link="")[0].text for row in page.root.all("tr") if row.attributes.get("id", "").startswith("order-")
    ]


def test_the_list_shows_orders_newest_first_with_their_next_step(client, orders):
    page = open_page(client, "/orders")

    assert numbers(page) == [f"#{order.number}" for order in reversed(orders)]
    row = page.get(f"order-{orders[0].id}")
    assert "Ada Byron" in row.text
    assert "£10.00" in row.text
    assert "Allocated" in row.text
    assert "North" in row.text
    assert row.all("a", href=f"/orders/{orders[0].number}#work")[0].text == "Release"
    assert row.attributes["data-views"] == "all open to_release"
    assert "Payment due" in page.get(f"order-{orders[2].id}").text


def test_tabs_count_their_views_and_live_updates_find_them(client, orders):
    page = open_page(client, "/orders")

    assert page.get("count-all").text == "3"
    assert page.get("count-to_release").attributes["data-facet"] == "to_release"
    assert (page.get("count-to_release").text, page.get("count-payment_due").text) == ("2", "1")
    assert numbers(open_page(client, "/orders?view=payment_due")) == [f"#{orders[2].number}"]


URLS = [
    ("/orders?q=grace", [1]),
    ("/orders?q=%23{0}", [0]),
    ("/orders?q={0}&view=payment_due", []),
    ("/orders?channel=ebay", [1]),
    ("/orders?country=France", [0]),
    ("/orders?currency=jpy", []),
    ("/orders?currency=gbp&total_from=10.01&channel=web", [2]),
    ("/orders?location=SOUTH", [2, 1]),
    ("/orders?payment_status=unpaid", [2]),
    ("/orders?fulfilment_status=allocated&channel=web", [2, 0]),
    ("/orders?sort=number", [0, 1, 2]),
    ("/orders?sort=-total&channel=web", [2, 0]),
    ("/orders?hold=any", []),
    ("/orders?readiness=ready&sort=ship_by", [0, 1, 2]),
    ("/orders?readiness=part", []),
    ("/orders?placed_from=2020-01-01&placed_to=2020-01-02", []),
    ("/orders?ship_by=overdue", []),
    ("/orders?q=nothing+like+this", []),
]


def test_the_url_is_the_whole_state(client, orders):
    for url, expected in URLS:
        page = open_page(client, url.format(*(order.number for order in orders)))

        assert numbers(page) == [f"#{orders[place].number}" for place in expected], url


def test_amounts_are_meant_in_the_currency_that_is_asked_for():
    for currency, typed, minor in (("JPY", "1250", 1250), ("KWD", "1.250", 1250), ("", "12.50", 1250)):
        form = read_list({"currency": currency, "total_from": typed}, clock.now(), dt.UTC, prices=True)
        assert (form.filters["total_from"], form.errors) == (minor, {})
    for wrong in ({"currency": "QQQ"}, {"currency": "JPY", "total_from": "12.50"}):
        assert read_list(wrong, clock.now(), dt.UTC, prices=True).errors
    assert "currency" not in read_list({"currency": "JPY"}, clock.now(), dt.UTC, prices=False).filters


def test_each_filter_is_a_chip_that_can_be_taken_away(client, orders):
    page = open_page(client, "/orders?view=open&channel=web&q=alan&sort=-total")

    links = {chip.text: chip.all("a")[0].attributes["href"] for chip in page.root.all("li", class_="chip")}
    assert links == {
        "Search alan": "/orders?view=open&channel=web&sort=-total",
        "Channel web": "/orders?view=open&q=alan&sort=-total",
    }
    assert page.root.all("a", class_="clear")[0].attributes["href"] == "/orders?view=open"
    assert page.get("orders-search").attributes["value"] == "alan"


UNREADABLE = {
    "placed_from=tomorrowish": "placed_from",
    "payment_status=rich": "payment_status",
    "readiness=almost": "readiness",
    "view=secret": "view",
    "sort=email": "sort",
    "after=rubbish": "after",
}


def test_a_filter_that_cannot_be_read_says_so_and_keeps_the_others(client, orders):
    for query, name in UNREADABLE.items():
        page = open_page(client, f"/orders?channel=ebay&{query}", 422)

        assert page.get(f"error-{name}").text
        assert numbers(page) == [f"#{orders[1].number}"]
        assert "Channel ebay" in [chip.text for chip in page.root.all("li", class_="chip")]


def test_a_bad_date_stays_in_its_field(client, orders):
    page = open_page(client, "/orders?placed_from=tomorrowish", 422)

    assert page.get("filter-placed_from").attributes["value"] == "tomorrowish"


def test_pages_follow_each_other_by_a_real_link(client, orders):
    seen, url = [], "/orders?limit=2&sort=number"
    while url:
        page = open_page(client, url)
        seen += numbers(page)
        more = page.get("orders-more").all("a")
        url = more[0].attributes["href"] + "&limit=2" if more else ""

    assert seen == [f"#{order.number}" for order in orders]


def test_htmx_gets_the_list_and_more_rows_as_parts(client, orders):
    part = open_page(client, "/orders?q=alan&placed_from=", **PART)
    assert part.root.children[0].attributes["id"] == "orders-list"
    assert not part.root.all("html")

    answer = client.get("/orders?q=alan&placed_from=", headers=PART)
    assert answer.headers["HX-Push-Url"] == "/orders?q=alan"
    assert int(answer.headers["X-Live-Seq"]) > 0

    more = client.get("/orders?limit=1", headers={**PART, "HX-Target": "tbody#orders-rows"}).get_data(as_text=True)
    assert more.strip().startswith("<tr ")
    assert '<hx-partial hx-target="#orders-more"' in more


def test_empty_lists_say_what_to_do(client, app):
    act_as(app)
    assert "No order yet" in open_page(client, "/orders").get("orders-list").text

    shop(NORTH_A=1)
    place(("A", 1))
    assert "No order matches" in open_page(client, "/orders?q=zebra").get("orders-list").text
    assert "Under three characters" in open_page(client, "/orders?q=ze").get("orders-list").text
    assert "Nothing here" in open_page(client, "/orders?view=cancelled").get("orders-list").text


def test_what_a_customer_typed_is_text(client, app):
    shop(NORTH_A=1)
    place(("A", 1), customer=Customer("<script>alert(1)</script>"))
    act_as(app)

    assert "<script>alert" not in client.get("/orders").get_data(as_text=True)


def test_the_warehouse_sees_no_price_and_analysts_no_names(client, app, orders):
    for role in ("warehouse", "analyst"):
        act_as(app, *permissions_for(role, "user"))
        page = open_page(client, "/orders")

        assert "£" not in page.html
        assert "Ada Byron" not in page.html
        assert "A. B." in page.get(f"order-{orders[0].id}").text
        assert "example.com" not in page.html
        assert numbers(open_page(client, "/orders?q=hopper")) == []
        assert open_page(client, "/orders?sort=total", 422).get("error-sort")
        assert (page.find("bulk-form") is None) == (role == "analyst")
        assert ("no-select" in page.root.all("table")[0].attributes["class"]) == (role == "analyst")


def test_ids_on_the_page_are_unique(client, orders):
    ids = open_page(client, "/orders").ids()

    assert len(ids) == len(set(ids))
