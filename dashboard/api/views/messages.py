"""GET /api/v1/orders/{number}/messages: what the customer was told, and whether it arrived at a mail server."""

import flask

from dashboard.api import once, order_answers
from dashboard.api.message_schemas import MessageList
from dashboard.api.routes import route
from dashboard.notifications import store as messages
from dashboard.notifications.record import message_record
from dashboard.orders import store
from dashboard.web import access

blueprint = flask.Blueprint("order_messages_api", __name__, url_prefix="/api/v1/orders/<number>")


@route(blueprint, "GET", "/messages", "orders.prices", "Messages to the customer, newest first", answer=MessageList)
def index_messages(number: str) -> flask.Response:
    order = store.by_number(store.reader(), number)
    order_answers.check_channel(access.actor(), order.channel, number)
    items = [message_record(row) for row in messages.of_order(store.reader(), order.id)]
    return once.show({"items": items, "next": None})
