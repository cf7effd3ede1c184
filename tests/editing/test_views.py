"""The pages of editing: without JavaScript from the first field to the undo; two people; parts for htmx."""

import json

import pytest

from dashboard.editing.actions import edit_order
from dashboard.editing.commands import AddLine, EditOrder, SetAddress, SetQuantity
from dashboard.orders.commands import Address, Customer, DraftLine
from dashboard.orders.named import Named
from dashboard.payments.actions import capture_payment
from dashboard.payments.commands import CapturePayment
from tests.acting import EVERYTHING, act_as
from tests.editing.playing import payments, state
from tests.factories import do, line_rows, one, order_row, payment_of, place, shop, walk
from tests.pages import Page, open_page, submit

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def placed(app):
    shop(north_A=10, north_B=5, south_B=5)
    act_as(app)
    return place(("A", 2), ("B", 1), customer=Customer("Ada Byron"), ship_to=Address("Ada", "1 Mill Lane", "", "Leeds"))


def post(client, page, action, status=200, headers=None, **typed):
    answer = client.post(action, data={**page.form(action).fields(), **typed}, headers=headers or {})
    assert answer.status_code == status, (answer.status_code, answer.get_data(as_text=True)[:3000])
    return Page(answer.get_data(as_text=True))


def test_change_preview_save_and_undo_without_javascript(client, placed):
    at = f"/orders/{placed.number}"
    before, money = state(placed.id), payments()
    shown = open_page(client, at)
    page = open_page(client, shown.get(f"order-actions-{placed.id}").all("a", href=f"{at}/edit")[0].attributes["href"])
    a, b = (line.id for line in line_rows(placed.id))

    typed = {
        f"line-{a}-quantity": "3",
        f"line-{b}-replace": "A",
        "ship_city": "York",
        "order_discount": "10 %",
        "shipping": "5.00",
    }
    page = post(client, page, f"{at}/edits", **typed, act="preview")

    said = page.get("edit-preview").text
    assert "A: units 2 3" in said
    assert "A: new line in place of B" in said
    assert "2 × A from North" in said
    assert "1 × B back in" in said
    assert "£30.00 → £43.00" not in said
    assert "£42.00" in said
    assert "Still to be paid £12.00" in said
    assert order_row(placed.id).version == 1

    page = submit(client, page.form(f"{at}/edits"), act="save")
    assert "is changed" in page.get("toasts").text
    assert order_row(placed.id).total == 4200
    assert "Order changed" in page.get(f"order-timeline-{placed.id}").text
    assert "City: Leeds → York" in page.get(f"order-timeline-{placed.id}").text
    assert page.get(f"order-changes-{placed.id}").all("form")

    page = submit(client, page.get("toasts").all("form")[0])
    assert "as it was before" in page.root.text
    assert state(placed.id) == before
    assert payments() == money
    assert "taken back" in page.get(f"order-changes-{placed.id}").text


def test_two_people_change_the_same_field_and_another(client, placed):
    at = f"/orders/{placed.number}"
    page = open_page(client, f"{at}/edit")
    a, b = (line.id for line in line_rows(placed.id))
    do(edit_order, EditOrder(placed.id, (SetQuantity(a, 4), SetAddress({"city": "York", "line2": "Flat 2"}))))

    mine = {f"line-{a}-quantity": "5", "ship_city": "Hull", f"line-{b}-quantity": "2"}
    clash = post(client, page, f"{at}/edits", 409, **mine, act="preview")

    assert "A: units" in clash.root.text
    assert "Mia Ops" in clash.root.text
    assert clash.form(f"{at}/edits").fields()["ship_city"] == "Hull"
    assert clash.form(f"{at}/edits").fields()["ship_line2"] == "Flat 2"  # theirs, where nothing of mine stands
    assert order_row(placed.id).version == 2

    kept = {"keep_ship_city": "yours", f"keep_line:{a}:quantity": "theirs", "act": "preview"}
    page = post(client, clash, f"{at}/edits", **kept)
    page = submit(client, page.form(f"{at}/edits"), **{**kept, "act": "save"})

    order = order_row(placed.id)
    assert (order.ship_city, order.ship_line2) == ("Hull", "Flat 2")
    assert [line.ordered for line in line_rows(placed.id)] == [4, 2]
    assert order.version == 3


