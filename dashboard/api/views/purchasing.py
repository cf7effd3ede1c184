"""/api/v1/purchase-orders: write, place, receive and cancel them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import flask

from dashboard.api import asked, once
from dashboard.api.purchasing_bodies import PlacementBody, PurchaseCancellationBody, PurchaseOrderBody, ReceiptBody
from dashboard.api.purchasing_schemas import PurchaseOrder, PurchaseOrderList
from dashboard.api.routes import route
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.purchasing import record
from dashboard.purchasing.actions import cancel_purchase_order, create_purchase_order, place_purchase_order
from dashboard.purchasing.commands import CancelPurchaseOrder, PlacePurchaseOrder
from dashboard.purchasing.receiving import receive_purchase
from dashboard.purchasing.rules import VIEWS
from dashboard.web import access

blueprint = flask.Blueprint("purchasing_api", __name__, url_prefix="/api/v1/purchase-orders")
WHICH = {
    "view": f"one of {', '.join(VIEWS)}",
    "q": "part of a number or supplier, or a whole SKU code or barcode",
    "cursor": "`next` of the page before",
    "limit": "1 to 200",
}


@route(blueprint, "GET", "", "purchasing.read", "Purchase orders, newest first", answer=PurchaseOrderList, query=WHICH)
def index() -> flask.Response:
    limit, before = asked.limit(), asked.cursor(int)
    view, query = asked.choice("view", VIEWS, "all"), asked.word("q")
    found = record.listed(reader(), view, query, clock.now().date(), before[0] if before else None, limit + 1)
    items, following = asked.page(found, limit, lambda row: (int(row["id"]),))
    return once.show({"items": items, "next": following})


@route(
    blueprint, "POST", "", "purchasing.write", "Write a draft", body=PurchaseOrderBody, answer=PurchaseOrder, status=201, key=True
)
def create(body: PurchaseOrderBody) -> flask.Response:
    return once.write(_telling(create_purchase_order, 201), body.command(), needs_key=True)


@route(blueprint, "GET", "/<number>", "purchasing.read", "One with its lines and receipts", answer=PurchaseOrder)
def show(number: str) -> flask.Response:
    return once.show(record.purchase_order(reader(), number, costs=access.actor().may("orders.prices")))


@route(
    blueprint,
    "POST",
    "/<number>/placement",
    "purchasing.write",
    "The supplier has it: its units are incoming",
    body=PlacementBody,
    answer=PurchaseOrder,
    key=True,
)
def place(body: PlacementBody, number: str) -> flask.Response:
    return once.write(_telling(place_purchase_order), PlacePurchaseOrder(number, body.version), needs_key=True)


@route(
    blueprint,
    "POST",
    "/<number>/receipts",
    "stock.adjust",
    "Put units that came on the shelf",
    body=ReceiptBody,
    answer=PurchaseOrder,
    status=201,
    key=True,
)
def receive(body: ReceiptBody, number: str) -> flask.Response:
    return once.write(_telling(receive_purchase, 201), body.command(number), needs_key=True)


@route(
    blueprint,
    "POST",
    "/<number>/cancellation",
    "purchasing.write",
    "Cancel it before anything came",
    body=PurchaseCancellationBody,
    answer=PurchaseOrder,
    key=True,
)
def cancel(body: PurchaseCancellationBody, number: str) -> flask.Response:
    command = CancelPurchaseOrder(number, body.reason, body.version)
    return once.write(_telling(cancel_purchase_order), command, needs_key=True)


def _telling(action: Callable[..., Any], status: int = 200) -> once.Work:
    """The action, answered with the whole purchase order after it."""

    def work(tx: Tx, command: Any, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
        number = action(tx, command, actor, now).number
        return status, record.purchase_order(tx.connection, number, costs=actor.may("orders.prices"))

    return work
