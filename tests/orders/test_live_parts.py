"""What is pushed is what a fresh page shows, and never more than the weakest member of the room may see."""

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.orders import store
from dashboard.orders.actions import add_note, place_hold
from dashboard.orders.commands import AddNote, Address, Customer, PlaceHold
from dashboard.web import livepage
from tests import factories
from tests.acting import act_as
from tests.factories import do, place, shop
from tests.pages import Page, open_page


@pytest.fixture
def order(app):
    shop(NORTH_A=50, SOUTH_B=50)
    return place(
        ("A", 2),
        ("B", 1),
        customer=Customer("Ada Byron", "ada@example.com", "+44 1"),
        ship_to=Address("Ada Byron", "1 Mill Lane", "", "Leeds", "", "LS1 4AP", "United Kingdom"),
    )


def pushed(app, room: str, order_id: int, *, brief: bool = False) -> livepage.Payload:
    store.refresh()
    with app.test_request_context("/"):
        return livepage.payload_for(livepage.Changes(livepage.parse(room), frozenset({order_id}), brief=brief))


@pytest.mark.parametrize("variant", ["full", "plain"])
def test_a_pushed_row_is_the_row_of_a_fresh_list(app, client, order, variant):
    role = "ops_manager" if variant == "full" else "warehouse"
    act_as(app, *permissions_for(role, "user"))
    for change in (lambda: None, lambda: do(place_hold, PlaceHold(order.id, "fraud"))):
        change()

        (row,) = pushed(app, f"orders:{variant}", order.id).rows

        fresh = open_page(client, "/orders").get(f"order-{order.id}")
        sent = Page(row.html).get(f"order-{order.id}")
        assert (sent.attributes, sent.text) == (fresh.attributes, fresh.text)
        assert row.v == int(fresh.attributes["data-v"])


@pytest.mark.parametrize("variant", ["full", "plain"])
def test_pushed_parts_are_the_parts_of_a_fresh_page(app, client, order, variant):
    act_as(app, *permissions_for("ops_manager" if variant == "full" else "analyst", "user"))
    factories.walk(order.id, "picked")
    do(add_note, AddNote(order.id, "a note"))

    payload = pushed(app, f"order:{order.id}:{variant}", order.id)

    page = open_page(client, f"/orders/{order.number}")
    for row in payload.rows:
        if row.k.startswith("customer-"):
            continue  # the order's row on its customer's page
        part = Page(row.html).get(row.k)
        assert (part.attributes, part.text) == (page.get(row.k).attributes, page.get(row.k).text)
    assert payload.ids == [livepage.Id(f"order-page-{order.id}", int(page.get(f"order-page-{order.id}").attributes["data-v"]))]


def test_a_plain_room_holds_no_money_and_nobody(app, order):
    do(add_note, AddNote(order.id, "call Ada Byron"))
    do(place_hold, PlaceHold(order.id, "address", "1 Mill Lane?"))
    html = "".join(row.html for room in ("orders:plain", f"order:{order.id}:plain") for row in pushed(app, room, order.id).rows)

    for secret in ("£", "Ada Byron", "ada@", "+44", "Mill Lane", "Leeds", "csrf"):
        assert secret not in html


def test_no_push_holds_a_token_or_a_button(app, order):
    for room in ("orders:full", f"order:{order.id}:full"):
        for row in pushed(app, room, order.id).rows:
            assert "csrf" not in row.html
            assert "<button" not in row.html


def test_many_changes_are_only_named(app, order):
    payload = pushed(app, "orders:full", order.id, brief=True)

    assert payload.rows == []
    assert payload.ids == [livepage.Id(f"order-{order.id}", 1)]
    assert payload.facets["all"] == 1


def test_stations_hear_which_work_changed(app, order):
    factories.walk(order.id, "released")

    assert pushed(app, "work", order.id).ids == [livepage.Id("work-1", 2), livepage.Id("work-2", 2)]
