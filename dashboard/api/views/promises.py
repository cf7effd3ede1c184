"""/api/v1/orders/{number}/early and /customer-told: what a person decides about the dates an order was promised."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import once, order_answers, schemas
from dashboard.api.promise_bodies import EarlyBody, ToldBody
from dashboard.api.routes import route
from dashboard.fulfilment.backorders import send_early
from dashboard.fulfilment.commands import SendEarly
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import store
from dashboard.promises.commands import TellCustomer
from dashboard.promises.keeping import tell_customer

blueprint = flask.Blueprint("promises_api", __name__, url_prefix="/api/v1/orders/<number>")


class Asked(NamedTuple):
    """What is asked of which order."""

    number: str
    body: Any


@route(
    blueprint, "POST", "/early", "work.write", "Let an order leave before its preorder date",
    body=EarlyBody, answer=schemas.Order, status=201,
)  # fmt: skip
def create_early(body: EarlyBody, number: str) -> flask.Response:
    return once.write(_early, Asked(number, body))


def _early(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx, asked.number, actor)
    send_early(tx, SendEarly(facts.id, asked.body.reason, asked.body.version), actor, now)
    return 201, _record(tx, facts.number, actor)


@route(
    blueprint, "POST", "/customer-told", "orders.update", "The customer knows the promised day",
    body=ToldBody, answer=schemas.Order, status=201,
)  # fmt: skip
def create_customer_told(body: ToldBody, number: str) -> flask.Response:
    return once.write(_told, Asked(number, body))


def _told(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx, asked.number, actor)
    tell_customer(tx, TellCustomer(facts.id, asked.body.version), actor, now)
    return 201, _record(tx, facts.number, actor)


def _seen(tx: Tx, number: str, actor: Actor) -> Any:
    facts = store.by_number(tx.connection, number)
    order_answers.check_channel(actor, facts.channel, number)
    return facts


def _record(tx: Tx, number: str, actor: Actor) -> dict[str, Any]:
    tx.flush()
    return order_answers.seen_by(store.order_record(tx.connection, number), actor)
