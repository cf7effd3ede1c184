"""Taxes and discounts by name: given, edited, taken back, split and merged, in currencies of 0, 2 and 3 digits; they always add up."""

import pytest

from dashboard.api import schemas
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import AddLine, Discount, EditOrder, MergeOrders, SetQuantity, SetTax, SplitOrder, UndoEdit
from dashboard.editing.merging import merge_orders
from dashboard.editing.previewing import preview_edit
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.editing.words import preview_of
from dashboard.kernel import db
from dashboard.kernel.errors import Invalid
from dashboard.orders import named, naming
from dashboard.orders.commands import DraftLine, PaymentDraft
from dashboard.orders.named import Named
from dashboard.orders.worth import respread
from tests.acting import act_as
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.factories import NOW, do, line_rows, locations, order_row, place, refused, shop, skus, stock

VAT, CITY, SUMMER = Named("VAT 19 %", 380), Named("City tax", 20), Named("SUMMER10", 100)
MONEY = {"GBP": ("£", "12.50", 2), "JPY": ("JP¥", "1250", 0), "KWD": ("KWD", "1.250", 3)}


def names(order_id):
    """Per line: (taxes, discounts)."""
    with db.db.engine.connect() as connection:
        found = naming.of_order(connection, order_id)
    return [(found.get((line.id, "tax"), ()), found.get((line.id, "discount"), ())) for line in line_rows(order_id)]


def bought(units=2, **more):
    """An order of one line with a tax of 4.00 under two names, and a discount of 1.00."""
    line = DraftLine("A", units, None, 400, 100, None, (VAT, CITY), (SUMMER,))
    return place(lines=(line,), payment=PaymentDraft("manual", 0), **more).id


def edit(order_id, *changes, **more):
    return do(edit_order, EditOrder(order_id, changes, **more))


def only_line(order_id):
    return line_rows(order_id)[0].id


def test_names_follow_their_amounts_and_come_back_with_an_undo(any_app):
    shop(north_A=20)
    order_id = bought()
    assert names(order_id) == [((VAT, CITY), (SUMMER,))]

    halved = edit(order_id, SetQuantity(only_line(order_id), 1))
    assert names(order_id) == [((Named("VAT 19 %", 190), Named("City tax", 10)), (Named("SUMMER10", 50),))]
    assert_clean()
    do(undo_edit, UndoEdit(halved.edit_id))
    assert names(order_id) == [((VAT, CITY), (SUMMER,))]

    edit(order_id, SetTax(only_line(order_id), 101))
    assert names(order_id)[0][0] == (Named("VAT 19 %", 96), Named("City tax", 5))
    renamed = edit(order_id, SetTax(only_line(order_id), 50, (Named("VAT 5 %", 50),)))
    assert names(order_id)[0][0] == (Named("VAT 5 %", 50),)
    do(undo_edit, UndoEdit(renamed.edit_id))
    assert names(order_id)[0][0] == (Named("VAT 19 %", 96), Named("City tax", 5))
    gone = edit(order_id, SetTax(only_line(order_id), 0))
    assert names(order_id)[0][0] == ()
    do(undo_edit, UndoEdit(gone.edit_id))
    assert names(order_id)[0][0] == (Named("VAT 19 %", 96), Named("City tax", 5))
    assert_clean()


def test_a_named_discount_of_the_order_comes_beside_the_others(any_app):
    shop(north_A=20, north_B=20)
    order_id = place(lines=(DraftLine("A", 1, discounts=(SUMMER,), discount=100), DraftLine("B", 3)), payment=None).id

    edit(order_id, Discount(amount=400, name="LOYAL"))
    assert [found[1] for found in names(order_id)] == [(SUMMER, Named("LOYAL", 100)), (Named("LOYAL", 300),)]
    edit(order_id, Discount(percent=20, name="LOYAL"))
    assert [found[1] for found in names(order_id)] == [(SUMMER, Named("LOYAL", 200)), (Named("LOYAL", 600),)]
    assert order_row(order_id).discount == 900
    edit(order_id, Discount(line_id=only_line(order_id), amount=250))
    assert names(order_id)[0][1] == (Named("SUMMER10", 83), Named("LOYAL", 167))
    edit(order_id, Discount(amount=100))  # without a name it is all there is
    assert [found[1] for found in names(order_id)] == [(), ()]
    edit(order_id, Discount(amount=100, name="LOYAL"))
    assert names(order_id)[0][1] == (Named("", 25), Named("LOYAL", 25))
    assert_clean()


