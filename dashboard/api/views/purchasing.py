"""/api/v1/purchase-orders: write, place, await, receive, close short and cancel them."""

from typing import Any

import flask

from dashboard.api import asked, bodies, once
from dashboard.api.purchasing_bodies import (
    ArrivalBody,
    ClosingBody,
    PlacementBody,
    PurchaseCancellationBody,
    PurchaseOrderBody,
    ReceiptBody,
    ScheduleBody,
)
from dashboard.api.purchasing_schemas import PurchaseOrder, PurchaseOrderList
from dashboard.api.routes import route
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.purchasing import record
from dashboard.purchasing.actions import (
    cancel_purchase_order,
    close_short,
    create_purchase_order,
    place_purchase_order,
    reschedule_purchase,
)
from dashboard.purchasing.commands import CancelPurchaseOrder, CloseShort, PlacePurchaseOrder, RecordArrival
from dashboard.purchasing.opened import SavedOrder
from dashboard.purchasing.receiving import receive_purchase, record_arrival
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
    return once.act(create_purchase_order, body.command(), _order)


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
    return once.act(place_purchase_order, PlacePurchaseOrder(number, body.version), _order, 200)


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
    return once.act(receive_purchase, body.command(number), _order)


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
    return once.act(cancel_purchase_order, CancelPurchaseOrder(number, body.reason, body.version), _order, 200)


@route(
    blueprint,
    "POST",
    "/<number>/arrivals",
    "stock.adjust",
    "A delivery stands at the dock: the clock from dock to stock starts",
    body=ArrivalBody,
    answer=PurchaseOrder,
    status=201,
    key=True,
)
def create_arrival(body: ArrivalBody, number: str) -> flask.Response:
    return once.act(record_arrival, RecordArrival(number, bodies.moment(body.arrived_at, "arrived_at")), _order)


@route(
    blueprint,
    "POST",
    "/<number>/schedule",
    "purchasing.write",
    "What is still to come is expected on another day",
    body=ScheduleBody,
    answer=PurchaseOrder,
    key=True,
)
def reschedule(body: ScheduleBody, number: str) -> flask.Response:
    return once.act(reschedule_purchase, body.command(number), _order, 200)


@route(
    blueprint,
    "POST",
    "/<number>/closing",
    "purchasing.write",
    "What has not come will not come",
    body=ClosingBody,
    answer=PurchaseOrder,
    key=True,
)
def close(body: ClosingBody, number: str) -> flask.Response:
    return once.act(close_short, CloseShort(number, body.reason, body.version), _order, 200)


def _order(tx: Tx, saved: SavedOrder, actor: Actor) -> dict[str, Any]:
    """The whole purchase order as the step left it."""
    return record.purchase_order(tx.connection, saved.number, costs=actor.may("orders.prices"))
