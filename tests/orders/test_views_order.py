"""/orders/<number>: what it shows to whom, and a whole order's life by its forms without JavaScript."""

import datetime as dt

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.orders.actions import add_note, place_hold
from dashboard.orders.commands import AddNote, Address, Customer, DraftLine, PlaceHold
from dashboard.orders.named import Named
from tests import factories
from tests.acting import act_as
from tests.factories import NOW, do, one, place, read, shop
from tests.pages import Page, open_page, submit

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def order(app):
    shop(NORTH_A=50, SOUTH_B=50)
    act_as(app)
    return place(
        ("A", 2),
        ("B", 1),
        customer=Customer("Ada Byron", "ada@example.com", "+44 1"),
        ship_to=Address("Ada Byron", "1 Mill Lane", "", "Leeds", "", "LS1 4AP", "United Kingdom"),
    )


def test_the_page_shows_everything_of_an_order(client, order):
    page = open_page(client, f"/orders/{order.number}")

    assert f"#{order.number}" in page.get(f"order-head-{order.id}").text
    assert page.get("next-step").text == f"Release {order.number}-1"
    lines = page.get(f"order-lines-{order.id}")
    assert "Item A" in lines.text
    assert "£20.00" in lines.text
    assert "North" in lines.text
    assert "£30.00" in page.get(f"order-side-{order.id}").text
    assert "ada@example.com" in page.get("customer").text
    assert "1 Mill Lane" in page.get(f"order-ship-to-{order.id}").text
    assert "Order placed on web" in page.get(f"order-timeline-{order.id}").text
    assert len(page.ids()) == len(set(page.ids()))


def test_live_parts_hold_no_form_and_no_token(client, order):
    page = open_page(client, f"/orders/{order.number}")

    for name in ("head", "lines", "side", "timeline"):
        part = page.get(f"order-{name}-{order.id}")
        assert part.attributes["data-v"] == "1"
        assert not part.all("form")
        assert not part.all("button")


def test_an_unknown_number_names_the_near_ones(client, order):
    page = open_page(client, f"/orders/{order.number}9", 404)

    assert page.get("missing").all("a", href=f"/orders/{order.number}")


def test_a_whole_life_without_javascript(client, order):
    at = f"/orders/{order.number}"
    row = open_page(client, "/orders").get(f"order-{order.id}")
    page = open_page(client, row.all("a", data_row_link="")[0].attributes["href"])

    hold = open_page(client, page.root.all("a", data_open="hold-dialog")[0].attributes["href"])
    page = submit(client, hold.form(f"{at}/holds"), kind="address", note="street number?")
    assert "On hold: Address" in page.get("holds").text
    assert "street number?" in page.get("holds").text

    page = submit(client, page.form(f"{at}/notes"), body="Asked by mail.")
    assert "Asked by mail." in page.get("history").text

    hold_id = one("SELECT id FROM order_hold")
    page = submit(client, page.get(f"hold-{hold_id}").all("form")[0], reason="it is 12")
    assert "Hold released" in page.get("history").text

    for work in (f"{order.number}-1", f"{order.number}-2"):
        for verb in ("release", "pick", "pack"):
            page = submit(
                client,
                [
                    form
                    for form in page.get("work").all("form")
                    if form.attributes["action"] == f"/fulfilment-orders/{work}/{verb}"
                ][0],
            )
        page = submit(client, page.form(f"/fulfilment-orders/{work}/ship"), carrier="DHL", tracking_number=f"T-{work}")
    assert "Shipped" in page.get("work").text
    assert f"T-{order.number}-2" in page.get("work").text

    for parcel in read("SELECT id FROM parcel ORDER BY id"):
        page = submit(client, page.get("work").all("form", action=f"/parcels/{parcel[0]}/delivery")[0])
    payment = factories.payment_of(order.id)
    page = submit(client, page.form(f"{at}/payments/{payment}/captures"))

    assert one("SELECT phase, captured FROM orders") == ("completed", 3000)
    assert page.find("next-step") is None
    assert one("SELECT on_hand FROM stock_balance WHERE sku_id = 1 AND location_id = 1") == 48