def test_new_lines_have_names_and_a_split_shares_them_out(any_app):
    shop(north_A=20, north_B=20)
    order_id = bought(units=3)
    edit(order_id, AddLine("B", 1, tax=70, taxes=(Named("VAT 7 %", 70),)))
    a, b = (line.id for line in line_rows(order_id))

    split = do(split_order, SplitOrder(order_id, {a: 1, b: 1}))

    assert names(order_id) == [((Named("VAT 19 %", 254), Named("City tax", 13)), (Named("SUMMER10", 67),)), ((), ())]
    assert names(split.other_id) == [
        ((Named("VAT 19 %", 126), Named("City tax", 7)), (Named("SUMMER10", 33),)), ((Named("VAT 7 %", 70),), ())]  # fmt: skip
    assert_clean()
    do(merge_orders, MergeOrders(order_id, split.other_id))
    assert names(order_id)[2:] == [
        ((Named("VAT 19 %", 126), Named("City tax", 7)), (Named("SUMMER10", 33),)), ((Named("VAT 7 %", 70),), ())]  # fmt: skip
    assert names(split.other_id) == [((), ())] * 2
    assert_clean()


@pytest.mark.parametrize("currency", MONEY)
def test_money_of_every_currency_adds_up_by_its_digits(app, client, currency):
    """1,250 minor units each, a VAT of 19 % and 10 % off the order: to the minor unit, on the page, in the API, in a preview."""
    act_as(app)
    sign, text, digits = MONEY[currency]
    locations("north")
    skus("A", currency=currency, price_e4=1250 * 10 ** (4 - digits))
    stock(north_A=20)
    api = Api(app)
    amount = lambda minor: f"{minor / 10**digits:.{digits}f}"  # noqa: E731
    vat = {"name": "VAT 19 %", "amount": amount(714)}
    line = {"sku": "A", "quantity": 3, "taxes": [vat]}
    made = api.post("orders", {"channel": "web", "currency": currency, "lines": [line], "external_id": "x1"})
    assert made.status_code == 201, made.json
    number = made.json["number"]
    assert (made.json["total"], made.json["lines"][0]["unit_price"]) == (amount(4464), text)
    assert made.json["lines"][0]["taxes"] == [vat]

    body = {"discount": {"percent": 10, "name": "SUMMER10"}}
    plan = api.post(f"orders/{number}/edit-previews", body).json
    changed = api.patch(f"orders/{number}", body | {"expected": plan["fingerprint"]})
    schemas.Order.model_validate(changed.json)
    (shown,) = changed.json["lines"]
    assert (plan["total"], changed.json["total"], shown["discounts"]) == (
        amount(4089), amount(4089), [{"name": "SUMMER10", "amount": amount(375)}])  # fmt: skip
    page = client.get(f"/orders/{number}").text
    assert "SUMMER10" in page
    assert sign in page
    assert f"VAT 19 % {sign}" in page.replace("\N{NO-BREAK SPACE}", "") or amount(714) in page
    assert api.patch(f"orders/{number}", {"lines": [{"line": 1, "tax": "0." + "1" * (digits + 1)}]}).status_code == 422
    assert_clean()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"taxes": [{"name": "VAT", "amount": "1.00"}], "tax": "2.00"}, "add up"),
        ({"taxes": [{"name": "VAT", "amount": "1.00"}, {"name": "VAT", "amount": "1.00"}]}, "twice"),
        ({"taxes": [{"name": "", "amount": "1.00"}]}, "taxes"),
        ({"discounts": [{"name": "x" * 81, "amount": "1.00"}]}, "discounts"),
        ({"discounts": [{"name": "A\x00B", "amount": "1.00"}]}, ""),
        ({"taxes": [{"name": "VAT", "amount": "-1.00"}]}, ""),
        ({"taxes": [{"name": "VAT", "amount": "1.001"}]}, "amount"),
    ],
)
def test_names_that_do_not_add_up_are_refused(app, body, field):
    shop(north_A=20)
    api, placed = Api(app), place(("A", 1))
    refused_ = api.post("orders", {"channel": "web", "currency": "GBP", "lines": [{"sku": "A", "quantity": 1, **body}]})
    assert refused_.status_code == 422
    assert field in refused_.text
    assert api.patch(f"orders/{placed.number}", {"lines": [{"line": 1, **body}]}).status_code == 422
    assert names(placed.id) == [((), ())]


def test_an_edit_refuses_names_that_do_not_add_up_without_a_trace(app):
    shop(north_A=20)
    order_id = bought()
    refused(Invalid, edit_order, EditOrder(order_id, (SetTax(only_line(order_id), 5, (Named("VAT", 6),)),)))
    refused(Invalid, edit_order, EditOrder(order_id, (AddLine("A", 1, tax=5, taxes=(Named("VAT", 6),)),)))
    refused(Invalid, edit_order, EditOrder(order_id, (Discount(percent=5, name="x" * 81),)))


