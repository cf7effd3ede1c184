"""/api/v1/transfers: drafts, dispatch, receipts, losses, return, cancellation."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, once, transfer_schemas
from dashboard.api.routes import route
from dashboard.api.transfer_bodies import DispatchBody, LossBody, TransferBody, TransferReceiptBody, TransferStepBody
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.transfers import record, store
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back, settle_loss
from dashboard.transfers.commands import DraftTransfer
from dashboard.transfers.drafts import cancel_transfer, draft_transfer
from dashboard.transfers.rules import VIEWS

blueprint = flask.Blueprint("transfers_api", __name__, url_prefix="/api/v1/transfers")
WHICH = {
    "view": "all, open (drafts), in_transit or done",
    "q": "start of a number or of a SKU, or a location's code",
    "cursor": "`next` of the page before",
    "limit": "1 to 200",
}
STEP = {"answer": transfer_schemas.Transfer, "status": 201, "key": True}


class Asked(NamedTuple):
    """Which step of which transfer."""

    action: Callable[..., Any]
    command: Any


@route(blueprint, "GET", "", "stock.read", "Transfers, newest first", answer=transfer_schemas.TransferList, query=WHICH)
def index() -> flask.Response:
    limit, before = asked.limit(), asked.cursor(int)
    view = asked.choice("view", VIEWS, "all")
    rows = store.transfers(reader(), view, asked.word("q").strip(), before[0] if before else None, limit + 1)
    items, following = asked.page(rows, limit, lambda row: (row.id,))
    return once.show({"items": [record.row_record(row) for row in items], "next": following})


@route(
    blueprint,
    "POST",
    "",
    "stock.adjust",
    "Draft a transfer",
    body=TransferBody,
    answer=transfer_schemas.Transfer,
    status=201,
    key=True,
)
def create(body: TransferBody) -> flask.Response:
    return once.write(_draft, body.command(), needs_key=True)


def _draft(tx: Tx, command: DraftTransfer, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = draft_transfer(tx, command, actor, now)
    return 201, record.transfer_record(tx.connection, saved.number)


@route(blueprint, "GET", "/<number>", "stock.read", "Read a transfer", answer=transfer_schemas.Transfer)
def show(number: str) -> flask.Response:
    return once.show(record.transfer_record(reader(), number))


@route(blueprint, "POST", "/<number>/dispatch", "stock.adjust", "All its units leave, or none", body=DispatchBody, **STEP)
def create_dispatch(body: DispatchBody, number: str) -> flask.Response:
    return _step(dispatch_transfer, body.command(number))


@route(blueprint, "POST", "/<number>/receipts", "stock.adjust", "Units arrive, all or some", body=TransferReceiptBody, **STEP)
def create_receipt(body: TransferReceiptBody, number: str) -> flask.Response:
    return _step(receive_transfer, body.command(number))


@route(blueprint, "POST", "/<number>/losses", "stock.adjust", "Write off units lost on the way", body=LossBody, **STEP)
def create_loss(body: LossBody, number: str) -> flask.Response:
    return _step(settle_loss, body.command(number))


@route(blueprint, "POST", "/<number>/return", "stock.adjust", "What is on the way goes back", body=TransferStepBody, **STEP)
def create_return(body: TransferStepBody, number: str) -> flask.Response:
    return _step(send_back, body.send_back(number))


@route(blueprint, "POST", "/<number>/cancellation", "stock.adjust", "Cancel a draft", body=TransferStepBody, **STEP)
def create_cancellation(body: TransferStepBody, number: str) -> flask.Response:
    return _step(cancel_transfer, body.cancellation(number))


def _step(action: Callable[..., Any], command: Any) -> flask.Response:
    return once.write(_take, Asked(action, command), needs_key=True)


def _take(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = asked_.action(tx, asked_.command, actor, now)
    return 201, record.transfer_record(tx.connection, saved.number)
