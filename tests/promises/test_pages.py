"""Promises as people, customers and machines read them."""

import datetime as dt

import pytest

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.channels.actions import place_order
from dashboard.inventory.preorder import set_preorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.kernel import clock
from dashboard.orders.commands import CaptureOrder, DraftLine, PaymentDraft
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.factories import do, one, order_row
from tests.promises.helpers import comes, log_end, moves, react
from tests.purchasing.helpers import supplier
from tests.shop import open_shop

TODAY = clock.now().date()


def ahead(days: int) -> dt.date:
    """A Monday to Thursday, so that what comes then leaves on the day after."""
    day = TODAY + dt.timedelta(days=days)
    return day - dt.timedelta(days=max(0, day.isoweekday() - 4))


def wait_for(sku: str, units: int):
    drafts, payment = (DraftLine(sku, units),), PaymentDraft("manual", units * 1000)
    return do(place_order, CaptureOrder("web", "GBP", drafts, on_shortage="backorder", payment=payment), clock.now())


@pytest.fixture
def waiting(app):
    """(order, purchase order number, client): two units of A-1 wait; three are ordered."""
    open_shop({"A-1": {"N": 0}, "B-2": {"N": 5}})
    supplier()
    order = wait_for("A-1", 2)
    number = comes(ahead(14), ("A-1", 3), location="N")
    react(now=clock.now())
    client = app.test_client()
    sign_in(client)
    return order, number, client


def _put_off(number: str, day: dt.date) -> None:
    seq = log_end()
    moves(number, day)
    react(seq, clock.now())


def _said(day: dt.date) -> str:
    return day.strftime("%-d %b")


def test_the_order_says_what_is_promised_and_why_it_moved(waiting):
    order, number, client = waiting
    before, after = ahead(14) + dt.timedelta(days=1), ahead(28) + dt.timedelta(days=1)
    page = client.get(f"/orders/{order.number}").text
    assert "Promised" in page and _said(before) in page and f"from {number}" in page

    _put_off(number, ahead(28))
    page = client.get(f"/orders/{order.number}").text

    assert f"was <time datetime=\"{before}\">" in page and f"{number} is expected" in page
    assert "Promise moved" in page
    listed = client.get("/orders").text
    assert f'datetime="{after}"' in listed and "Moved" in listed


def test_a_promise_that_is_past_is_late_not_a_date_that_slides(waiting):
    order, number, client = waiting

    _put_off(number, TODAY - dt.timedelta(days=10))

    assert "Late" in client.get(f"/orders/{order.number}").text
    assert "Late" in client.get("/orders").text
    assert "Later than planned" in client.get(f"/t/{order.tracking_token}").text


def test_the_stock_page_names_who_waits_and_the_purchase_order_whom_it_serves(waiting):
    order, number, client = waiting

    stock = client.get("/stock/A-1").text
    purchase = client.get(f"/purchase-orders/{number}").text

    assert f'href="/orders/{order.number}"' in stock and f"from {number}" in stock
    assert "Orders waiting for it (1)" in purchase and f'href="/orders/{order.number}"' in purchase