def test_disjoint_changes_merge_and_say_so(client, placed):
    at = f"/orders/{placed.number}"
    page = open_page(client, f"{at}/edit")
    do(edit_order, EditOrder(placed.id, (SetAddress({"line2": "Flat 2"}),)))

    page = post(client, page, f"{at}/edits", ship_city="Hull", act="preview")
    assert "kept: Address, second line" in page.get("edit-preview").text
    page = submit(client, page.form(f"{at}/edits"), act="save")

    assert (order_row(placed.id).ship_city, order_row(placed.id).ship_line2) == ("Hull", "Flat 2")
    assert "Kept from somebody else's change: address, second line" in page.get("toasts").text


@pytest.mark.parametrize("mine", [{"ship_city": "Hull"}, {"ship_line2": "Flat 9"}])
def test_a_line_that_somebody_added_meanwhile_stays(client, placed, mine):
    """Whether the form comes back for its preview or for a conflict, the new line stands in it as it is."""
    at = f"/orders/{placed.number}"
    page = open_page(client, f"{at}/edit")
    do(edit_order, EditOrder(placed.id, (AddLine("A", 3), SetAddress({"line2": "Flat 2"}))))
    added = line_rows(placed.id)[-1].id

    keep = {"keep_ship_line2": "yours"} if "ship_line2" in mine else {}
    page = post(client, page, f"{at}/edits", 409 if keep else 200, **mine, act="preview")
    assert page.form(f"{at}/edits").fields()[f"line-{added}-quantity"] == "3"
    assert page.form(f"{at}/edits").fields()[f"line-{added}-unit_price"] == "10.00"
    if keep:
        page = post(client, page, f"{at}/edits", **keep, act="preview")
    submit(client, page.form(f"{at}/edits"), **keep, act="save")

    assert [line.ordered - line.cancelled for line in line_rows(placed.id)] == [2, 1, 3]
    assert {f"ship_{name}": getattr(order_row(placed.id), f"ship_{name}") for name in ("city", "line2")}.items() >= mine.items()


def test_stock_that_went_meanwhile_shows_the_new_preview_instead(client, placed):
    at = f"/orders/{placed.number}"
    a = line_rows(placed.id)[0].id
    page = open_page(client, f"{at}/edit")
    page = post(client, page, f"{at}/edits", **{f"line-{a}-quantity": "10", "on_shortage": "backorder"}, act="preview")
    place(("A", 5))

    again = post(client, page, f"{at}/edits", 409, act="save")

    assert "changed since you looked" in again.get("edit-preview").text
    assert "5 × A backordered" in again.get("edit-preview").text
    submit(client, again.form(f"{at}/edits"), act="save")
    assert line_rows(placed.id)[0].backordered == 5


def test_complaints_stand_at_their_fields_and_keep_what_was_typed(client, placed):
    at = f"/orders/{placed.number}"
    a = line_rows(placed.id)[0].id
    page = open_page(client, f"{at}/edit")

    wrong = {f"line-{a}-quantity": "two", "shipping": "1.001", "lines-0-sku": "NOPE", "act": "preview"}
    page = post(client, page, f"{at}/edits", 422, **wrong)

    for name in (f"line-{a}-quantity", "shipping"):
        assert page.get(name).attributes["aria-invalid"] == "true"
    assert "open" in page.get("edit-shipping").attributes
    assert page.get("shipping-error").text == "Shipping price 1.001 has more digits than GBP allows (2)."
    assert page.get(f"line-{a}-quantity-error").text == "Units 'two' is not a whole number."
    assert page.form(f"{at}/edits").fields()[f"line-{a}-quantity"] == "two"
    fixed = post(client, page, f"{at}/edits", 422, **{f"line-{a}-quantity": "2", "shipping": "1.00"}, act="preview")
    assert fixed.get("line-0-sku").attributes["aria-invalid"] == "true"


