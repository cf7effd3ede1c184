"""What the list weighs on the wire, and what it leaves out until somebody opens it."""

import datetime as dt
import gzip

import pytest

from dashboard.kernel import clock
from dashboard.orders.commands import Customer
from tests.acting import act_as
from tests.factories import place, shop
from tests.pages import open_page

MOST = 8 * 1024
FIRST = ("Ada", "Grace", "Alan", "Barbara", "Edsger", "Katherine", "Linus", "Margaret", "Dóra", "Tim")
LAST = ("Lindqvist", "Hopper", "Okafor", "van der Berg", "Rasmussen")
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def fifty(app):
    """Fifty orders of fifty people, over three days and four channels; some wait for stock, some for their payment."""
    shop(NORTH_A=500, SOUTH_B=20)
    now = clock.now()
    for at in range(50):
        lines = [("A", 1 + at % 3)] + ([("B", 1 + at % 7)] if at % 4 == 0 else [])
        place(
            *lines,
            now=now - dt.timedelta(minutes=97 * at),
            customer=Customer(f"{FIRST[at % 10]} {LAST[at // 10]}", f"person{at}@example.com"),
            channel=("web", "marketplace", "phone", "wholesale")[at % 4],
            paid=at % 9 > 0,
            on_shortage="backorder",
        )
    act_as(app)


@pytest.mark.parametrize("view", ["all", "open"])
def test_fifty_rows_fit_into_eight_kilobytes(client, fifty, view):
    page = client.get(f"/orders?view={view}").data

    assert page.count(b'<tr id="order-') == 50
    assert len(gzip.compress(page, 6)) <= MOST


@pytest.mark.parametrize("path", ["/orders/filters", "/orders/columns", "/orders/views/new", "/shortcuts"])
def test_what_opens_later_is_a_page_without_javascript_and_a_part_with_it(client, fifty, path):
    page, part = client.get(path), client.get(path, headers=PART)

    assert (page.status_code, part.status_code) == (200, 200)
    assert page.text.count("<h1>") == 1
    assert "<html" not in part.text
    assert part.text.strip() in page.text or "csrf_token" in part.text  # tokens and keys differ


def test_filters_come_filled_and_keep_the_rest_of_the_list(client, fifty):
    query = "view=open&q=ada&sort=-total&channel=web&country=FR"
    menu = next(fold for fold in open_page(client, f"/orders?{query}").root.all("details") if "filter-menu" in fold.attributes["class"])
    assert {field.attributes["name"]: field.attributes["value"] for field in menu.all("input")} == {"channel": "web", "country": "FR"}

    form = open_page(client, menu.attributes["hx-get"]).root.all("main")[0].all("form")[0]
    fields = form.fields()

    kept = {name: value for name, value in fields.items() if value}
    assert kept == {"view": "open", "q": "ada", "sort": "-total", "channel": "web", "country": "FR"}
    assert form.attributes["action"] == "/orders"


def test_columns_never_lead_away_from_here(client, fifty):
    form = open_page(client, "/orders/columns?back=https://example.com/").root.all("main")[0].all("form")[0]

    assert form.fields()["back"] == "/orders"
