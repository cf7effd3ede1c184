"""/api/v1/skus/<code>/preorder: sold before it can be had, until a day, up to a cap."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import once, promise_schemas
from dashboard.api.promise_bodies import PreorderBody
from dashboard.api.routes import route
from dashboard.catalog import lookup, store
from dashboard.inventory.preorder import set_preorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.inventory.store.selling import selling
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader

blueprint = flask.Blueprint("preorders_api", __name__, url_prefix="/api/v1/skus")


@route(blueprint, "GET", "/<path:code>/preorder", "catalog.read", "Read a preorder", answer=promise_schemas.Preorder)
def show(code: str) -> flask.Response:
    sku = store.sku(code)
    return once.show(_record(reader(), sku.id, sku.code, clock.now().date()))


@route(
    blueprint,
    "PUT",
    "/<path:code>/preorder",
    "catalog.write",
    "Put a SKU on preorder, or end that",
    body=PreorderBody,
    answer=promise_schemas.Preorder,
)
def update(body: PreorderBody, code: str) -> flask.Response:
    return once.write(_set, body.command(store.sku(code).code))


def _set(tx: Tx, command: SetPreorder, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    set_preorder(tx, command, actor, now)
    sku = lookup.skus(tx, [command.sku])[command.sku]
    return 200, _record(tx.connection, sku.id, sku.code, now.date())


def _record(connection: Any, sku_id: int, code: str, today: dt.date) -> dict[str, Any]:
    found = selling(connection, sku_id)
    return {
        "sku": code,
        "available_from": found.preorder_from.isoformat() if found.preorder_from else None,
        "cap": found.preorder_cap,
        "waiting": found.open_units,
        "on_preorder": found.on_preorder(today),
    }
