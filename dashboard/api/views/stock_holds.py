"""/api/v1/stock/holds: keep stock for a cart or a checkout, for minutes."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import hold_schemas, once
from dashboard.api.hold_bodies import HoldChangeBody, StockHoldBody
from dashboard.api.routes import route
from dashboard.inventory import holds
from dashboard.inventory.hold_commands import ExtendHold, HoldStock, ReleaseStockHold
from dashboard.inventory.store.holds import hold_record
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.web import access

blueprint = flask.Blueprint("stock_holds_api", __name__, url_prefix="/api/v1/stock/holds")
Answer = tuple[int, dict[str, Any]]


@route(
    blueprint,
    "POST",
    "",
    "orders.create",
    "Hold stock for a cart",
    body=StockHoldBody,
    answer=hold_schemas.StockHold,
    status=201,
    key=True,
)
def create(body: StockHoldBody) -> flask.Response:
    own = access.actor().channel
    if own is not None and body.channel != own:
        raise Forbidden(f"This token holds stock for channel {own} only.", channel=own)
    return once.write(_hold, body.command(), needs_key=True)


def _hold(tx: Tx, command: HoldStock, actor: Actor, now: dt.datetime) -> Answer:
    return 201, hold_record(tx.connection, holds.hold_stock(tx, command, actor, now).token, None)


@route(blueprint, "GET", "/<token>", "orders.create", "Read a stock hold", answer=hold_schemas.StockHold)
def show(token: str) -> flask.Response:
    return once.show(hold_record(reader(), token, access.actor().channel))


@route(
    blueprint,
    "PATCH",
    "/<token>",
    "orders.create",
    "Hold it until minutes from now",
    body=HoldChangeBody,
    answer=hold_schemas.StockHold,
)
def update(body: HoldChangeBody, token: str) -> flask.Response:
    return once.write(_extend, body.command(token, access.actor().channel))


def _extend(tx: Tx, command: ExtendHold, actor: Actor, now: dt.datetime) -> Answer:
    holds.extend_hold(tx, command, actor, now)
    return 200, hold_record(tx.connection, command.token, None)


@route(blueprint, "DELETE", "/<token>", "orders.create", "Give held stock back", answer=hold_schemas.StockHold)
def delete(token: str) -> flask.Response:
    return once.write(_release, ReleaseStockHold(token, access.actor().channel))


def _release(tx: Tx, command: ReleaseStockHold, actor: Actor, now: dt.datetime) -> Answer:
    holds.release_hold(tx, command, actor, now)
    return 200, hold_record(tx.connection, command.token, None)
