"""A quote goes to its customer by e-mail: as it was seen, once per deliberate act, and never when it cannot be kept."""

import dataclasses
import datetime as dt
import threading

import flask
import pytest

from dashboard.api.message_schemas import Message, MessageList
from dashboard.customers.commands import EraseCustomer
from dashboard.customers.erasing import erase_customer, export_customer
from dashboard.customers.matching import follow_orders
from dashboard.drafts import store, worth
from dashboard.drafts.actions import place_draft, save_draft
from dashboard.drafts.commands import PlaceDraft, SaveDraft
from dashboard.drafts.rules import document_of, typed_of
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.kernel.outbox import after
from dashboard.live.pushes import rooms_of
from dashboard.notifications.commands import SendQuote
from dashboard.notifications.quotes import send_quote
from dashboard.orders.commands import Customer
from dashboard.orders.draft import read_draft
from dashboard.web.livepage import Changes, Room, payload_for
from tests.acting import act_as
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.customers.helpers import record_of
from tests.factories import NOW, do, one, order_row, place, read, refused, shop, walk
from tests.notifications.helpers import mail_goes_to, run_jobs
from tests.pages import open_page, submit
from tests.promises.helpers import react

UNTIL = dt.date(2099, 1, 31)
TYPED = {
    "customer_name": "Ada Byron", "customer_email": "ada@example.com", "currency": "GBP", "shipping": "3.00",
    "lines-0-sku": "A", "lines-0-quantity": "2", "lines-0-tax": "3.80", "lines-0-tax_name": "VAT 19 %",
    "lines-0-discount": "1.00", "lines-0-discount_name": "SUMMER10", "lines-1-sku": "B", "lines-1-unit_price": "0.0125",
}  # fmt: skip
OWN = ("dashboard.notifications.reactions",)
AT = "/drafts/1/message"


def a_quote(until=UNTIL, **typed):
    document = document_of(read_draft({**TYPED, **typed}))
    with flask.current_app.test_request_context("/"):
        total = worth.total_of(typed_of(document))
    return do(save_draft, SaveDraft(document, "quote", until, total)).id


def command_of(draft_id, **changed):
    with db.db.engine.connect() as connection:
        row = store.draft(connection, draft_id)
    with flask.current_app.test_request_context("/"):
        facts = worth.quote_facts(row)
    return dataclasses.replace(SendQuote(draft_id, row.version, worth.address_of(row), facts), **changed)


def told():
    return read("SELECT draft_id, order_id, kind, status FROM order_message ORDER BY id")


@pytest.fixture
def quoted(any_app, box):
    """A shop whose mail goes to the box, and a quote for Ada."""
    mail_goes_to(any_app, box)
    shop(north_A=9, north_B=9)
    return a_quote()


def test_the_customer_reads_every_price_tax_discount_and_the_last_day(any_app, quoted, box):
    do(send_quote, command_of(quoted))
    run_jobs(any_app)
    run_jobs(any_app)

    ((recipient, mail),) = box.got
    assert (recipient, mail["Subject"]) == ("ada@example.com", "Your quote 1, valid until 31 Jan 2099")
    body = mail.get_content().replace("\r\n", "\n")
    assert body.split("\n") == (
        "Hello Ada Byron,\n\n"
        "This is our quote 1. It holds until 31 Jan 2099; nothing is reserved until you order.\n\n"
        "  2 x Item A (A) at £10.00: £20.00\n"
        "  1 x Item B (B) at £0.0125: £0.01\n\n"
        "Items: £20.01\nDiscount (SUMMER10): −£1.00\nTax (VAT 19 %): £3.80\nShipping: £3.00\nTotal: £25.81\n\n"
        "To order, answer this e-mail.\n\nOrderdeck\n"
    ).split("\n")
    assert told() == [(1, None, "quote", "sent")]
    assert one("SELECT total FROM order_draft") == 2581
    assert_clean()


def test_one_press_is_one_mail_and_another_is_a_deliberate_act(quoted):
    pressed = command_of(quoted)
    do(send_quote, pressed)

    assert "Mia Ops has sent this quote already" in refused(Conflict, send_quote, pressed, sent=1).message
    assert len(told()) == 1
    do(send_quote, dataclasses.replace(pressed, seen=1))
    do(send_quote, dataclasses.replace(pressed, seen=None))
    assert len(told()) == 3


