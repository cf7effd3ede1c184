"""GET /api/v1/orders/{number}/messages: what the customer was told, and whether it arrived at a mail server."""

import flask

from dashboard.api import once, order_answers
from dashboard.api.message_schemas import MessageList
from dashboard.api.routes import route
from dashboard.kernel import clock
from dashboard.notifications import store as messages
from dashboard.orders import store
from dashboard.web import access

blueprint = flask.Blueprint("order_messages_api", __name__, url_prefix="/api/v1/orders/<number>")


@route(blueprint, "GET", "/messages", "orders.prices", "Messages to the customer, newest first", answer=MessageList)
def index_messages(number: str) -> flask.Response:
    order = store.by_number(store.reader(), number)
    order_answers.check_channel(access.actor(), order.channel, number)
    items = [
        {
            "id": str(row.id),
            "by": row.by_name,
            "queued_at": clock.iso(row.queued_at),
            "sent_at": clock.iso(row.sent_at) if row.sent_at else None,
            **{name: getattr(row, name) for name in ("kind", "status", "recipient", "subject", "body", "attempts", "error")},
        }
        for row in messages.of_order(store.reader(), order.id)
    ]
    return once.show({"items": items, "next": None})