def test_the_form_keeps_changes_and_tells_names(app, client):
    act_as(app)
    shop(north_A=20)
    order_id = bought()
    order, line = order_row(order_id), only_line(order_id)
    page = client.get(f"/orders/{order.number}/edit").text
    assert 'value="VAT 19 % = 3.80; City tax = 0.20"' in page
    assert 'value="SUMMER10"' in page
    typed = {f"line-{line}-quantity": "2", f"line-{line}-unit_price": "10.00", "version": "1", "_key": "k", "act": "save"}
    same = {f"line-{line}-tax_name": "VAT 19 % = 3.80; City tax = 0.20", f"line-{line}-discount_name": "SUMMER10"}
    post = lambda more: client.post(f"/orders/{order.number}/edits", data=typed | more)  # noqa: E731

    wrong = post({**same, f"line-{line}-tax": "3.00", f"line-{line}-tax_name": "VAT = 1.00; City = 1.00", "act": "preview"})
    assert wrong.status_code == 422
    assert "add up" in wrong.text
    shown = post({**same, f"line-{line}-tax": "2.00", f"line-{line}-discount": "1.00", f"line-{line}-discount_name": "LOYAL"})
    assert "discount name" in shown.text
    assert "tax name" not in shown.text.partition("What this does")[2]
    expected = shown.text.partition('name="expected" value="')[2].partition('"')[0]
    saved = post(
        {**same, f"line-{line}-tax": "2.00", f"line-{line}-discount": "1.00", f"line-{line}-discount_name": "LOYAL", "expected": expected}
    )
    assert saved.status_code == 303
    assert names(order_id) == [((Named("VAT 19 %", 190), Named("City tax", 10)), (Named("LOYAL", 100),))]
    timeline = client.get(f"/orders/{order.number}").text
    assert "discount name SUMMER10 → LOYAL" in timeline


def test_a_draft_carries_names_from_an_order_to_an_order(app, client):
    act_as(app)
    shop(north_A=20)
    order = order_row(bought())
    draft = client.post(f"/drafts/from/{order.number}", data={"_key": "c"}).location
    page = client.get(draft).text
    assert 'value="VAT 19 % = 3.80; City tax = 0.20"' in page
    form = {"lines-0-sku": "A", "lines-0-quantity": "2", "lines-0-unit_price": "10.00", "lines-0-tax": "4.00", "lines-0-discount": "1.00",
            "lines-0-tax_name": "VAT 19 % = 3.80; City tax = 0.20", "lines-0-discount_name": "SUMMER10", "customer_name": "Ada",
            "channel": "phone", "currency": "GBP", "payment": "invoice", "on_shortage": "refuse", "version": "1", "_key": "d"}  # fmt: skip
    assert client.post(f"{draft}/order", data={**form, "lines-0-tax_name": "VAT = 1; B = 2"}).status_code == 422
    placed = client.post(f"{draft}/order", data={**form, "_key": "e"})
    assert placed.status_code == 303, placed.text
    assert names(order.id + 1) == names(order.id)
    api = Api(app)
    line = {"sku": "A", "quantity": 1, "unit_price": "900", "taxes": [{"name": "VAT", "amount": "90"}]}
    saved = api.post("drafts", {"order": {"currency": "JPY", "lines": [line]}})
    assert (saved.status_code, saved.json["total"]) == (201, "990")
    assert api.post(f"drafts/{saved.json['id']}/order", {}).json["lines"][0]["taxes"] == [{"name": "VAT", "amount": "90"}]
    assert_clean()


def test_a_preview_says_the_names_of_new_lines(app):
    shop(north_A=20)
    order_id = bought()
    with app.test_request_context():
        proposal = preview_edit(EditOrder(order_id, (AddLine("A", 1, tax=5, taxes=(Named("Fee", 5),)),)), NOW)
    assert "Fee" in preview_of(proposal, {}).changes[-1].after


@pytest.mark.parametrize(
    ("entries", "amount", "expected"),
    [((), 5, ()), ((VAT, CITY), 400, (VAT, CITY)), ((VAT, CITY), 0, ()), ((VAT, CITY), 1, (Named("VAT 19 %", 1),))],
)
def test_respread(entries, amount, expected):
    assert respread(entries, amount) == expected


def test_typed_names_are_read_as_they_are_shown():
    for entries in ((), (VAT,), (VAT, CITY), (Named("", 7), VAT)):
        assert named.read(named.typed(entries, "GBP"), named.summed(entries), "GBP") == entries
        assert named.decode(named.encode(entries)) == entries
    for words in ("= 3", "VAT = x", "A = 1; A = 2", "A = 1.00; B"):
        with pytest.raises(Invalid):
            named.read(words, 300, "GBP")