def test_two_people_who_press_at_once_send_one_mail(any_app, quoted):
    pressed, heard = command_of(quoted), []

    def press():
        with any_app.app_context():
            try:
                heard.append(do(send_quote, pressed))
            except Conflict as error:
                heard.append(error.facts)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, heard)) == ["1", "{'sent': 1}"]
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("error", "kind", "until", "changed"),
    [
        (Invalid, "quote", UNTIL, {"recipient": "ada"}),
        (Invalid, "quote", UNTIL, {"recipient": ""}),
        (Invalid, "draft", None, {}),
        (Conflict, "quote", UNTIL, {"version": 7}),
        (Conflict, "quote", NOW.date(), {}),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_kept(app, error, kind, until, changed):
    shop(north_A=9)
    saved = do(save_draft, SaveDraft(document_of(read_draft(TYPED)), kind, until))
    command = dataclasses.replace(SendQuote(saved.id, 1, "ada@example.com", {}), **changed)
    later = dt.timedelta(days=1 if until == NOW.date() else 0)

    with pytest.raises(error) as found:
        do(send_quote, command, now=NOW + later)
    assert isinstance(found.value, DomainError)
    assert found.value.message
    assert told() == []
    assert one("SELECT count(*) FROM job") == 0


def test_a_placed_quote_shows_with_its_order_and_is_forgotten_with_the_person(any_app, quoted, box):
    act_as(any_app)
    do(send_quote, command_of(quoted))
    run_jobs(any_app)
    placed = do(place_draft, PlaceDraft(quoted, 1, typed_of_draft(quoted).command()))
    react(modules=OWN)
    react(modules=OWN)
    db.write(follow_orders, [placed.id])

    refused(Conflict, send_quote, SendQuote(quoted, 2, "ada@example.com", {}, None))
    assert told() == [(1, placed.id, "quote", "sent")]
    assert read("SELECT count(*) FROM event WHERE type = 'QuoteFollowed'")[0][0] == 1
    shown = any_app.test_client().get(f"/orders/{placed.number}/timeline?kind=messages").text
    assert "Its quote was sent by e-mail on" in shown
    assert order_row(placed.id).version > 1
    walk(placed.id, "delivered")
    do(erase_customer, EraseCustomer(record_of(placed.id)))
    react(modules=(*OWN, "dashboard.drafts.reactions"))
    assert not any(word in repr(read("SELECT * FROM order_message") + read("SELECT * FROM order_draft")) for word in ("Ada", "ada@"))
    assert_clean()


def test_what_was_sent_is_given_out_with_the_person_and_forgotten_with_them(any_app, box):
    mail_goes_to(any_app, box)
    shop(north_A=9, north_B=9)
    order = place(("A", 1), customer=Customer("Ada Byron", "Ada@Example.com", ""))
    db.write(follow_orders, [order.id])
    person = record_of(order.id)
    do(cancel_order, CancelOrder(order.id, "customer", notify=True))
    react(modules=OWN)
    mine, unnamed = a_quote(), a_quote(customer_name="")
    others = [a_quote(customer_name="Bob Fox"), a_quote(customer_email="bob@example.com")]
    for quote in (mine, unnamed, *others):
        do(send_quote, command_of(quote))
    run_jobs(any_app)
    do(send_quote, command_of(mine, seen=1))

    given = do(export_customer, person)
    assert [(row["order"], row["quote"], row["status"]) for row in given["messages"]] == [
        (order.number, None, "sent"), (None, mine, "sent"), (None, unnamed, "sent"), (None, mine, "queued")
    ]  # fmt: skip
    assert "Hello Ada Byron" in given["messages"][0]["body"]
    assert given["messages"][3]["facts"]["customer_name"] == "Ada Byron"
    assert [row["id"] for row in given["drafts"]] == [mine, unnamed]
    do(erase_customer, EraseCustomer(person))

    kept = repr([read("SELECT * FROM order_message WHERE recipient = ''"), read("SELECT * FROM order_draft WHERE customer_name = ''")])
    assert not any(word in kept for word in ("Ada", "ada@", "Byron"))
    rest = read("SELECT draft_id FROM order_message WHERE recipient <> '' ORDER BY id")
    assert [row[0] for row in rest] == others
    assert len(read("SELECT id FROM order_draft WHERE document LIKE '%@example.com%'")) == len(others)
    run_jobs(any_app)
    assert len(box.got) == 5  # the one that still waited was not sent
    assert_clean()


def typed_of_draft(draft_id):
    with db.db.engine.connect() as connection:
        row = store.draft(connection, draft_id)
    return typed_of(store.document(row))


def test_people_read_it_send_it_and_see_to_whom_without_javascript(app, client, box):
    act_as(app)
    mail_goes_to(app, box)
    shop(north_A=9, north_B=9)
    do(save_draft, SaveDraft(document_of(read_draft(TYPED))))
    fields = open_page(client, "/drafts/1").get("order-form").fields()

    missing = client.post("/drafts/1?then=message", data=fields)
    assert (missing.status_code, "Required for a quote" in missing.text) == (422, True)
    answer = client.post("/drafts/1?then=message", data={**fields, "valid_until": "2099-01-31"})
    assert (answer.status_code, answer.headers["Location"]) == (303, AT)
    page = open_page(client, AT)
    assert "Tax (VAT 19 %): £3.80" in page.get("message-text").text
    form = page.get("message-form")
    shown = submit(client, form)
    assert "on its way to ada@example.com" in shown.root.text
    assert "Waits to be sent ada@example.com" in shown.get("draft-messages-1").text
    assert client.post(AT, data=form.fields()).status_code == 303  # the same press again
    other = client.post(AT, data={**form.fields(), "_key": "another window"})
    assert (other.status_code, "has sent this quote already" in other.text) == (409, True)
    assert len(told()) == 1
    run_jobs(app)
    assert "Sent ada@example.com" in open_page(client, "/drafts/1").get("draft-messages-1").text

    again = open_page(client, AT)
    assert "sent before" in again.root.text
    submit(client, again.get("message-form"))
    run_jobs(app)
    assert len(box.got) == 2


def test_a_page_says_why_it_cannot_be_sent(app, client, box):
    act_as(app)
    shop(north_A=9, north_B=9)
    a_quote()
    a_quote(customer_email="")
    a_quote(**{"lines-0-quantity": "x"})
    do(save_draft, SaveDraft(document_of(read_draft(TYPED))))

    assert "no mail server is set" in client.get(AT).text
    fields = {"version": "1", "seen": "0", "_key": "k"}
    assert client.post(AT, data=fields).status_code == 409
    mail_goes_to(app, box)
    assert "has no e-mail address" in client.get("/drafts/2/message").text
    assert client.post("/drafts/2/message", data={**fields, "_key": "k2"}).status_code == 422
    assert "not complete" in client.get("/drafts/3/message").text
    assert "Only a quote can be sent" in client.get("/drafts/4/message").text
    assert client.get("/drafts/9/message").status_code == 404
    assert told() == []


def test_who_looks_at_the_quote_hears_that_it_was_sent(app, box):
    mail_goes_to(app, box)
    shop(north_A=9, north_B=9)
    do(send_quote, command_of(a_quote()))
    with db.db.engine.connect() as connection:
        events = tuple(event for event in after(connection, 0, 100) if event.type == "MessageMoved")

    assert Room("drafts") in list(rooms_of(events[0]))
    with app.test_request_context("/"):
        assert "draft-page-1" in [known.k for known in payload_for(Changes(Room("drafts"), events=events)).ids]


def test_machines_send_a_quote_once_and_again_when_they_say_so(app, box):
    mail_goes_to(app, box)
    shop(north_A=9, north_B=9)
    api = Api(app)
    a_quote()
    a_quote(customer_email="")

    assert api.post("drafts/1/messages", {}, key=None).status_code == 400
    made = api.post("drafts/1/messages", {"version": 1})
    assert made.status_code == 201, made.json
    Message.model_validate(made.json)
    assert api.post("drafts/1/messages", {}).status_code == 409
    assert api.post("drafts/1/messages", {"again": True}).status_code == 201
    assert api.post("drafts/2/messages", {}).status_code == 422
    assert api.post("drafts/9/messages", {}).status_code == 404
    run_jobs(app)
    listed = api.get("drafts/1/messages").json
    MessageList.model_validate(listed)
    assert [(row["kind"], row["status"], row["recipient"]) for row in listed["items"]] == [("quote", "sent", "ada@example.com")] * 2