def folded(page):
    """Those that are closed, of all that folds in the form."""
    found = page.get("edit-form").all("details")
    return [fold.text for fold in found if "open" not in fold.attributes and "edit" in fold.attributes["class"]]


def test_what_is_rarely_changed_is_folded_and_says_what_is_in_it(client, app):
    act_as(app)
    shop(north_A=10)
    vat = (Named("VAT 19 %", 190),)
    lines = (DraftLine("A", 1, tax=190, discount=50, taxes=vat), DraftLine("A", 2))
    order = place(lines=lines, shipping=450, ship_to=Address("Ada", "1 Mill Lane", city="Leeds", postal_code="LS1"))
    at = f"/orders/{order.number}"
    first, second = (line.id for line in line_rows(order.id))

    page = open_page(client, f"{at}/edit")
    assert len(folded(page)) == 7
    assert "Discount £0.50, tax £1.90 (VAT 19 %)" in folded(page)[0]
    assert "Discount, tax, replace" in folded(page)[1]
    assert "Ada, 1 Mill Lane, LS1 Leeds" in page.get("edit-ship-to").text
    assert "Not chosen, £4.50, normal priority" in page.get("edit-shipping").text

    typed = {f"line-{second}-discount": "0.25", "ship_city": "Hull", "reason": "called", f"line-{first}-tax": "x"}
    page = post(client, page, f"{at}/edits", 422, **typed, act="preview")
    assert [text.split()[0] for text in folded(page)] == ["Shipping", "Discount", "When"]


def test_a_line_is_removed_by_its_box_whatever_its_units_say(client, placed):
    at = f"/orders/{placed.number}"
    a, b = (line.id for line in line_rows(placed.id))
    page = open_page(client, f"{at}/edit")

    both = {f"line-{a}-remove": "1", f"line-{a}-replace": "B", f"line-{a}-quantity": "two", "act": "preview"}
    refused = post(client, page, f"{at}/edits", 422, **both)
    assert "Either replace the line or remove it." in refused.get("edit-preview").text
    shown = post(client, page, f"{at}/edits", **{f"line-{a}-remove": "1", f"line-{a}-quantity": "5"}, act="preview")
    assert "A: units 2 0" in shown.get("edit-preview").text
    assert "checked" in shown.get(f"edit-line-{a}").all("input", type="checkbox")[0].attributes
    page = submit(client, shown.form(f"{at}/edits"), act="save")

    assert [(line.ordered - line.cancelled) for line in line_rows(placed.id)] == [0, 1]
    gone = open_page(client, f"{at}/edit").get(f"edit-line-{a}")
    assert "removed" in gone.text
    assert not gone.all("input", type="checkbox")


def test_the_live_preview_is_a_part_that_writes_nothing(client, placed):
    at = f"/orders/{placed.number}"
    fields = open_page(client, f"{at}/edit").form(f"{at}/edits").fields()
    a = line_rows(placed.id)[0].id

    answer = client.post(f"{at}/edit/preview", data={**fields, f"line-{a}-quantity": "99"}, headers=PART)
    part = Page(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "99" not in fields.values()
    assert "97 wanted, 8 available" in part.get("edit-preview").text
    assert not part.root.all("html")
    assert one("SELECT count(*) FROM order_edit") == 0


def test_a_saved_change_by_htmx_goes_back_to_the_order(client, placed):
    at = f"/orders/{placed.number}"
    fields = open_page(client, f"{at}/edit").form(f"{at}/edits").fields() | {"priority": "2", "act": "preview"}

    part = Page(client.post(f"{at}/edits", data=fields, headers=PART).get_data(as_text=True))
    answer = client.post(f"{at}/edits", data={**part.form(f"{at}/edits").fields(), "act": "save"}, headers=PART)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, at)
    assert order_row(placed.id).priority == 2


