"""/api/v1/suppliers: who supplies, and what."""

from typing import Any

import flask

from dashboard.api import asked, once
from dashboard.api.purchasing_bodies import SuppliedBody, SupplierBody, SupplierChangeBody
from dashboard.api.purchasing_schemas import SuppliedList, Supplier, SupplierList
from dashboard.api.routes import number_of, route
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.purchasing import record, store
from dashboard.purchasing.suppliers import SavedSupplier, save_supplier, supply_sku
from dashboard.web import access

blueprint = flask.Blueprint("suppliers_api", __name__, url_prefix="/api/v1/suppliers")
PAGES = {"cursor": "`next` of the page before", "limit": "1 to 200"}


@route(blueprint, "GET", "", "purchasing.read", "Suppliers, by name", answer=SupplierList, query=PAGES)
def index() -> flask.Response:
    limit, after = asked.limit(), asked.cursor(str)
    rows = store.suppliers(reader(), after[0] if after else "", limit + 1)
    items, following = asked.page(rows, limit, lambda row: (row.name,))
    return once.show({"items": [record.supplier(row) for row in items], "next": following})


@route(blueprint, "POST", "", "purchasing.write", "Add a supplier", body=SupplierBody, answer=Supplier, status=201, key=True)
def create(body: SupplierBody) -> flask.Response:
    return once.act(save_supplier, body.command(), _supplier)


@route(blueprint, "GET", "/<supplier>", "purchasing.read", "Read a supplier", answer=Supplier)
def show(supplier: str) -> flask.Response:
    return once.show(record.supplier(store.supplier(reader(), _id(supplier))))


@route(
    blueprint,
    "PUT",
    "/<supplier>",
    "purchasing.write",
    "Change a supplier",
    body=SupplierChangeBody,
    answer=Supplier,
)
def update(body: SupplierChangeBody, supplier: str) -> flask.Response:
    return once.act(save_supplier, body.change(_id(supplier)), _supplier, 200, needs_key=False)


@route(blueprint, "GET", "/<supplier>/skus", "purchasing.read", "What it supplies, by SKU", answer=SuppliedList, query=PAGES)
def skus(supplier: str) -> flask.Response:
    limit, after = asked.limit(), asked.cursor(str)
    found = store.supplier(reader(), _id(supplier))
    rows = store.supplied(reader(), found.id, after[0] if after else "", limit + 1)
    items, following = asked.page(rows, limit, lambda row: (row.sku,))
    costs = access.actor().may("orders.prices")
    return once.show({"items": [record.supplied(row, found.currency, costs=costs) for row in items], "next": following})


@route(
    blueprint,
    "POST",
    "/<supplier>/skus",
    "purchasing.write",
    "It supplies this SKU from now on, in place of whoever did",
    body=SuppliedBody,
    answer=Supplier,
    status=201,
    key=True,
)
def supply(body: SuppliedBody, supplier: str) -> flask.Response:
    return once.act(supply_sku, body.command(_id(supplier)), _supplier)


def _id(supplier: str) -> int:
    return number_of(supplier, "supplier")


def _supplier(tx: Tx, saved: SavedSupplier, _actor: Actor) -> dict[str, Any]:
    return record.supplier(store.supplier(tx.connection, saved.id))
