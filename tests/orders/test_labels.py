"""Tags and the assignee of one order, on its page."""

import pytest

from tests.accounts.helpers import add_user, sign_in
from tests.factories import dump, one, place, read, shop
from tests.pages import open_page, submit


@pytest.fixture
def number(app):
    shop(north_A=5)
    return place(("A", 1)).number


def test_an_order_is_tagged_and_given_away_on_its_page(app, client, number):
    sign_in(client, "owner")
    tom = add_user(app, "support")

    page = submit(client, open_page(client, f"/orders/{number}").form(f"/orders/{number}/tags"), tag=" Rush  Job ")
    assert [item.text for item in page.get("labels").all("li")] == ["rush job"]
    page = submit(client, page.form(f"/orders/{number}/assignment"), user=str(tom.id))

    assert page.get("order-assignee").all("option", selected="")[0].text == tom.name
    assert "Tagged rush job" in page.html
    assert f"Assigned to {tom.name}" in page.html
    row = open_page(client, "/orders").get("orders-rows").all("tr")[0]
    assert "rush job" in row.text
    assert f"Assigned to {tom.name}" in row.text
    page = submit(client, page.form(f"/orders/{number}/tags/removal"))
    assert page.get("labels").all("li") == []
    assert "Tag taken away: rush job" in page.html
    submit(client, page.form(f"/orders/{number}/assignment"), user="")
    assert read("SELECT * FROM order_assignee") == []


def test_what_is_no_tag_or_nobody_changes_nothing(client, number):
    sign_in(client, "owner")
    open_page(client, "/orders")
    before = {name: rows for name, rows in dump().items() if name != "sign_in"}

    for path, form in (("tags", {"tag": " "}), ("tags", {"tag": "x" * 41}), ("assignment", {"user": "me"}), ("assignment", {"user": "99"})):
        assert client.post(f"/orders/{number}/{path}", data=form).status_code == 422
    assert {name: rows for name, rows in dump().items() if name != "sign_in"} == before


def test_who_only_looks_sees_them_and_no_form(client, number):
    sign_in(client, "warehouse")

    page = open_page(client, f"/orders/{number}")
    assert page.get("labels").all("form") == []
    assert client.post(f"/orders/{number}/tags", data={"tag": "x"}).status_code == 403
    assert one("SELECT count(*) FROM order_tag") == 0
