"""/api/v1/orders/{number}/...: holds, cancellation, notes, payments, fulfilment orders, routing, returns, events."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, bodies, log, once, order_answers, order_part_schemas, schemas
from dashboard.api.order_bodies import CancellationBody, HoldBody, NoteBody, PaymentBody, ReturnBody, ShippingChoiceBody
from dashboard.api.routes import number_of, route
from dashboard.fulfilment import record as fulfilment
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import actions, store, together
from dashboard.orders.commands import AddNote, ChooseShipping, PlaceHold, ReleaseHold
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.payments import record as payments
from dashboard.payments.actions import authorize_payment
from dashboard.payments.commands import AuthorizePayment
from dashboard.returns import record as returns
from dashboard.returns.actions import request_return
from dashboard.returns.commands import RequestReturn, ReturnItem
from dashboard.routing import record as routing
from dashboard.web import access

blueprint = flask.Blueprint("order_parts_api", __name__, url_prefix="/api/v1/orders/<number>")


class Asked(NamedTuple):
    """What is asked of which order. part: the rest of the address."""

    number: str
    body: Any = None
    part: str = ""


def _order(number: str) -> Any:
    """The order's columns, for this actor. Raises: NotFound."""
    return _seen(store.reader(), number, access.actor())


def _seen(connection: Any, number: str, actor: Actor) -> Any:
    facts = store.by_number(connection, number)
    order_answers.check_channel(actor, facts.channel, number)
    return facts


def _record(tx: Tx, number: str, actor: Actor) -> dict[str, Any]:
    tx.flush()
    return order_answers.seen_by(store.order_record(tx.connection, number), actor)


def _items(found: list[Any]) -> flask.Response:
    return once.show({"items": found, "next": None})


@route(blueprint, "GET", "/holds", "orders.read", "Open holds of an order", answer=schemas.HoldList)
def holds(number: str) -> flask.Response:
    _order(number)
    return _items(store.order_record(store.reader(), number)["holds"])


@route(blueprint, "POST", "/holds", "holds.write", "Hold an order", body=HoldBody, answer=schemas.Order, status=201)
def create_hold(body: HoldBody, number: str) -> flask.Response:
    bodies.moment(body.until, "until")
    return once.write(_hold, Asked(number, body))


