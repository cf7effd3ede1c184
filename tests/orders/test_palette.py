"""/search: orders, SKUs, customers, views and pages by name, each only for who may see it."""

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.orders.commands import Customer
from dashboard.orders.saving import SaveView, save_view
from dashboard.orders.search import index_orders
from dashboard.web import access
from tests.accounts.helpers import add_user, sign_in
from tests.acting import act_as
from tests.factories import place, shop
from tests.pages import open_page

PART = {"HX-Request": "true", "HX-Target": "ul#palette-results"}


@pytest.fixture
def order(app):
    shop(NORTH_A=9)
    order = place(("A", 1), now=clock.now(), customer=Customer("Ada Byron", "ada@example.com"))
    db.write(index_orders, [order.id])
    return order


def hits(client, text: str) -> dict[str, str]:
    page = open_page(client, f"/search?q={text}", **PART)
    assert not page.root.all("html")
    return {link.attributes["href"]: link.text for link in page.root.all("a")}


def test_one_field_finds_orders_skus_pages_and_views(app, client, order):
    sign_in(client, user=add_user(app, "ops_manager"))
    client.post("/orders/views", data={"name": "Ada's orders", "query": "q=ada"})

    assert "Ada Byron" in hits(client, "ada")[f"/orders/{order.number}"]
    assert "/orders?q=ada" in hits(client, "ada")
    assert "/stock/A" in hits(client, "A")
    assert list(hits(client, order.number))[0] == f"/orders/{order.number}"
    assert "/inventory" in hits(client, "invent")
    assert "/orders/new" in hits(client, "new%20order")
    assert hits(client, "at%20risk") == {"/orders?view=at_risk": "At risk Orders"}
    assert hits(client, "zzqqxx") == {}


def test_it_is_a_page_of_its_own_without_javascript(app, client, order):
    sign_in(client, user=add_user(app, "ops_manager"))

    page = open_page(client, "/search?q=ada")

    assert page.get("search-text").attributes["value"] == "ada"
    assert f"/orders/{order.number}" in [link.attributes["href"] for link in page.root.all("a")]


def test_who_may_not_see_people_finds_none(app, client, order):
    act_as(app, *permissions_for("analyst", "user"))

    assert hits(client, "byron") == {}
    found = hits(client, order.number)
    assert "Ada" not in "".join(found.values())
    assert access.permission_of(app, "palette.show") == "self"


def test_a_view_that_is_not_shared_is_found_by_its_owner_only(app, client, order):
    mia = add_user(app, "ops_manager")
    act_as(app, *permissions_for("support", "user"))
    owner = Actor("user", str(mia.id), "Mia", "ops_manager", permissions_for("ops_manager", "user"))
    db.write(save_view, SaveView("Byron's", ""), owner, clock.now())

    assert "Byron's" not in "".join(hits(client, "byron").values())