def test_a_damaged_form_is_refused(client, placed):
    at = f"/orders/{placed.number}"
    fields = open_page(client, f"{at}/edit").form(f"{at}/edits").fields()

    for broken in ({"base": "["}, {"base": json.dumps([1])}, {"base": json.dumps({"ship_city": None})}, {"version": "x"}):
        assert client.post(f"{at}/edits", data={**fields, **broken}).status_code == 422


def test_what_is_packed_is_shown_locked(client, placed):
    walk(placed.id, "packed")
    page = open_page(client, f"/orders/{placed.number}/edit")
    a = line_rows(placed.id)[0].id

    assert "readonly" in page.get(f"line-{a}-unit_price").attributes
    assert "Final: a parcel is packed" in page.root.text


def test_part_of_an_order_is_cancelled_without_javascript(client, placed):
    at = f"/orders/{placed.number}"
    do(capture_payment, CapturePayment(payment_of(placed.id)))
    a = line_rows(placed.id)[0].id
    page = open_page(client, open_page(client, at).root.all("a", href=f"{at}/cancelled-units")[0].attributes["href"])

    page = post(client, page, f"{at}/cancelled-units", 422, act="preview")
    assert "how many units" in page.root.text
    assert "Choose a reason." in page.root.text
    page = post(client, page, f"{at}/cancelled-units", **{f"line-{a}": "1", "reason": "customer", "refund": "1"}, act="preview")
    assert "£30.00 → £20.00" in page.get("cancel-preview").text
    assert "Refunded at once £10.00" in page.get("cancel-preview").text
    assert "1 × A back in " in page.get("cancel-preview").text
    page = submit(client, page.form(f"{at}/cancelled-units"), refund="1", act="confirm")

    told = page.get(f"order-timeline-{placed.id}").text
    assert "Part cancelled: Customer asked" in told
    assert "£10.00 refunded" in told
    assert "Work changed: 10001-1 in " in told
    assert "2 units, 1 cancelled" in page.get(f"order-lines-{placed.id}").text
    assert "All 2 units in 2 lines" in open_page(client, f"{at}/cancellation").root.text
    assert (order_row(placed.id).total, order_row(placed.id).refunded) == (2000, 1000)


def test_only_who_may_change_orders_sees_the_way_to_it(app, client, placed):
    act_as(app, *(name for name in EVERYTHING if name not in ("orders.update", "orders.cancel")))
    page = open_page(client, f"/orders/{placed.number}")

    assert not page.root.all("a", href=f"/orders/{placed.number}/edit")
    assert client.get(f"/orders/{placed.number}/edit").status_code == 403
    assert client.post(f"/orders/{placed.number}/edits").status_code == 403


def test_an_order_is_split_and_merged_again_without_javascript(client, placed):
    at = f"/orders/{placed.number}"
    a = line_rows(placed.id)[0].id
    page = open_page(client, open_page(client, at).root.all("a", href=f"{at}/split")[0].attributes["href"])

    page = post(client, page, f"{at}/split", 422, **{f"line-{a}": "9"})
    assert page.get(f"line-{a}").attributes["aria-invalid"] == "true"
    assert page.get(f"line-{a}-hint").text == "A: at most 2 can move"
    page = submit(client, page.form(f"{at}/split"), **{f"line-{a}": "1"})
    assert "£10.00 of what #10001 was promised or paid counts for it." in page.root.text
    assert "Split from #10001" in page.get("order-timeline-2").text
    assert "Counts from other orders £10.00" in page.get("money").text

    page = open_page(client, open_page(client, at).root.all("a", href=f"{at}/merge")[0].attributes["href"])
    page = submit(client, page.get("merge-2").all("form")[0])
    assert "#10002 is merged into #10001" in page.root.text
    assert "#10002 was merged into this order" in page.get(f"order-timeline-{placed.id}").text
    assert order_row(2).status == "cancelled"
    assert "Nothing to merge with" in open_page(client, f"{at}/merge").root.text
    assert client.post(f"{at}/merge", data={"other": "10002"}).status_code == 409
