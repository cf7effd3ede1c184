"""Cancelling an order of which a part has left: what is cancelled comes off the bill, exactly as units that are cancelled by count."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits, SplitOrder
from dashboard.editing.splitting import split_order
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict
from dashboard.notifications.model import OrderMessage
from dashboard.notifications.wording import text_of
from dashboard.orders import naming
from dashboard.orders.commands import Address, Customer, DraftLine, PaymentDraft
from dashboard.orders.model import Order
from dashboard.orders.named import Named
from dashboard.payments.actions import capture_payment, refund_payment
from dashboard.payments.commands import CapturePayment, RefundPayment
from tests.accounts.helpers import sign_in
from tests.checking import assert_clean
from tests.factories import do, headlines, line_rows, locations, order_row, payment_of, place, refused, shop, skus, stock, walk
from tests.pages import open_page, submit
from tests.promises.helpers import react

ADA = {"customer": Customer("Ada", "ada@example.com"), "ship_to": Address("Ada", "1 Mill Lane", city="Leeds", country="GB")}
VAT, CITY, SUMMER = Named("VAT 19 %", 571), Named("City tax", 30), Named("SUMMER10", 100)
A_LINE = DraftLine("A", 3, tax=601, discount=100, taxes=(VAT, CITY), discounts=(SUMMER,))
B_LINE = DraftLine("B", 2, tax=40, discount=5, taxes=(Named("VAT 19 %", 40),), discounts=(Named("LOYAL", 5),))
TOTAL = 3000 + 601 - 100 + 2000 + 40 - 5 + 450


def sent_in_part():
    """One of three units of A has left; the other two, and two of B, wait for stock. 4.50 of shipping."""
    lines, payment = (A_LINE, B_LINE), PaymentDraft("manual", TOTAL)
    order_id = place(lines=lines, shipping=450, payment=payment, on_shortage="backorder", **ADA).id
    walk(order_id, "shipped")
    return order_id


def sums(order_id):
    row = order_row(order_id)
    return row.lines_total, row.tax, row.discount, row.shipping, row.total


def lines_of(order_id):
    return [(line.ordered, line.cancelled, line.credited, line.tax, line.discount, line.total) for line in line_rows(order_id)]


def names_of(order_id):
    """{(position, kind): names}."""
    places = {line.id: line.position for line in line_rows(order_id)}
    with db.db.engine.connect() as connection:
        return {(places[line], kind): found for (line, kind), found in naming.of_order(connection, order_id).items()}


def settle():
    react(modules=("dashboard.payments.reactions", "dashboard.editing.reactions"))


def test_the_bill_is_what_has_left_and_shipping(any_app):
    shop(north_A=1, north_B=0)
    order_id = sent_in_part()
    assert sums(order_id) == (5000, 641, 105, 450, TOTAL)

    do(cancel_order, CancelOrder(order_id, "out_of_stock"))

    assert lines_of(order_id) == [(3, 2, 2, 200, 33, 1000), (2, 2, 2, 0, 0, 0)]
    assert names_of(order_id) == {
        (1, "tax"): (Named("VAT 19 %", 190), Named("City tax", 10)),
        (1, "discount"): (Named("SUMMER10", 33),),
    }
    assert sums(order_id) == (1000, 200, 33, 450, 1617)
    assert headlines(order_id) == ("completed", "shipped", "authorized", "in_transit")
    assert_clean()

    assert do(capture_payment, CapturePayment(payment_of(order_id))) == 1617
    settle()
    row = order_row(order_id)
    assert (row.captured, row.voided, row.payment_status) == (1617, TOTAL - 1617, "paid")
    refused(Conflict, cancel_order, CancelOrder(order_id, "customer"), status="completed")
    assert_clean()


@pytest.mark.parametrize("currency", ["JPY", "GBP", "KWD"])
def test_it_costs_what_cancelling_by_count_makes_it_cost(app, currency):
    locations("north")
    skus("Y1", "Y2", "Z", currency=currency, price_e4=333_333)
    stock(north_Y1=2, north_Y2=2)
    more = {"currency": currency, "payment": None, "pay_on": "invoice", "on_shortage": "backorder"}
    whole, counted = (
        place(lines=(replace(A_LINE, sku=sku), DraftLine("Z", 7, tax=11, discount=4)), **more).id for sku in ("Y1", "Y2")
    )
    for order_id in (whole, counted):
        walk(order_id, "shipped")

    do(cancel_order, CancelOrder(whole, "customer"))
    do(cancel_units, CancelUnits(counted, {line.id: line.backordered for line in line_rows(counted)}, "customer"))

    assert [line[1] for line in lines_of(whole)] == [1, 7]
    assert (sums(whole), lines_of(whole), names_of(whole)) == (sums(counted), lines_of(counted), names_of(counted))
    assert headlines(whole) == headlines(counted)
    assert_clean()


def test_what_was_received_above_the_bill_is_offered_back(any_app):
    shop(north_A=1, north_B=0)
    order_id = sent_in_part()
    payment = payment_of(order_id)
    do(capture_payment, CapturePayment(payment))

    do(cancel_order, CancelOrder(order_id, "customer"))

    assert headlines(order_id)[2:] == ("overpaid", "in_transit")
    do(refund_payment, RefundPayment(payment, TOTAL - 1617))
    row = order_row(order_id)
    assert (row.refunded, row.repaid, row.payment_status) == (TOTAL - 1617, TOTAL - 1617, "partially_refunded")
    assert_clean()


def test_orders_of_one_family_share_what_is_left(any_app):
    """The first order's payment is for both; one of the other's three units has left when the rest of it is cancelled."""
    shop(north_A=1, north_B=9)
    first = place(("A", 3), ("B", 2), on_shortage="backorder", **ADA).id
    other = do(split_order, SplitOrder(first, {line_rows(first)[0].id: 3})).other_id
    walk(other, "shipped")
    assert (order_row(other).total, order_row(other).carried) == (3000, 3000)

    do(cancel_order, CancelOrder(other, "customer"))

    assert (order_row(other).total, order_row(other).carried, order_row(first).carried) == (1000, 1000, -1000)
    assert [order_row(each).payment_status for each in (first, other)] == ["authorized", "authorized"]
    walk(first, "shipped")
    assert do(capture_payment, CapturePayment(payment_of(first))) == 3000
    settle()
    assert [order_row(each).payment_status for each in (first, other)] == ["paid", "paid"]
    assert order_row(first).voided == 2000
    assert_clean()


def test_nothing_changes_for_an_order_of_which_nothing_has_left(any_app):
    shop(north_A=9, north_B=9)
    order_id = place(lines=(A_LINE, B_LINE), shipping=450, payment=PaymentDraft("manual", TOTAL), **ADA).id
    before, names = sums(order_id), names_of(order_id)

    do(cancel_order, CancelOrder(order_id, "customer"))

    assert (sums(order_id), names_of(order_id)) == (before, names)
    assert lines_of(order_id) == [(3, 3, 0, 601, 100, 3000), (2, 2, 0, 40, 5, 2000)]
    assert (headlines(order_id), order_row(order_id).voided) == (("cancelled", "cancelled", "voided", "cancelled"), TOTAL)
    assert_clean()


def test_the_form_and_the_timeline_say_what_comes_off_the_bill(app, client):
    sign_in(client)
    shop(north_A=1, north_B=0)
    order_id = sent_in_part()
    do(capture_payment, CapturePayment(payment_of(order_id)))
    number = order_row(order_id).number

    page = open_page(client, f"/orders/{number}/cancellation")
    assert "Cancel the rest of the order" in page.html
    assert "They come off the bill" in page.html
    assert "will be voided" not in page.html
    after = submit(client, page.form(f"/orders/{number}/cancellation"), reason="customer")

    assert f"The 4 units that were not sent yet are cancelled. What was sent stays on #{number}." in after.html
    assert "£43.69 is received above what it costs: refund it." in after.html
    assert f"#{number} is cancelled." not in after.html
    assert "To be refunded £43.69" in after.get("money").text
    assert after.get(f"refund-{payment_of(order_id)}").attributes["value"] == "43.69"
    told = client.get(f"/orders/{number}/timeline").text
    assert "Rest of the order cancelled: Customer asked" in told
    assert "Total: £59.86 → £16.17" in told


def test_the_customer_is_told_the_rest_and_what_is_paid_back(app):
    shop(north_A=1, north_B=0)
    order_id = sent_in_part()
    do(capture_payment, CapturePayment(payment_of(order_id)))
    do(cancel_order, CancelOrder(order_id, "customer", notify=True))
    react(modules=("dashboard.notifications.reactions",))

    with db.db.engine.connect() as connection:
        message, order = (connection.execute(sa.select(model.__table__)).one() for model in (OrderMessage, Order))
    with app.test_request_context():
        text = text_of(message, order)
    assert text.subject == f"The rest of your order #{order.number} is cancelled"
    assert "total is now £16.17.\nWe pay back £43.69, the same way you paid." in text.body
