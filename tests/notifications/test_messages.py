"""A message has one cause and is sent once it can be; what is given up is on the desk, and one click sends it."""

import datetime as dt

import pytest

from dashboard.api.message_schemas import MessageList
from dashboard.config import Config
from dashboard.customers.commands import EraseCustomer
from dashboard.customers.erasing import erase_customer
from dashboard.customers.matching import follow_orders
from dashboard.desk import finding
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits
from dashboard.factory import ConfigurationError, create_app
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import clock, db, jobs
from dashboard.notifications import rules, store
from dashboard.orders.commands import Customer
from dashboard.payments.actions import capture_payment
from dashboard.payments.commands import CapturePayment
from tests.acting import act_as
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.conftest import SECRET
from tests.customers.helpers import record_of
from tests.factories import do, line_rows, one, order_row, payment_of, place, read, shop
from tests.notifications.helpers import mail_goes_to, run_jobs
from tests.promises.helpers import react

ADA = Customer("Ada Byron", "ada@example.com", "")
OWN = ("dashboard.notifications.reactions",)


def told(order_id):
    return [(row[0], row[1], row[2]) for row in read(
        "SELECT kind, status, attempts FROM order_message WHERE order_id = :id ORDER BY id", id=order_id)]  # fmt: skip


def lines_of(order_id):
    return [line.id for line in line_rows(order_id)]


def test_cancelled_items_are_told_once_with_what_was_paid_back(any_app, box):
    mail_goes_to(any_app, box)
    shop(north_A=9, north_B=9)
    order = place(("A", 3), ("B", 1), customer=ADA)
    do(capture_payment, CapturePayment(payment_of(order.id)))
    do(cancel_units, CancelUnits(order.id, {lines_of(order.id)[0]: 2}, "out_of_stock", refund=True, notify=True))

    react(modules=OWN)
    react(modules=OWN)
    assert told(order.id) == [("items_cancelled", "queued", 0)]
    run_jobs(any_app)
    run_jobs(any_app)

    assert told(order.id) == [("items_cancelled", "sent", 1)]
    ((recipient, mail),) = box.got
    assert (recipient, mail["From"], mail["Auto-Submitted"]) == ("ada@example.com", "Shop <shop@example.com>", "auto-generated")
    assert mail["Subject"] == f"Part of your order #{order.number} is cancelled"
    body = mail.get_content().replace("\r\n", "\n")
    assert "Hello Ada Byron,\n\nThis part of your order" in body
    assert "  2 x Item A (A)\n\nWe have paid back £20.00, the same way you paid.\nEverything else comes as ordered." in body
    assert "no longer have" in body
    assert_clean()


def test_a_cancelled_order_is_told_and_an_unasked_customer_is_not(app, box):
    mail_goes_to(app, box)
    shop(north_A=9)
    orders = [place(("A", 1), customer=ADA) for _ in range(2)] + [place(("A", 1))]
    do(cancel_order, CancelOrder(orders[0].id, "fraud", notify=True))
    do(cancel_order, CancelOrder(orders[1].id, "customer"))
    do(cancel_order, CancelOrder(orders[2].id, "customer", notify=True))  # has no address

    react(modules=OWN)
    run_jobs(app)

    ((_, mail),) = box.got
    assert mail["Subject"] == f"Your order #{orders[0].number} is cancelled"
    body = mail.get_content()
    assert "Nothing will be charged." in body
    assert "raud" not in body
    assert told(orders[1].id) == told(orders[2].id) == []


def test_a_server_that_is_away_is_tried_again_with_the_same_message(app, box):
    mail_goes_to(app, box)
    shop(north_A=9)
    order = place(("A", 1), customer=ADA)
    do(cancel_order, CancelOrder(order.id, "customer", notify=True))
    react(modules=OWN)

    box.refuse = "451 come again later"
    run_jobs(app)
    assert told(order.id) == [("order_cancelled", "failed", 1)]
    ((run_at, error),) = read("SELECT run_at, error FROM job WHERE status = 'ready'")
    assert dt.timedelta(seconds=40) < clock.moment(run_at) - clock.now() < dt.timedelta(seconds=80)
    assert "451" in error
    assert "ada@" not in error
    box.refuse, box.break_off = "", True
    run_jobs(app)
    assert told(order.id) == [("order_cancelled", "failed", 2)]
    assert_clean()
    box.break_off = False
    run_jobs(app)

    assert told(order.id) == [("order_cancelled", "sent", 3)]
    assert len(box.got) == 1


def test_an_address_that_is_refused_is_given_up_at_once_and_sent_by_one_click(app, box):
    mail_goes_to(app, box)
    shop(north_A=9)
    order = place(("A", 1), customer=ADA)
    do(cancel_order, CancelOrder(order.id, "customer", notify=True))
    react(modules=OWN)
    box.refuse = "550 no such mailbox"
    run_jobs(app)

    assert told(order.id) == [("order_cancelled", "dead", 1)]
    with db.db.engine.connect() as connection:
        (found,) = finding.dead_letters(connection)
    assert found.summary.startswith("E-mail: order cancelled")
    assert_clean()

    box.refuse = ""
    db.write(lambda tx: jobs.retry(tx, found.facts["job"], clock.now()))
    run_jobs(app)
    assert told(order.id) == [("order_cancelled", "sent", 2)]
    events = read("SELECT data FROM event WHERE type = 'MessageMoved' ORDER BY id")
    assert [row[0].partition('"after":"')[2].partition('"')[0] for row in events] == ["queued", "dead", "sent"]
    assert not any("ada" in row[0] for row in events)


