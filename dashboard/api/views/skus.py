"""/api/v1/skus: list, read, create, change."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import asked, once, schemas
from dashboard.api.routes import route
from dashboard.api.stock_bodies import SkuBody, SkuChangeBody
from dashboard.catalog import kits, kits_store, store
from dashboard.catalog.actions import create_sku, update_sku
from dashboard.catalog.commands import CreateSku, UpdateSku
from dashboard.catalog.model import Sku
from dashboard.catalog.record import sku_record
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx

blueprint = flask.Blueprint("skus_api", __name__, url_prefix="/api/v1/skus")


@route(
    blueprint,
    "GET",
    "",
    "catalog.read",
    "List SKUs by code",
    answer=schemas.SkuList,
    query={"q": "start of a code, part of a name, or a barcode", "cursor": "`next` of the page before", "limit": "1 to 200"},
)
def index() -> flask.Response:
    limit, after = asked.limit(), asked.cursor(str)
    found = store.skus(asked.word("q"), after[0] if after else "", limit + 1)
    items, following = asked.page(list(found), limit, lambda sku: (sku.code,))
    recipes = kits_store.recipes_of(items)
    return once.show({"items": [sku_record(sku, recipes.get(sku.id, ())) for sku in items], "next": following})


@route(blueprint, "POST", "", "catalog.write", "Create a SKU", body=SkuBody, answer=schemas.Sku, status=201)
def create(body: SkuBody) -> flask.Response:
    return once.write(_create, body.command())


def _create(tx: Tx, command: CreateSku, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = create_sku(tx, command, actor, now)
    return 201, sku_record(tx.orm.get_one(Sku, saved.id), kits.read(tx, saved.id))


@route(blueprint, "GET", "/<path:code>", "catalog.read", "Read a SKU", answer=schemas.Sku)
def show(code: str) -> flask.Response:
    sku = store.sku(code)
    return once.show(sku_record(sku, kits_store.recipes_of([sku]).get(sku.id, ())))


@route(blueprint, "PATCH", "/<path:code>", "catalog.write", "Change a SKU", body=SkuChangeBody, answer=schemas.Sku)
def update(body: SkuChangeBody, code: str) -> flask.Response:
    return once.write(_update, body.command(store.sku(code).code))


def _update(tx: Tx, command: UpdateSku, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = update_sku(tx, command, actor, now)
    tx.flush()
    return 200, sku_record(tx.orm.get_one(Sku, saved.id), kits.read(tx, saved.id))
