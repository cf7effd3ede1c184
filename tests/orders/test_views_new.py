"""/orders/new: what is typed stays, what is short is said beside its line, a double click places one order."""

import pytest

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from tests import factories
from tests.acting import act_as
from tests.factories import dump, one, read, shop
from tests.pages import Page, open_page, submit

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def signed_in(app):
    shop(NORTH_A=5, SOUTH_A=2, NORTH_B=1)
    act_as(app)


def typed(**more):
    return {
        "lines-0-sku": "a",
        "lines-0-quantity": "2",
        "lines-0-unit_price": "",
        "customer_name": "Ada Byron",
        "customer_email": "ada@example.com",
        "ship_line1": "1 Mill Lane",
        "shipping": "3.95",
        "payment": "bank_transfer",
        "channel": "phone",
        **more,
    }


def post(client, **more):
    return client.post("/orders", data=typed(**more))


def test_an_order_is_placed_and_opened(client):
    form = open_page(client, "/orders/new").get("order-form")

    page = submit(client, form, **typed())

    assert "is placed" in page.root.text
    assert one("SELECT channel, currency, customer_name, email, ship_line1, ship_name, shipping, total, phase FROM orders") == (
        "phone",
        "GBP",
        "Ada Byron",
        "ada@example.com",
        "1 Mill Lane",
        "Ada Byron",
        395,
        2395,
        "payment_due",
    )
    assert read("SELECT sku_code, ordered, allocated FROM order_line") == [("A", 2, 2)]


def test_the_empty_form_has_spare_lines_for_browsers_without_javascript(client):
    page = open_page(client, "/orders/new")

    assert [page.get(f"line-{index}-sku").attributes["value"] for index in range(3)] == ["", "", ""]
    assert len(page.ids()) == len(set(page.ids()))


def test_a_line_is_looked_up_with_its_price_and_stock(client):
    part = open_page(client, "/orders/new/line?lines-4-sku=+a&lines-4-quantity=&lines-4-unit_price=", **PART)

    line = part.get("draft-line-4")
    assert "Item A" in line.text
    assert "North 5" in line.text
    assert "South 2" in line.text
    assert part.get("line-4-unit_price").attributes["value"] == "10.00"
    assert part.get("line-4-quantity").attributes["value"] == "1"
    assert part.get("stock-1-1").all("b", data_n="available")


def test_an_unknown_sku_says_so_at_once_and_at_the_end(client):
    part = open_page(client, "/orders/new/line?lines-0-sku=NOPE", **PART)
    assert "NOPE" in part.get("line-0-sku-error").text

    page = Page(post(client, **{"lines-0-sku": "NOPE"}).get_data(as_text=True))
    assert "Unknown SKU" in page.get("line-0-sku-error").text
    assert page.get("customer_name").attributes["value"] == "Ada Byron"


def test_a_barcode_stands_for_its_sku(client, app):
    factories.do(create_sku, CreateSku("LAMP", "Lamp", unit_price_e4=50_000, barcode="4006381333931"))
    factories.stock(NORTH_LAMP=3)

    assert post(client, **{"lines-0-sku": "4006381333931"}).status_code == 303
    assert read("SELECT sku_code, unit_price_e4 FROM order_line") == [("LAMP", 50_000)]


WRONG = [
    ({"lines-0-sku": "", "lines-0-unit_price": ""}, "lines"),
    ({"lines-0-quantity": "0"}, "line-0-quantity"),
    ({"lines-0-quantity": "two"}, "line-0-quantity"),
    ({"lines-0-unit_price": "-1"}, "line-0-unit_price"),
    ({"lines-0-unit_price": "0.00001"}, "line-0-unit_price"),
    ({"lines-0-sku": "", "lines-0-unit_price": "3"}, "line-0-sku"),
    ({"shipping": "a lot"}, "shipping"),
    ({"customer_name": "x" * 300}, "customer_name"),
    ({"ship_city": "a\x00b"}, "ship_city"),
]


def test_each_complaint_stands_beside_its_field_and_nothing_is_written(client):
    before = dump()

    for changes, field in WRONG:
        answer = post(client, **changes)

        assert answer.status_code == 422, changes
        page = Page(answer.get_data(as_text=True))
        assert page.get(f"{field}-error").text
        assert page.get("ship_line1").attributes["value"] == "1 Mill Lane"
    assert dump() == before


def test_what_is_short_is_said_beside_its_line(client):
    answer = client.post("/orders", data=typed(**{"lines-0-quantity": "9", "_key": "k-1"}), headers=PART)

    assert answer.status_code == 422
    page = Page(answer.get_data(as_text=True))
    assert page.get("line-0-quantity-error").text == "9 wanted, 7 available"
    assert page.get("line-0-quantity").attributes["value"] == "9"
    assert page.root.children[0].attributes["id"] == "order-form"
    key = page.get("order-form").fields()["_key"]
    assert key != "k-1", "the refusal is stored under its key"
    assert one("SELECT count(*) FROM orders") == 0

    again = client.post("/orders", data=typed(**{"lines-0-quantity": "9", "_key": key, "on_shortage": "backorder"}))
    assert again.status_code == 303
    assert one("SELECT allocated, backordered FROM order_line") == (7, 2)


def test_a_double_click_places_one_order(client):
    form = typed(_key="the same key")

    answers = [client.post("/orders", data=form) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == ["/orders/10001"] * 2
    assert one("SELECT count(*) FROM orders") == 1
    assert one("SELECT allocated FROM stock_balance WHERE id = 1") == 2


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ("bank_transfer", ("placing", "payment_due", 0, 0)),
        ("cash_on_delivery", ("delivery", "to_pick", 0, 0)),
        ("invoice", ("invoice", "to_pick", 0, 0)),
        ("paid", ("placing", "to_pick", 2395, 2395)),
    ],
)
def test_how_it_is_paid_decides_when_it_goes_on(client, payment, expected):
    post(client, payment=payment)

    assert one("SELECT pay_on, phase, authorized, captured FROM orders") == expected


def test_htmx_is_sent_to_the_new_order(client):
    answer = client.post("/orders", data=typed(), headers=PART)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/orders/10001")