def _hold(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts, body = _seen(tx.connection, asked_.number, actor), asked_.body
    until = bodies.moment(body.until, "until")
    actions.place_hold(tx, PlaceHold(facts.id, body.kind, body.note, until, body.version, body.release_when), actor, now)
    return 201, _record(tx, facts.number, actor)


@route(
    blueprint,
    "PUT",
    "/shipping-choice",
    "orders.update",
    "Ship what is there, or everything together",
    body=ShippingChoiceBody,
    answer=order_part_schemas.ShippingChoice,
)
def set_shipping_choice(body: ShippingChoiceBody, number: str) -> flask.Response:
    return once.write(_choose, Asked(number, body))


def _choose(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts, body = _seen(tx.connection, asked_.number, actor), asked_.body
    version = together.choose_shipping(tx, ChooseShipping(facts.id, body.choice, body.version), actor, now)
    return 200, {"choice": body.choice, "waiting": together.waiting_units(tx.connection, facts.id), "version": version}


@route(blueprint, "GET", "/shipping-choice", "orders.read", "How an order ships", answer=order_part_schemas.ShippingChoice)
def shipping_choice(number: str) -> flask.Response:
    facts, connection = _order(number), store.reader()
    choice = "together" if together.ships_together(connection, facts.id) else "available"
    return once.show({"choice": choice, "waiting": together.waiting_units(connection, facts.id), "version": facts.version})


@route(blueprint, "DELETE", "/holds/<hold>", "holds.write", "Release a hold", answer=schemas.Order, query={"reason": "why it may go on"})
def delete_hold(number: str, hold: str) -> flask.Response:
    return once.write(_release, Asked(number, asked.word("reason"), hold))


def _release(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx.connection, asked_.number, actor)
    hold_id = number_of(asked_.part, "hold")
    if hold_id not in {hold.id for hold in store.holds(tx.connection, facts.id)}:
        raise NotFound(f"Order {facts.number} has no hold {hold_id}.")
    actions.release_hold(tx, ReleaseHold(hold_id, asked_.body), actor, now)
    return 200, _record(tx, facts.number, actor)


@route(
    blueprint, "POST", "/cancellation", "orders.cancel", "Cancel what has not left", body=CancellationBody, answer=schemas.Order, status=201
)
def create_cancellation(body: CancellationBody, number: str) -> flask.Response:
    order_answers.check_notify(body.notify, _order(number).email)
    return once.write(_cancel, Asked(number, body))


def _cancel(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx.connection, asked_.number, actor)
    reason = asked_.body.reason
    known = reason if reason in CANCEL_REASONS else "other"
    cancel_order(tx, CancelOrder(facts.id, known, asked_.body.version, asked_.body.notify), actor, now)
    if known != reason:
        actions.add_note(tx, AddNote(facts.id, f"Cancelled: {reason}"), actor, now)
    return 201, _record(tx, facts.number, actor)


@route(blueprint, "GET", "/notes", "orders.prices", "Notes of an order, newest first", answer=schemas.NoteList)
def notes(number: str) -> flask.Response:
    _order(number)
    return _items(store.order_record(store.reader(), number)["notes"])


@route(blueprint, "POST", "/notes", "notes.write", "Write a note", body=NoteBody, answer=schemas.Note, status=201)
def create_note(body: NoteBody, number: str) -> flask.Response:
    return once.write(_note, Asked(number, body))


def _note(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx.connection, asked_.number, actor)
    note_id = str(actions.add_note(tx, AddNote(facts.id, asked_.body.body), actor, now))
    tx.flush()
    return 201, next(note for note in store.order_record(tx.connection, facts.number)["notes"] if note["id"] == note_id)


@route(blueprint, "GET", "/payments", "payments.read", "Payments of an order", answer=schemas.PaymentList)
def index_payments(number: str) -> flask.Response:
    return _items(payments.payments_of(store.reader(), _order(number).id))


@route(
    blueprint,
    "POST",
    "/payments",
    "payments.capture",
    "Record an authorized payment",
    body=PaymentBody,
    answer=schemas.Payment,
    status=201,
    key=True,
)
def create_payment(body: PaymentBody, number: str) -> flask.Response:
    return once.write(_authorize, Asked(number, body), needs_key=True)


def _authorize(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts, body = _seen(tx.connection, asked_.number, actor), asked_.body
    amount = bodies.minor(body.authorized, facts.currency, "authorized")
    payment_id = authorize_payment(tx, AuthorizePayment(facts.id, amount, body.provider, body.method), actor, now)
    return 201, payments.payment(tx.connection, payment_id)


@route(blueprint, "GET", "/fulfilment-orders", "orders.read", "Fulfilment orders", answer=schemas.FulfilmentOrderList)
def index_fulfilment_orders(number: str) -> flask.Response:
    return _items(fulfilment.fulfilment_orders_of(store.reader(), _order(number).id))


@route(blueprint, "GET", "/routing", "orders.read", "Why these locations send", answer=order_part_schemas.RoutingDecisionList)
def index_routing(number: str) -> flask.Response:
    return _items(routing.decisions(store.reader(), _order(number).id))


@route(blueprint, "GET", "/returns", "orders.read", "Returns of an order", answer=schemas.ReturnList)
def index_returns(number: str) -> flask.Response:
    return _items([order_answers.returned(one, access.actor()) for one in returns.returns_of(store.reader(), _order(number).id)])


@route(blueprint, "POST", "/returns", "orders.update", "Agree to a return", body=ReturnBody, answer=schemas.Return, status=201)
def create_return(body: ReturnBody, number: str) -> flask.Response:
    return once.write(_return, Asked(number, body))


def _return(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts, body = _seen(tx.connection, asked_.number, actor), asked_.body
    line_ids = {line.position: line.id for line in store.lines(tx.connection, facts.id)}
    unknown = [item.line for item in body.lines if item.line not in line_ids]
    if unknown:
        raise Invalid(f"Order {facts.number} has no line {unknown[0]}.", fields={"lines": f"no line {unknown[0]}"})
    items = tuple(ReturnItem(line_ids[item.line], item.quantity, item.disposition) for item in body.lines)
    return_id = request_return(tx, RequestReturn(facts.id, body.reason, items, body.note), actor, now)
    tx.flush()
    return 201, order_answers.returned(returns.return_(tx.connection, return_id), actor)


@route(
    blueprint,
    "GET",
    "/events",
    "orders.read",
    "What happened to an order, oldest first",
    answer=schemas.EventList,
    query={"after": "seq to go on after", "limit": "1 to 200"},
)
def index_events(number: str) -> flask.Response:
    actor = access.actor()
    return once.show(log.page(asked.whole("after"), asked.limit(), actor, order_id=_order(number).id))


