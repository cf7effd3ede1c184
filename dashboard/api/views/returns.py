"""/api/v1/returns: list, read, receive. Those who may not see prices see none."""

import datetime as dt
from typing import Any

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.api import asked, once, schemas
from dashboard.api.order_answers import check_channel, returned
from dashboard.api.order_bodies import ReceiptBody
from dashboard.api.routes import number_of, route
from dashboard.api.tracked_bodies import by_sku
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.returns import record
from dashboard.returns.actions import receive_return
from dashboard.returns.commands import ReceiveReturn
from dashboard.returns.rules import RETURN
from dashboard.web import access

blueprint = flask.Blueprint("returns_api", __name__, url_prefix="/api/v1/returns")


@route(
    blueprint,
    "GET",
    "",
    "orders.read",
    "Returns, newest first",
    answer=schemas.ReturnList,
    query={"status": "only those in this state", "limit": "1 to 200", "cursor": "of the page before"},
)
def index() -> flask.Response:
    actor, limit, cursor = access.actor(), asked.limit(), asked.cursor(int)
    status = asked.choice("status", ("", *RETURN.moves), "") or None
    found = record.page(reader(), status, actor.channel, cursor[0] if cursor else None, limit + 1)
    items, after = asked.page(found, limit, lambda one: (int(one["id"]),))
    return once.show({"items": [returned(one, actor) for one in items], "next": after})


@route(blueprint, "GET", "/<id_>", "orders.read", "Read a return", answer=schemas.Return)
def show(id_: str) -> flask.Response:
    found = record.return_(reader(), number_of(id_, "return"))
    check_channel(access.actor(), found["channel"], found["order"] or found["number"])
    return once.show(returned(found, access.actor()))


@route(
    blueprint, "POST", "/<id_>/receipt", "work.write", "The goods are back", body=ReceiptBody, answer=schemas.Return, status=201
)
def create_receipt(body: ReceiptBody, id_: str) -> flask.Response:
    command = ReceiveReturn(number_of(id_, "return"), body.location, body.version, by_sku(body.lines))
    return once.act(_receive, command, _return, needs_key=False)


def _receive(tx: Tx, command: ReceiveReturn, actor: Actor, now: dt.datetime) -> int:
    found = record.return_(tx.connection, command.return_id)
    check_channel(actor, found["channel"], found["order"] or found["number"])
    if not reaches_location(actor, command.location):
        raise Forbidden(f"This token works at {', '.join(actor.locations or ())}, not at {command.location}.")
    receive_return(tx, command, actor, now)
    return command.return_id


def _return(tx: Tx, return_id: int, actor: Actor) -> dict[str, Any]:
    tx.flush()
    return returned(record.return_(tx.connection, return_id), actor)
