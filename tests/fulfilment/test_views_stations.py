"""/pick and /pack: the work of one's locations with its next step."""

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.orders.actions import place_hold
from dashboard.orders.commands import PlaceHold
from tests import factories
from tests.acting import act_as
from tests.factories import do, one, place, shop
from tests.pages import open_page, submit

PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#station"}


@pytest.fixture
def orders(app):
    shop(NORTH_A=50, SOUTH_B=50)
    act_as(app, *permissions_for("warehouse", "user"))
    return [place(("A", 1)), place(("B", 2)), place(("A", 3))]


def test_work_goes_from_station_to_station_without_javascript(client, orders):
    number = f"{orders[0].number}-1"
    for path, verb in (("/pick?status=allocated", "release"), ("/pick?status=released", "pick"), ("/pack?status=picked", "pack")):
        page = open_page(client, path)
        back = submit(client, page.form(f"/fulfilment-orders/{number}/{verb}"))
        assert back.get("station"), "one stays at the station"
    page = open_page(client, "/pack?status=packed")
    submit(client, page.form(f"/fulfilment-orders/{number}/ship"), carrier="DHL", tracking_number="T1")

    assert one("SELECT phase FROM orders WHERE id = :id", id=orders[0].id) == "in_transit"


def test_a_station_shows_one_location_or_all(client, orders):
    everything = open_page(client, "/pick?status=allocated")
    north = open_page(client, "/pick?status=allocated&location=NORTH")

    assert len(everything.root.all("article")) == 3
    assert [article.attributes["id"] for article in north.root.all("article")] == ["work-1", "work-3"]
    assert north.get("count-allocated").text == "2"
    assert "£" not in everything.html


def test_a_held_order_waits(client, orders):
    do(place_hold, PlaceHold(orders[0].id, "fraud"))

    page = open_page(client, "/pick?status=allocated")

    assert "On hold" in page.get("work-1").text
    assert not page.get("work-1").all("form")
    assert client.post(f"/fulfilment-orders/{orders[0].number}-1/release").status_code == 409


def test_a_step_on_changed_work_is_refused(client, orders):
    page = open_page(client, "/pick?status=allocated")
    factories.walk(orders[0].id, "released")

    form = page.form(f"/fulfilment-orders/{orders[0].number}-1/release")

    assert client.post(form.attributes["action"], data=form.fields()).status_code == 409


def test_what_is_missing_is_closed_short(client, orders):
    factories.walk(orders[2].id, "released")
    page = open_page(client, "/pick?status=released")

    submit(client, page.form(f"/fulfilment-orders/{orders[2].number}-1/short"), reason="not_found")

    assert one("SELECT backordered FROM order_line WHERE order_id = :id", id=orders[2].id) == 3


def test_a_parcel_needs_carrier_and_number(client, orders):
    factories.walk(orders[0].id, "packed")

    answer = client.post(f"/fulfilment-orders/{orders[0].number}-1/ship", data={"carrier": "DHL"}, headers=PART)

    assert answer.status_code == 422
    assert one("SELECT count(*) FROM parcel") == 0


def test_who_only_looks_gets_no_button(client, app, orders):
    act_as(app, "work.read")

    assert not open_page(client, "/pick?status=allocated").get("station").all("form")


def test_htmx_gets_the_queue(client, orders):
    part = open_page(client, "/pick?status=allocated", **PART)

    assert part.root.children[0].attributes["id"] == "station"


def test_an_empty_station_says_so(client, app):
    act_as(app)

    assert "All packed" in open_page(client, "/pack").root.text
