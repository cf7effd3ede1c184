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
from dashboard.inventory.store.selling import Preorder, preorders
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader

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
    recipes, waiting = kits_store.recipes_of(items), preorders(reader(), [sku.id for sku in items])
    records = [_with(sku_record(sku, recipes.get(sku.id, ())), waiting.get(sku.id)) for sku in items]
    return once.show({"items": records, "next": following})


@route(blueprint, "POST", "", "catalog.write", "Create a SKU", body=SkuBody, answer=schemas.Sku, status=201)
def create(body: SkuBody) -> flask.Response:
    return once.write(_create, body.command())


def _create(tx: Tx, command: CreateSku, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = create_sku(tx, command, actor, now)
    return 201, _with(sku_record(tx.orm.get_one(Sku, saved.id), kits.read(tx, saved.id)), None)


@route(blueprint, "GET", "/<path:code>", "catalog.read", "Read a SKU", answer=schemas.Sku)
def show(code: str) -> flask.Response:
    sku = store.sku(code)
    record = sku_record(sku, kits_store.recipes_of([sku]).get(sku.id, ()))
    return once.show(_with(record, preorders(reader(), [sku.id]).get(sku.id)))


def _with(record: dict[str, Any], preorder: Preorder | None) -> dict[str, Any]:
    """The SKU with its preorder, when it has a day."""
    told = {"available_from": preorder.available_from.isoformat(), "cap": preorder.cap} if preorder else None
    return record | {"preorder": told}


@route(blueprint, "PATCH", "/<path:code>", "catalog.write", "Change a SKU", body=SkuChangeBody, answer=schemas.Sku)
def update(body: SkuChangeBody, code: str) -> flask.Response:
    return once.write(_update, body.command(store.sku(code).code))


def _update(tx: Tx, command: UpdateSku, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = update_sku(tx, command, actor, now)
    tx.flush()
    record = sku_record(tx.orm.get_one(Sku, saved.id), kits.read(tx, saved.id))
    return 200, _with(record, preorders(tx.connection, [saved.id]).get(saved.id))