def test_the_primary_step_goes_with_the_order(client, order):
    steps = []
    for until in ("", "released", "picked", "packed", "shipped"):
        if until:
            factories.walk(order.id, until)
        steps.append(open_page(client, f"/orders/{order.number}").get("next-step").text)

    number = f"{order.number}-1"
    assert steps == [f"Release {number}", f"Pick {number}", f"Pack {number}", f"Ship {number}", "Confirm delivery"]


def test_a_post_against_a_changed_order_shows_both_sides_and_does_nothing(client, order):
    page = open_page(client, f"/orders/{order.number}/holds/new")
    factories.walk(order.id, "picked")

    form = page.form(f"/orders/{order.number}/holds")
    answer = client.post(form.attributes["action"], data={**form.fields(), "kind": "fraud"})

    assert answer.status_code == 409
    assert one("SELECT count(*) FROM order_hold") == 0
    text = answer.get_data(as_text=True)
    assert "allocated" in text
    assert "picked" in text
    assert "Put on hold: Fraud check" in text
    assert "hx-post" not in Page(text).form(form.attributes["action"]).attributes  # its answer is a page, like this one


def test_the_conflict_is_a_part_for_htmx_and_its_form_does_it_all_the_same(client, order):
    page = open_page(client, f"/orders/{order.number}/holds/new")
    do(place_hold, PlaceHold(order.id, "address"))
    form = page.form(f"/orders/{order.number}/holds")

    answer = client.post(form.attributes["action"], data={**form.fields(), "kind": "fraud", "note": "hm"}, headers=PART)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#problem")
    from_answer = Page(answer.get_data(as_text=True))
    submit(client, from_answer.form(form.attributes["action"]))
    assert read("SELECT kind, note FROM order_hold ORDER BY id") == [("address", ""), ("fraud", "hm")]


def test_a_note_of_somebody_else_is_no_conflict(client, order):
    page = open_page(client, f"/orders/{order.number}/holds/new")
    do(add_note, AddNote(order.id, "hello"))

    submit(client, page.form(f"/orders/{order.number}/holds"), kind="fraud")

    assert one("SELECT kind FROM order_hold") == "fraud"


def test_a_double_click_holds_once(client, order):
    form = open_page(client, f"/orders/{order.number}/holds/new").form(f"/orders/{order.number}/holds")

    submit(client, form, kind="fraud")
    submit(client, form, kind="fraud")

    assert one("SELECT count(*) FROM order_hold") == 1


@pytest.mark.parametrize("until", ["soon", "2001-01-01T10:00"])
def test_a_hold_with_a_bad_date_keeps_what_was_typed(client, order, until):
    form = {"kind": "address", "note": "typed text", "until": until}

    page_answer = client.post(f"/orders/{order.number}/holds", data=form)

    assert page_answer.status_code == 422
    text = page_answer.get_data(as_text=True)
    assert "typed text" in text
    assert 'id="until-error"' in text
    assert one("SELECT count(*) FROM order_hold") == 0


def test_a_422_is_only_the_form_for_htmx(client, order):
    answer = client.post(f"/orders/{order.number}/notes", data={"body": " "}, headers=PART)

    assert answer.status_code == 422
    assert answer.get_data(as_text=True).lstrip().startswith('<form class="note-form" id="note-form"')
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def test_htmx_gets_the_page_part_afresh_and_a_toast(client, order):
    answer = client.post(f"/orders/{order.number}/notes", data={"body": "hello"}, headers=PART)

    assert answer.headers["HX-Retarget"] == f"#order-page-{order.id}"
    assert "Comment added." in answer.headers["HX-Trigger"]
    assert "hello" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("at", "form"), [("holds/new", "hold-form"), ("cancellation", "cancel-form")])
