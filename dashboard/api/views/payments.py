"""/api/v1/payments/{id}: read, capture, refund, void."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.accounts.roles import refund_verdict
from dashboard.api import bodies, once, schemas
from dashboard.api.order_answers import check_channel
from dashboard.api.routes import number_of, route
from dashboard.api.stock_bodies import CaptureBody, RefundBody, VoidBody
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.payments import actions, record
from dashboard.payments.commands import CapturePayment, RefundPayment, VoidPayment
from dashboard.web import access

blueprint = flask.Blueprint("payments_api", __name__, url_prefix="/api/v1/payments/<payment>")


class Step(NamedTuple):
    id: int
    body: Any


def _step(payment: str, body: Any) -> Step:
    return Step(number_of(payment, "payment"), body)


def _currency(connection: Any, payment_id: int, actor: Actor) -> str:
    """Raises: NotFound, also for another channel's payment."""
    number, channel, currency = record.owner(connection, payment_id)
    check_channel(actor, channel, number)
    return currency


@route(blueprint, "GET", "", "payments.read", "Read a payment", answer=schemas.Payment)
def show(payment: str) -> flask.Response:
    payment_id = number_of(payment, "payment")
    _currency(reader(), payment_id, access.actor())
    return once.show(record.payment(reader(), payment_id))


@route(blueprint, "POST", "/captures", "payments.capture", "Take the money", body=CaptureBody, answer=schemas.Payment, status=201, key=True)
def create_capture(body: CaptureBody, payment: str) -> flask.Response:
    return once.write(_capture, _step(payment, body), needs_key=True)


def _capture(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    currency, body = _currency(tx.connection, step.id, actor), step.body
    amount = None if body.amount is None else bodies.minor(body.amount, currency, "amount")
    actions.capture_payment(tx, CapturePayment(step.id, amount, body.version), actor, now)
    return 201, record.payment(tx.connection, step.id)


@route(blueprint, "POST", "/refunds", "payments.refund", "Pay back", body=RefundBody, answer=schemas.Payment, status=201, key=True)
def create_refund(body: RefundBody, payment: str) -> flask.Response:
    return once.write(_refund, _step(payment, body), needs_key=True)


def _refund(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    body = step.body
    amount = bodies.minor(body.amount, _currency(tx.connection, step.id, actor), "amount")
    verdict = refund_verdict(actor, amount)
    if verdict != "yes":
        what = "needs a second person" if verdict == "second_person" else "is above the limit of this token's role"
        raise Forbidden(f"A refund of {body.amount} {what}.", verdict=verdict)
    actions.refund_payment(tx, RefundPayment(step.id, amount, body.reason, body.version), actor, now)
    return 201, record.payment(tx.connection, step.id)


@route(blueprint, "POST", "/void", "payments.capture", "Give back what is not captured", body=VoidBody, answer=schemas.Payment, status=201)
def create_void(body: VoidBody, payment: str) -> flask.Response:
    return once.write(_void, _step(payment, body))


def _void(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    currency, body = _currency(tx.connection, step.id, actor), step.body
    amount = None if body.amount is None else bodies.minor(body.amount, currency, "amount")
    actions.void_payment(tx, VoidPayment(step.id, body.version, amount), actor, now)
    return 201, record.payment(tx.connection, step.id)