def test_one_mail_survives_a_process_that_died_after_sending_it(app, box):
    """At least once, with one Message-ID: the second copy can be told from a second message."""
    mail_goes_to(app, box)
    shop(north_A=9)
    order = place(("A", 1), customer=ADA)
    do(cancel_order, CancelOrder(order.id, "customer", notify=True))
    react(modules=OWN)
    run_jobs(app)
    db.write(lambda tx: tx.connection.exec_driver_sql("UPDATE order_message SET status = 'queued', sent_at = NULL"))
    db.write(lambda tx: tx.connection.exec_driver_sql("UPDATE job SET status = 'ready', finished_at = NULL WHERE task <> 'reaction'"))
    run_jobs(app)

    assert len({mail["Message-ID"] for _, mail in box.got}) == 1
    assert len(box.got) == 2


def test_who_is_erased_is_told_nothing_and_the_ledger_forgets_the_words(app, box):
    mail_goes_to(app, box)
    shop(north_A=9)
    orders = [place(("A", 1), customer=ADA).id for _ in range(2)]
    db.write(follow_orders, orders)
    person = record_of(orders[0])
    do(cancel_order, CancelOrder(orders[0], "customer", notify=True))
    react(modules=OWN)
    run_jobs(app)
    do(cancel_order, CancelOrder(orders[1], "customer", notify=True))
    react(modules=OWN)
    do(erase_customer, EraseCustomer(person))
    react(modules=OWN)
    run_jobs(app)

    assert (told(orders[0]), told(orders[1])) == ([("order_cancelled", "sent", 1)], [("order_cancelled", "dead", 1)])
    assert len(box.got) == 1
    assert not any(word in repr(read("SELECT * FROM order_message")) for word in ("Ada", "ada@", "Byron"))
    assert_clean()


def test_without_a_server_nothing_is_offered_and_nothing_is_sent(app, client):
    act_as(app)
    shop(north_A=9)
    order = place(("A", 2), customer=ADA)
    pages = [f"/orders/{order.number}/cancelled-units", f"/orders/{order.number}/cancellation"]

    assert not any("Tell the customer" in client.get(page).text for page in pages)
    client.post(pages[1], data={"reason": "customer", "notify": "y", "_key": "k1", "version": "1"})
    assert one("SELECT status FROM orders") == "cancelled"
    react(modules=OWN)
    assert told(order.id) == []


def test_people_choose_it_and_see_what_became_of_it(app, client, box):
    act_as(app)
    mail_goes_to(app, box)
    shop(north_A=9)
    order = place(("A", 3), customer=ADA)
    page = f"/orders/{order.number}/cancelled-units"
    assert "Tell the customer by e-mail" in client.get(page).text
    line = lines_of(order.id)[0]
    typed = {f"line-{line}": "1", "reason": "customer", "to": "shelf", "notify": "1", "_key": "k2", "act": "confirm", "version": "1"}
    assert client.post(page, data=typed).status_code == 303
    typed = {"reason": "customer", "notify": "y", "_key": "k3", "version": "2"}
    assert client.post(f"/orders/{order.number}/cancellation", data=typed).status_code == 303
    react(modules=OWN)
    run_jobs(app)

    assert told(order.id) == [("items_cancelled", "sent", 1), ("order_cancelled", "sent", 1)]
    shown = client.get(f"/orders/{order.number}/timeline?kind=messages").text
    assert shown.count("The customer was told by e-mail") == 2
    assert "Items cancelled" in shown
    with db.db.engine.connect() as connection:
        assert store.of_order(connection, order.id)[0].by_name == "Mia"


@pytest.mark.parametrize("address", ["a@b.co", "ada.byron+x@mail.example.com", "ü@exämple.de"])
def test_addresses_that_can_be_written_to(address):
    assert rules.can_be_written_to(address)


@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@", "@b.co", "a b@c.de", "a@b", "a@b..c", "a@.b.c", "a@b.co.", "a@b.co\nBcc: x@y.z", "a@b.co,c@d.ef", "<a@b.co>",
     "a" * 65 + "@b.co"],
)  # fmt: skip
def test_addresses_that_cannot(address):
    assert not rules.can_be_written_to(address)


@pytest.mark.parametrize("url", ["http://mail", "smtp:", "mail.example.com:25"])
def test_a_server_that_is_none_is_refused_at_the_start(tmp_path, url):
    with pytest.raises(ConfigurationError, match="ORDERDECK_SMTP_URL"):
        create_app(Config(instance=tmp_path, secret_key=SECRET, smtp_url=url))


def test_the_api_tells_the_customer_or_says_that_it_cannot(app, box):
    shop(north_A=9)
    api, order = Api(app), place(("A", 3), customer=ADA)
    at, part = f"orders/{order.number}", {"lines": [{"line": 1, "quantity": 1}], "reason": "customer", "notify": True}

    for path, body in ((f"{at}/cancelled-units", part), (f"{at}/cancellation", {"reason": "customer", "notify": True})):
        refused = api.post(path, body)
        assert refused.status_code == 422
        assert "ORDERDECK_SMTP_URL" in refused.text
    assert order_row(order.id).version == 1
    mail_goes_to(app, box)
    assert api.post(f"{at}/cancelled-units", part).status_code == 201
    assert api.post(f"{at}/cancellation", {"reason": "customer", "notify": True}).status_code == 201
    react(modules=OWN)
    run_jobs(app)

    listed = api.get(f"{at}/messages").json
    MessageList.model_validate(listed)
    assert [(item["kind"], item["status"]) for item in listed["items"]] == [("order_cancelled", "sent"), ("items_cancelled", "sent")]
