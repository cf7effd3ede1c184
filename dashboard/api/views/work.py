"""/api/v1/fulfilment-orders/{id}: read, release, reject, pick, pack, ship; /api/v1/returns/{id}: read, receive."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.api import bodies, once, schemas
from dashboard.api.order_answers import check_channel
from dashboard.api.order_bodies import ReceiptBody
from dashboard.api.routes import number_of, route
from dashboard.api.stock_bodies import PackagesBody, PicksBody, RejectionBody, ReleaseBody, ShipmentBody
from dashboard.fulfilment import actions, record
from dashboard.fulfilment.commands import PackUnits, PickUnits, RejectWork, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.rejection import reject_work
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.returns import record as returns
from dashboard.returns.actions import receive_return
from dashboard.returns.commands import ReceiveReturn
from dashboard.web import access

blueprint = flask.Blueprint("work_api", __name__, url_prefix="/api/v1")
HERE = "/fulfilment-orders/<work>"


class Step(NamedTuple):
    id: int
    body: Any


def _id(work: str) -> int:
    return number_of(work, "fulfilment order")


def _check(connection: Any, work_id: int, actor: Actor) -> None:
    """Raises: NotFound, for another channel's order; Forbidden, at another location than theirs."""
    number, channel, location = record.place(connection, work_id)
    check_channel(actor, channel, number)
    if not reaches_location(actor, location):
        raise Forbidden(f"This work is at {location}; this token works at {', '.join(actor.locations or ())}.", location=location)


def _after(tx: Tx, work_id: int) -> dict[str, Any]:
    tx.flush()
    return record.fulfilment_order(tx.connection, work_id)


@route(blueprint, "GET", HERE, "orders.read", "Read a fulfilment order", answer=schemas.FulfilmentOrder)
def show(work: str) -> flask.Response:
    work_id = _id(work)
    found = record.fulfilment_order(reader(), work_id)
    number, channel, _ = record.place(reader(), work_id)
    check_channel(access.actor(), channel, number)
    return once.show(found)


@route(
    blueprint,
    "POST",
    f"{HERE}/release",
    "work.write",
    "Release to the pickers",
    body=ReleaseBody,
    answer=schemas.FulfilmentOrder,
    status=201,
)
def create_release(body: ReleaseBody, work: str) -> flask.Response:
    return once.write(_release, Step(_id(work), body))


def _release(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    _check(tx.connection, step.id, actor)
    actions.release_work(tx, ReleaseWork(step.id, step.body.version), actor, now)
    return 201, _after(tx, step.id)


@route(
    blueprint,
    "POST",
    f"{HERE}/rejection",
    "work.write",
    "Say that this location cannot send it",
    body=RejectionBody,
    answer=schemas.FulfilmentOrder,
    status=201,
)
def create_rejection(body: RejectionBody, work: str) -> flask.Response:
    return once.write(_reject, Step(_id(work), body))


def _reject(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    _check(tx.connection, step.id, actor)
    reject_work(tx, RejectWork(step.id, step.body.reason, step.body.version), actor, now)
    return 201, _after(tx, step.id)


@route(
    blueprint,
    "POST",
    f"{HERE}/picks",
    "work.write",
    "Count units as picked",
    body=PicksBody,
    answer=schemas.FulfilmentOrder,
    status=201,
)
def create_picks(body: PicksBody, work: str) -> flask.Response:
    return once.write(_pick, Step(_id(work), body))


def _pick(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    _check(tx.connection, step.id, actor)
    body, version = step.body, step.body.version
    if body.lines is not None or body.short is None:
        actions.pick_units(tx, PickUnits(step.id, body.units(), version), actor, now)
        version = None
    if body.short is not None:
        actions.short_pick(tx, ShortPick(step.id, body.short, version), actor, now)
    return 201, _after(tx, step.id)


@route(
    blueprint,
    "POST",
    f"{HERE}/packages",
    "work.write",
    "Count units as packed",
    body=PackagesBody,
    answer=schemas.FulfilmentOrder,
    status=201,
)
def create_packages(body: PackagesBody, work: str) -> flask.Response:
    return once.write(_pack, Step(_id(work), body))


def _pack(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    _check(tx.connection, step.id, actor)
    body = step.body
    actions.pack_units(tx, PackUnits(step.id, body.units(), body.errors, body.version), actor, now)
    return 201, _after(tx, step.id)


@route(
    blueprint,
    "POST",
    f"{HERE}/shipment",
    "work.write",
    "Hand over to the carrier",
    body=ShipmentBody,
    answer=schemas.FulfilmentOrder,
    status=201,
)
def create_shipment(body: ShipmentBody, work: str) -> flask.Response:
    bodies.moment(body.expected_at, "expected_at")
    return once.write(_ship, Step(_id(work), body))


def _ship(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    _check(tx.connection, step.id, actor)
    body = step.body
    expected = bodies.moment(body.expected_at, "expected_at")
    command = ShipParcel(step.id, body.carrier, body.tracking_number, body.weight_grams, expected, body.version)
    actions.ship_parcel(tx, command, actor, now)
    return 201, _after(tx, step.id)


@route(blueprint, "GET", "/returns/<id_>", "orders.read", "Read a return", answer=schemas.Return)
def show_return(id_: str) -> flask.Response:
    found = returns.return_(reader(), number_of(id_, "return"))
    check_channel(access.actor(), found["channel"], found["order"] or found["number"])
    return once.show(found)


@route(
    blueprint,
    "POST",
    "/returns/<id_>/receipt",
    "work.write",
    "The goods are back",
    body=ReceiptBody,
    answer=schemas.Return,
    status=201,
)
def create_receipt(body: ReceiptBody, id_: str) -> flask.Response:
    return once.write(_receive, Step(number_of(id_, "return"), body))


def _receive(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    found = returns.return_(tx.connection, step.id)
    check_channel(actor, found["channel"], found["order"] or found["number"])
    if not reaches_location(actor, step.body.location):
        raise Forbidden(f"This token works at {', '.join(actor.locations or ())}, not at {step.body.location}.")
    receive_return(tx, ReceiveReturn(step.id, step.body.location, step.body.version), actor, now)
    tx.flush()
    return 201, returns.return_(tx.connection, step.id)