def test_a_form_on_a_page_of_its_own_leads_to_the_order(client, order, at, form):
    """Its answer is a whole page: the parts that htmx would put in are not there. In the order's dialogs they are."""
    alone = open_page(client, f"/orders/{order.number}/{at}").get(form)
    dialog = open_page(client, f"/orders/{order.number}").get(form)

    assert "hx-post" not in alone.attributes
    assert dialog.attributes["hx-target"] == f"#{form}"


def test_cancelling_says_how_much_it_is_about_and_frees_it(client, order):
    page = open_page(client, f"/orders/{order.number}/cancellation")
    form = page.form(f"/orders/{order.number}/cancellation")
    assert "All 3 units in 2 lines, worth £30.00" in form.text

    assert client.post(form.attributes["action"], data={**form.fields(), "reason": ""}).status_code == 422
    page = submit(client, form, reason="customer")

    assert "Order cancelled: Customer asked" in page.get("history").text
    assert one("SELECT sum(allocated) FROM stock_balance") == 0
    assert one("SELECT status FROM orders") == "cancelled"


def test_money_is_recorded_taken_and_refunded(client, order):
    at = f"/orders/{order.number}"
    unpaid = place(("A", 1), paid=False)
    page = open_page(client, f"/orders/{unpaid.number}")
    assert page.get("next-step").attributes["href"] == "#record-payment"
    page = submit(client, page.form(f"/orders/{unpaid.number}/payments"), amount="4.00", state="promised")
    assert "£6.00 open" in page.get("record-payment").text
    page = submit(client, page.form(f"/orders/{unpaid.number}/payments"), amount="6.00", state="received")
    assert one("SELECT authorized, captured, phase FROM orders WHERE id = :id", id=unpaid.id) == (1000, 600, "to_pick")

    payment = factories.payment_of(order.id)
    page = submit(client, open_page(client, at).form(f"{at}/payments/{payment}/captures"))
    page = submit(client, page.form(f"{at}/payments/{payment}/refunds"), amount="5.00", reason="chipped")
    assert one("SELECT captured, refunded FROM orders WHERE id = :id", id=order.id) == (3000, 500)
    assert "£5.00 refunded" in page.get("history").text
    assert "chipped" in page.get("history").text


def test_an_impossible_amount_changes_nothing(client, order):
    payment = factories.payment_of(order.id)

    for amount in ["", "x", "0", "-1", "1e400", "12.345", "99.00"]:
        answer = client.post(f"/orders/{order.number}/payments/{payment}/captures", data={"amount": amount})
        assert answer.status_code in (409, 422), amount
    assert one("SELECT captured FROM orders") == 0


def test_support_may_refund_only_a_little(client, app, order):
    payment = factories.payment_of(order.id)
    client.post(f"/orders/{order.number}/payments/{payment}/captures", data={"amount": "30.00"})
    factories.skus("GOLD", price_e4=9_000_000)
    act_as(app, *permissions_for("support", "user"), role="support")

    assert client.post(f"/orders/{order.number}/payments/{payment}/refunds", data={"amount": "5.00"}).status_code == 303


def test_parts_of_other_orders_are_not_reachable_through_this_one(client, order):
    other = place(("A", 1))
    hold_id = do(place_hold, PlaceHold(other.id, "fraud"))
    payment = factories.payment_of(other.id)

    assert client.post(f"/orders/{order.number}/holds/{hold_id}/release").status_code == 404
    assert client.post(f"/orders/{order.number}/payments/{payment}/void").status_code == 404
    assert client.post(f"/orders/{order.number}/holds/{2**70}/release").status_code == 404


def test_the_warehouse_sees_whom_to_pack_for_and_no_money(client, app, order):
    do(add_note, AddNote(order.id, "she paid cash"))
    act_as(app, *permissions_for("warehouse", "user"))

    page = open_page(client, f"/orders/{order.number}")

    assert "£" not in page.html
    assert "ada@example.com" not in page.html
    assert "+44 1" not in page.html
    assert "she paid cash" not in page.html
    assert "1 Mill Lane" in page.get(f"order-ship-to-{order.id}").text
    assert page.get("next-step").text == f"Release {order.number}-1"


