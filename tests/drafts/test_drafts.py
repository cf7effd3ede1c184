"""Drafts and quotes: kept as typed, placed through the same door as every order, discarded, copied from an order."""

import datetime as dt

import pytest

from dashboard.drafts.actions import discard_draft, place_draft, save_draft
from dashboard.drafts.commands import DiscardDraft, PlaceDraft, SaveDraft
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import Discount, EditOrder, RemoveLine, SetTax
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid
from dashboard.orders.commands import Address, Customer
from tests.acting import EVERYTHING, act_as
from tests.checking import assert_clean
from tests.factories import NOW, command, do, line_rows, one, order_row, place, read, refused, shop, skus, stock
from tests.pages import Page, open_page, submit

DOCUMENT = {"values": {"customer_name": "Ada", "currency": "GBP"}, "lines": [["A", "2", "", "", ""]]}
DAY = dt.timedelta(days=1)


def test_a_draft_reserves_nothing_until_it_is_placed(any_app):
    shop(north_A=5)

    saved = do(save_draft, SaveDraft(DOCUMENT, total=2000))
    assert one("SELECT count(*) FROM orders") == 0
    assert one("SELECT allocated FROM stock_balance") == 0
    placed = do(place_draft, PlaceDraft(saved.id, saved.version, command(("A", 2), paid=False)))

    row = one("SELECT status, order_id, version FROM order_draft")
    assert row == ("open", placed.id, 2)
    assert one("SELECT allocated FROM stock_balance") == 2
    assert [kind for (kind,) in read("SELECT type FROM event WHERE entity = 'draft' ORDER BY id")] == ["DraftMoved", "DraftMoved"]
    assert_clean()


def test_a_draft_that_cannot_be_placed_stays_a_draft(any_app):
    shop(north_A=1)
    saved = do(save_draft, SaveDraft(DOCUMENT))

    refused(InsufficientStock, place_draft, PlaceDraft(saved.id, saved.version, command(("A", 2), paid=False)))

    assert one("SELECT status FROM order_draft") == "draft"


def test_two_people_meet_over_one_draft(any_app):
    shop(north_A=5)
    saved = do(save_draft, SaveDraft(DOCUMENT))
    do(save_draft, SaveDraft(DOCUMENT, draft_id=saved.id, version=1))

    refused(Conflict, save_draft, SaveDraft(DOCUMENT, draft_id=saved.id, version=1), seen=1, version=2)
    refused(Conflict, place_draft, PlaceDraft(saved.id, 1, command(("A", 2))))
    do(discard_draft, DiscardDraft(saved.id, 2))
    assert "discarded" in refused(Conflict, place_draft, PlaceDraft(saved.id, 3, command(("A", 2)))).message


def test_a_quote_holds_until_its_day(app):
    shop(north_A=5)
    refused(Invalid, save_draft, SaveDraft(DOCUMENT, "quote"))
    refused(Invalid, save_draft, SaveDraft(DOCUMENT, "quote", NOW.date() - DAY))
    refused(Invalid, save_draft, SaveDraft(DOCUMENT, "promise"))
    saved = do(save_draft, SaveDraft(DOCUMENT, "quote", NOW.date()))

    with pytest.raises(Conflict, match="held until"):
        do(place_draft, PlaceDraft(saved.id, 1, command(("A", 2))), now=NOW + DAY)
    assert do(place_draft, PlaceDraft(saved.id, 1, command(("A", 2)))).created


@pytest.fixture
def desk(app, client):
    shop(north_A=9, north_B=9)
    act_as(app)
    return client


def post(client, page, action, status=200, **typed):
    answer = client.post(action, data={**page.get("order-form").fields(), **typed})
    assert answer.status_code == status, (answer.status_code, answer.get_data(as_text=True)[:2000])
    return Page(answer.get_data(as_text=True)) if status != 303 else open_page(client, answer.headers["Location"])


def test_an_unfinished_order_is_kept_changed_and_placed_without_javascript(desk):
    page = open_page(desk, "/orders/new")
    typed = {"customer_name": "Ada", "lines-0-sku": "A", "lines-0-quantity": "x"}

    page = post(desk, page, "/drafts", 303, **typed)
    assert page.get("order-form").fields()["lines-0-quantity"] == "x"
    at = "/drafts/1"
    page = post(desk, page, at, 303, **{"lines-0-quantity": "2", "kind": "quote", "valid_until": "2099-01-01"})
    listed = open_page(desk, "/drafts").get("draft-1").text
    assert "Quote 1" in listed
    assert "£20.00" in listed
    assert "01 Jan 2099" in listed

    page = submit(desk, open_page(desk, at).form(f"{at}/order"))
    assert "is placed" in page.root.text
    assert one("SELECT lines_total, customer_name FROM orders") == (2000, "Ada")
    assert "#10001" in open_page(desk, "/drafts?view=open").get("draft-1").text
    assert "was placed as order" in open_page(desk, at).root.text


def test_complaints_of_a_draft_stand_at_their_fields(desk):
    page = post(desk, open_page(desk, "/orders/new"), "/drafts", 303, **{"lines-0-sku": "A", "lines-0-quantity": "99"})

    again = post(desk, page, "/drafts/1/order", 409)
    assert "9 available" in again.get("draft-line-0").text
    again = post(desk, again, "/drafts/1", 422, kind="quote", valid_until="")
    assert again.get("valid_until").attributes["aria-invalid"] == "true"
    assert desk.get("/drafts/7").status_code == 404
    assert desk.get("/drafts?view=lost").status_code == 422


def test_an_order_is_copied_as_a_draft(desk):
    skus("C")
    stock(north_C=5)
    placed = place(("A", 2), ("B", 1), ("C", 1), customer=Customer("Ada"), ship_to=Address("Ada", "1 Mill Lane", city="Leeds"))
    a, b, _ = (line.id for line in line_rows(placed.id))
    do(edit_order, EditOrder(placed.id, (RemoveLine(b), SetTax(a, 100), Discount(a, amount=50))))

    page = submit(desk, open_page(desk, f"/orders/{placed.number}").form(f"/drafts/from/{placed.number}"))

    fields = page.get("order-form").fields()
    assert (fields["lines-0-sku"], fields["lines-0-quantity"], fields["lines-0-tax"], fields["lines-0-discount"]) == (
        "A",
        "2",
        "1.00",
        "0.50",
    )
    assert (fields["lines-1-sku"], fields["ship_line1"], fields["ship_city"]) == ("C", "1 Mill Lane", "Leeds")
    page = submit(desk, page.form("/drafts/1/order"))
    assert order_row(2).total == order_row(1).total == 3050
    assert order_row(2).authorized == 0
    assert_clean()


def test_discarding_and_the_way_there(app, desk):
    post(desk, open_page(desk, "/orders/new"), "/drafts", 303, customer_name="Ada")

    page = submit(desk, open_page(desk, "/drafts/1").form("/drafts/1/discarded"))
    assert "discarded" in page.root.text
    assert "Draft 1" in open_page(desk, "/drafts?view=discarded").get("draft-1").text
    act_as(app, *(name for name in EVERYTHING if name != "orders.create"))
    assert desk.get("/drafts").status_code == 403
