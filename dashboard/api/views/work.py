"""/api/v1/fulfilment-orders/{id}: read, release, reject, pick, pack, ship."""

import datetime as dt
from typing import Any

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.api import bodies, once, schemas
from dashboard.api.order_answers import check_channel
from dashboard.api.routes import number_of, route
from dashboard.api.stock_bodies import PackagesBody, PicksBody, RejectionBody, ReleaseBody, ShipmentBody
from dashboard.fulfilment import actions, record
from dashboard.fulfilment.commands import PackUnits, PickUnits, RejectWork, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.rejection import reject_work
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.web import access

blueprint = flask.Blueprint("work_api", __name__, url_prefix="/api/v1")
HERE = "/fulfilment-orders/<work>"


def _id(work: str) -> int:
    return number_of(work, "fulfilment order")


def _check(connection: Any, work_id: int, actor: Actor) -> None:
    """Raises: NotFound, for another channel's order; Forbidden, at another location than theirs."""
    number, channel, location = record.place(connection, work_id)
    check_channel(actor, channel, number)
    if not reaches_location(actor, location):
        raise Forbidden(f"This work is at {location}; this token works at {', '.join(actor.locations or ())}.", location=location)


def _step(action: once.Action, command: Any) -> flask.Response:
    """One step of a fulfilment order (command.id), answered with the fulfilment order after it."""

    def checked(tx: Tx, command: Any, actor: Actor, now: dt.datetime) -> int:
        _check(tx.connection, command.id, actor)
        action(tx, command, actor, now)
        return command.id

    return once.act(checked, command, _work, needs_key=False)


def _work(tx: Tx, work_id: int, _actor: Actor) -> dict[str, Any]:
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
    return _step(actions.release_work, ReleaseWork(_id(work), body.version))


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
    return _step(reject_work, RejectWork(_id(work), body.reason, body.version))


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
    pick = PickUnits(_id(work), body.units(), body.version, body.told(), body.given())
    if body.short is None:
        return _step(actions.pick_units, pick)
    if body.lines is None:
        return _step(actions.short_pick, ShortPick(pick.id, body.short, body.version))

    def pick_then_short(tx: Tx, command: PickUnits, actor: Actor, now: dt.datetime) -> None:
        actions.pick_units(tx, command, actor, now)
        actions.short_pick(tx, ShortPick(command.id, body.short, None), actor, now)

    return _step(pick_then_short, pick)


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
    return _step(actions.pack_units, PackUnits(_id(work), body.units(), body.errors, body.version))


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
    expected = bodies.moment(body.expected_at, "expected_at")
    command = ShipParcel(_id(work), body.carrier, body.tracking_number, body.weight_grams, expected, body.version)
    return _step(actions.ship_parcel, command)