def test_an_analyst_sees_initials_and_no_form(client, app, order):
    act_as(app, *permissions_for("analyst", "user"))

    page = open_page(client, f"/orders/{order.number}")

    assert "A. B." in page.get("customer").text
    for secret in ("Ada Byron", "ada@example.com", "Mill Lane", "Leeds", "£"):
        assert secret not in page.html
    assert not [form for form in page.get(f"order-page-{order.id}").all("form")]


def test_the_timeline_goes_on_page_by_page(client, order):
    for count in range(40):
        do(add_note, AddNote(order.id, f"note {count}"), NOW + dt.timedelta(minutes=count + 1))

    page = open_page(client, f"/orders/{order.number}")
    assert "note 39" in page.html
    assert "note 2 " not in page.html
    older = page.get(f"order-older-{order.id}").all("a")[0].attributes["href"]
    earlier = open_page(client, older)

    assert "Order placed on web" in earlier.root.text
    texts = [element.text for one_page in (page, earlier) for element in one_page.root.all("div", class_="event-detail")]
    assert sorted(text for text in texts if text.startswith("note ")) == sorted(f"note {count}" for count in range(40))


def test_a_peek_shows_the_lines(client, order):
    text = open_page(client, f"/orders/{order.number}/peek").root.text

    assert "2 × Item A" in text


def test_what_is_wanted_is_counted_apart_from_what_is_cancelled(client, order):
    first = one("SELECT min(id) FROM order_line")
    do(cancel_units, CancelUnits(order.id, {first: 1}, "customer"))

    assert "2 of 3 units" in open_page(client, "/orders?view=all").get(f"order-{order.id}").text
    assert "1 × Item A A 1 cancelled" in open_page(client, f"/orders/{order.number}/peek").root.text
    assert "2 units, 1 cancelled" in open_page(client, f"/orders/{order.number}").get("lines").text

    do(cancel_order, CancelOrder(order.id, "customer"))
    assert "3 units" in open_page(client, "/orders?view=all").get(f"order-{order.id}").text
    for over in ("cancellation", "holds/new", "split", "edit"):
        assert f"Order {order.number} is cancelled" in open_page(client, f"/orders/{order.number}/{over}", 409).root.text


def test_tax_and_discount_without_a_name_stand_at_their_line(client, app):
    act_as(app)
    shop(north_A=5)
    vat = Named("VAT", 150)
    lines = (DraftLine("A", 1, tax=200, discount=75), DraftLine("A", 1, tax=150, taxes=(vat,)), DraftLine("A", 1, tax=0))
    placed = place(lines=lines, payment=None)

    page = open_page(client, f"/orders/{placed.number}").get(f"order-lines-{placed.id}")

    first, second, third = (page.all("tr", id=f"line-{row.id}")[0].text for row in factories.line_rows(placed.id))
    assert "Discount \u2212£0.75 Tax £2.00" in first
    assert "VAT £1.50" in second
    assert "Tax" not in second + third
    assert "Tax VAT £1.50 , other £2.00 £3.50" in page.text


def test_the_choice_to_ship_together_is_a_form_and_told_in_the_timeline(client, app):
    act_as(app)
    shop(north_A=1)
    order = place(("A", 3), on_shortage="backorder")
    page = open_page(client, f"/orders/{order.number}")

    after = submit(client, page.form(f"/orders/{order.number}/shipping-choice"), choice="together")

    assert "wait, and ship everything together" in after.html
    assert "Wait, and ship everything together" in after.get(f"order-timeline-{order.id}").text
    assert client.post(f"/orders/{order.number}/shipping-choice", data={"choice": "nonsense"}).status_code == 422
