"""/api/v1/transfers: drafts, dispatch, receipts, losses, return, cancellation."""

from typing import Any

import flask

from dashboard.api import asked, once, transfer_schemas
from dashboard.api.routes import route
from dashboard.api.transfer_bodies import DispatchBody, LossBody, TransferBody, TransferReceiptBody, TransferStepBody
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.transfers import record, store
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back, settle_loss
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
    return once.act(draft_transfer, body.command(), _transfer)


@route(blueprint, "GET", "/<number>", "stock.read", "Read a transfer", answer=transfer_schemas.Transfer)
def show(number: str) -> flask.Response:
    return once.show(record.transfer_record(reader(), number))


@route(blueprint, "POST", "/<number>/dispatch", "stock.adjust", "All its units leave, or none", body=DispatchBody, **STEP)
def create_dispatch(body: DispatchBody, number: str) -> flask.Response:
    return once.act(dispatch_transfer, body.command(number), _transfer)


@route(blueprint, "POST", "/<number>/receipts", "stock.adjust", "Units arrive, all or some", body=TransferReceiptBody, **STEP)
def create_receipt(body: TransferReceiptBody, number: str) -> flask.Response:
    return once.act(receive_transfer, body.command(number), _transfer)


@route(blueprint, "POST", "/<number>/losses", "stock.adjust", "Write off units lost on the way", body=LossBody, **STEP)
def create_loss(body: LossBody, number: str) -> flask.Response:
    return once.act(settle_loss, body.command(number), _transfer)


@route(blueprint, "POST", "/<number>/return", "stock.adjust", "What is on the way goes back", body=TransferStepBody, **STEP)
def create_return(body: TransferStepBody, number: str) -> flask.Response:
    return once.act(send_back, body.send_back(number), _transfer)


@route(blueprint, "POST", "/<number>/cancellation", "stock.adjust", "Cancel a draft", body=TransferStepBody, **STEP)
def create_cancellation(body: TransferStepBody, number: str) -> flask.Response:
    return once.act(cancel_transfer, body.cancellation(number), _transfer)


def _transfer(tx: Tx, saved: Any, _actor: Actor) -> dict[str, Any]:
    """The transfer as the step left it."""
    return record.transfer_record(tx.connection, saved.number)
