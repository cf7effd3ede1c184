"""/api/v1/stock: balances, adjustments, the ledger."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import asked, once, schemas
from dashboard.api.routes import route
from dashboard.api.stock_bodies import AdjustmentBody
from dashboard.inventory import record, sellable
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.limits import check_reach
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.purchasing.store import incoming_units
from dashboard.web import access

blueprint = flask.Blueprint("stock_api", __name__, url_prefix="/api/v1/stock")
CHANNEL = {"channel": "tell what this channel may sell of each SKU"}
WHICH = {"sku": "of this SKU", "location": "at the location with this code", "cursor": "`next` of the page before", "limit": "1 to 200"}


@route(blueprint, "GET", "", "stock.read", "Balances per SKU and location", answer=schemas.StockList, query=WHICH | CHANNEL)
def index() -> flask.Response:
    limit, channel = asked.limit(), asked.word("channel")
    check_channel(channel)
    found = record.balances(reader(), asked.word("sku"), asked.word("location"), asked.cursor(str, str), limit + 1)
    items, following = asked.page(found, limit, lambda row: (row["sku"], row["location"]))
    if channel:
        sellable.add_to(items, reader(), channel)
    return once.show({"items": _with_incoming(reader(), items), "next": following})


def check_channel(channel: str) -> None:
    """Raises: Forbidden, when a channel's token asks about another."""
    own = access.actor().channel
    if channel and own not in (None, channel):
        raise Forbidden(f"This token is for channel {own} only.", channel=own)


@route(
    blueprint,
    "POST",
    "/adjustments",
    "stock.adjust",
    "Change on hand, or set it while it is what you expect",
    body=AdjustmentBody,
    answer=schemas.Stock,
    status=201,
    key=True,
)
def create_adjustment(body: AdjustmentBody) -> flask.Response:
    command = body.command()
    check_reach(command, access.actor())
    return once.write(_adjust, command, needs_key=True)


def _adjust(tx: Tx, command: AdjustStock, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    changed = record.balance(tx.connection, adjust_stock(tx, command, actor, now).id)
    return 201, _with_incoming(tx.connection, [changed])[0]


def _with_incoming(connection: Any, balances: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What purchase orders still bring, beside what is there."""
    found = incoming_units(connection, [balance["sku"] for balance in balances])
    return [{**balance, "incoming": found.get((balance["sku"], balance["location"]), 0)} for balance in balances]


@route(blueprint, "GET", "/movements", "stock.read", "The ledger, newest first", answer=schemas.MovementList, query=WHICH)
def index_movements() -> flask.Response:
    limit, before = asked.limit(), asked.cursor(int)
    found = record.movements(reader(), asked.word("sku"), asked.word("location"), before[0] if before else None, limit + 1)
    items, following = asked.page(found, limit, lambda row: (int(row["id"]),))
    return once.show({"items": items, "next": following})
