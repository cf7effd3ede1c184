"""/api/v1/drafts/{draft}/messages: a quote sent to its customer, and what became of it."""

from typing import Any

import flask

from dashboard.api import once, order_answers
from dashboard.api.draft_bodies import QuoteMessageBody
from dashboard.api.message_schemas import Message, MessageList
from dashboard.api.routes import number_of, route
from dashboard.drafts import store, worth
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.notifications import store as messages
from dashboard.notifications.commands import SendQuote
from dashboard.notifications.quotes import send_quote
from dashboard.notifications.record import message_record
from dashboard.orders import store as orders

blueprint = flask.Blueprint("draft_messages_api", __name__, url_prefix="/api/v1/drafts/<draft>")


@route(blueprint, "GET", "/messages", "orders.create", "When a quote was sent, and to whom, newest first", answer=MessageList)
def index_draft_messages(draft: str) -> flask.Response:
    connection = orders.reader()
    row = store.draft(connection, number_of(draft, "draft"))
    items = [message_record(found) for found in messages.of_draft(connection, row.id)]
    return once.show({"items": items, "next": None})


@route(
    blueprint, "POST", "/messages", "orders.create", "Send a quote to its customer by e-mail",
    body=QuoteMessageBody, answer=Message, status=201, key=True,
)  # fmt: skip
def create_draft_message(body: QuoteMessageBody, draft: str) -> flask.Response:
    """Answers with the message that waits to be sent; 409 for a quote that was sent before, unless `again`."""
    row = store.draft(orders.reader(), number_of(draft, "draft"))
    recipient = worth.address_of(row)
    order_answers.check_notify(True, recipient, "the quote")
    seen = None if body.again else 0
    command = SendQuote(row.id, body.version or row.version, recipient, worth.quote_facts(row), seen)
    return once.act(send_quote, command, _sent)


def _sent(tx: Tx, message_id: int, _actor: Actor) -> dict[str, Any]:
    return message_record(messages.one(tx.connection, message_id))
