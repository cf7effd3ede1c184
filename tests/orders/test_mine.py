"""Whose an order is, in the whole order for machines and as a list of one's own."""

import re

import sqlalchemy as sa

from dashboard.api import schemas
from dashboard.kernel import db
from dashboard.orders import list_forms
from dashboard.orders.labels import AssignOrder, TagOrder, assign_order, tag_order
from dashboard.orders.store import labels
from tests.accounts.helpers import add_user, sign_in
from tests.api.conftest import Api
from tests.factories import do, place, read, shop
from tests.pages import open_page


def given(order_id, user):
    do(assign_order, AssignOrder(order_id, user.id))


def test_a_machine_reads_tags_assignee_and_named_sums_of_the_whole_order(any_app):
    shop(north_A=9)
    api, user = Api(any_app), add_user(any_app, "support")
    taxes, discounts = [{"name": "VAT 19 %", "amount": "3.80"}], [{"name": "SUMMER10", "amount": "1.00"}]
    line = {"sku": "A", "quantity": 1, "taxes": taxes, "discounts": discounts}
    number = api.post("orders", {"channel": "web", "currency": "GBP", "lines": [line, line]}).json["number"]
    bare = api.get(f"orders/{number}").json
    assert (bare["tags"], bare["assignee"], bare["assignee_name"]) == ([], None, None)
    order_id = int(bare["id"])
    for tag in ("rush", "gift"):
        do(tag_order, TagOrder(order_id, tag))
    given(order_id, user)

    found = api.get(f"orders/{number}").json

    schemas.Order.model_validate(found)
    assert (found["tags"], found["assignee"], found["assignee_name"]) == (["gift", "rush"], str(user.id), user.name)
    assert found["taxes"] == [{"name": "VAT 19 %", "amount": "7.60"}]
    assert found["discounts"] == [{"name": "SUMMER10", "amount": "2.00"}]
    assert not {"taxes", "discounts"} & set(Api(any_app, "warehouse").get(f"orders/{number}").json)


def test_assigned_to_me_is_whose_who_reads_it(app, client):
    shop(north_A=9)
    orders = [place(("A", 1)) for _ in range(3)]
    me = sign_in(client, "owner")
    other = app.test_client()
    sign_in(other, "ops_manager")
    given(orders[1].id, me)

    page = open_page(client, "/orders")
    tab = page.get("saved-mine")
    assert tab.text.startswith("Assigned to me")
    mine = open_page(client, tab.attributes["href"])
    assert [row.attributes["id"] for row in mine.get("orders-rows").all("tr")] == [f"order-{orders[1].id}"]
    assert mine.get("saved-mine").attributes["aria-current"] == "page"
    assert re.search(r"Assignee.{0,20}me", mine.get("orders-list").text)
    assert open_page(other, tab.attributes["href"]).find("orders-rows") is None
    counted_tabs = client.get("/orders/views", headers={"HX-Request": "true"}).text
    assert re.search(r'id="saved-count-mine">1<', counted_tabs)
    assert "saved-mine" not in client.get("/orders/views").text
    exported = client.get("/orders/export.csv?view=open&assignee=me").text
    assert len(exported.strip().splitlines()) == 2


def test_a_bulk_action_on_my_orders_names_me_to_everybody(app, client):
    shop(north_A=9)
    order = place(("A", 1))
    me = sign_in(client, "owner")
    given(order.id, me)

    asked = client.post("/bulk", data={"do": "hold", "all": "1", "query": "view=open&assignee=me", "_key": "k"})
    assert asked.status_code in (200, 303)
    assert read("SELECT query, total FROM bulk_run") == [(f"view=open&assignee={me.id}", 1)]
    assert list_forms.pinned("view=open", 7) == "view=open"


def test_nobody_has_orders_as_a_machine(app):
    shop(north_A=9)
    api, user = Api(app), add_user(app, "support")
    given(place(("A", 1)).id, user)

    refused = api.get("orders?assignee=me")
    assert (refused.status_code, "nobody" in refused.text) == (422, True)
    assert len(api.get(f"orders?assignee={user.id}").json["items"]) == 1


def test_labels_of_one_order_cost_one_statement(app):
    shop(north_A=9)
    order = place(("A", 1))
    do(tag_order, TagOrder(order.id, "rush"))
    asked = []
    with db.db.engine.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda _c, _k, text, *_: asked.append(text))
        assert labels.of_order(connection, order.id).tags == ("rush",)
    assert len([text for text in asked if text.startswith("SELECT")]) == 1