def test_another_day_says_beforehand_whom_it_moves(waiting):
    _, number, client = waiting
    asked = f"/purchase-orders/{number}/schedule?expected_on="

    later = client.get(asked + ahead(28).isoformat(), headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    whole = client.get(asked + ahead(28).isoformat(), follow_redirects=True).text
    nonsense = client.get(asked + "2026-99-99", headers={"HX-Request": "true", "HX-Request-Type": "partial"})

    assert "1 order would be promised a later day" in later
    assert "1 order would be promised a later day" in whole
    assert nonsense.status_code == 200 and "1 order waits for it" in nonsense.text


def test_the_customer_reads_a_date_and_why_it_moved(waiting):
    order, number, client = waiting
    page = f"/t/{order.tracking_token}"
    first = client.get(page).text
    assert "Leaves us by" in first and f"{ahead(14) + dt.timedelta(days=1):%-d %b}" in first and number not in first

    _put_off(number, ahead(28))
    text = client.get(page).text

    assert "Moved from" in text and "because the delivery to us is later" in text and number not in text


def test_the_api_tells_the_promise_and_sets_a_preorder(app, waiting):
    order, number, _ = waiting
    api = Api(app)
    line = api.get(f"orders/{order.number}").json["lines"][0]
    day = str(ahead(14) + dt.timedelta(days=1))
    assert line["promise"] == {
        "units": 2,
        "preorder": False,
        "promised_on": day,
        "basis": "purchase",
        "late": False,
        "moved_from": None,
        "purchase_order": number,
        "moved_because": None,
    }

    far = str(ahead(60))
    put = api.put("skus/B-2/preorder", {"available_from": far, "cap": 5})
    assert put.json == {"sku": "B-2", "available_from": far, "cap": 5, "waiting": 0, "on_preorder": True}
    assert api.get("skus/B-2").json["preorder"] == {"available_from": far, "cap": 5}
    bad = api.put("skus/B-2/preorder", {"available_from": "soon"})
    assert bad.status_code == 422 and "available_from" in bad.json["facts"]["fields"]
    assert api.put("skus/B-2/preorder", {"available_from": None, "cap": 1}).status_code == 422
    assert api.get("skus/B-2/preorder").json["cap"] == 5


def test_a_preorder_is_called_one_everywhere(app, waiting):
    _, _, client = waiting
    do(create_skus, [CreateSku("NEW-1", "New one", unit_price_e4=100_000)], clock.now())
    form = {"available_from": ahead(40).isoformat(), "preorder_cap": "3", "was_available_from": "", "was_preorder_cap": ""}
    assert client.post("/stock/NEW-1/preorder", data=form).status_code == 303
    order = wait_for("NEW-1", 2)
    react(now=clock.now())

    assert "Preorder" in client.get(f"/orders/{order.number}").text
    assert "backordered" not in client.get(f"/orders/{order.number}").text.replace("is backordered", "")
    listed = client.get("/orders").text
    assert "Preorder" in listed
    assert '<span class="promise muted">from <time' in listed
    assert "You ordered it in advance." in client.get(f"/t/{order.tracking_token}").text
    assert "Preorder until" in client.get("/stock/NEW-1").text
    assert order_row(order.id).phase == "out_of_stock"


def test_two_people_set_one_preorder_and_the_second_is_told(app, waiting):
    _, _, client = waiting
    do(set_preorder, SetPreorder("A-1", ahead(30), 7), clock.now())
    form = {"available_from": ahead(40).isoformat(), "preorder_cap": "", "was_available_from": "", "was_preorder_cap": ""}

    second = client.post("/stock/A-1/preorder", data=form)
    bad = client.post("/stock/A-1/preorder", data={**form, "preorder_cap": "-1", "available_from": "tomorrow"})

    assert second.status_code == 409 and "Somebody has changed the preorder" in second.text
    assert bad.status_code == 422 and "Write a day like" in bad.text
    assert one("SELECT preorder_cap FROM sku_backorder") == 7


def test_who_is_served_first_is_set_on_the_channels_page(waiting):
    _, _, client = waiting
    assert "Who waits for stock" in client.get("/selling").text

    client.post("/selling/filling", data={"turn": "placed", "version": "0"})
    stale = client.post("/selling/filling", data={"turn": "priority", "version": "0"}, follow_redirects=True)

    assert one("SELECT turn FROM filling_rule") == "placed"
    assert "Somebody has changed who is served first" in stale.text


def test_the_order_page_and_the_api_let_a_preorder_go_early_with_a_reason(app, waiting):
    *_, client = waiting
    do(create_skus, [CreateSku("PRE-9", "Fern lamp", unit_price_e4=100_000, currency="GBP")], clock.now())
    do(set_preorder, SetPreorder("PRE-9", ahead(60), None), clock.now())
    first, second = (wait_for("PRE-9", 1).number for _ in range(2))

    page = client.get(f"/orders/{first}").text
    assert "PRE-9 is on preorder until" in page and f'action="/orders/{first}/early"' in page
    assert client.post(f"/orders/{first}/early", data={"reason": " "}).status_code == 422
    assert client.post(f"/orders/{first}/early", data={"reason": "press copy"}).status_code == 303
    page = client.get(f"/orders/{first}").text
    assert "May leave before its preorder date" in page and f'action="/orders/{first}/early"' not in page

    api = Api(app)
    assert api.post(f"orders/{second}/early", {"reason": ""}).status_code == 422
    assert api.post(f"orders/{second}/early", {"reason": "trade fair"}).status_code == 201
    assert api.post(f"orders/{second}/early", {"reason": "again"}).status_code == 409
    assert api.post(f"orders/{second}/customer-told", {"version": 0}).status_code == 409


def test_the_api_writes_down_that_the_customer_knows(app, waiting):
    order, number, _ = waiting
    _put_off(number, ahead(28))
    assert one("SELECT promise_moved FROM orders WHERE id = :id", id=order.id) == "later"

    assert Api(app).post(f"orders/{order.number}/customer-told").status_code == 201

    assert one("SELECT promise_moved FROM orders WHERE id = :id", id=order.id) is None
