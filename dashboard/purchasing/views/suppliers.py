"""/suppliers: who supplies, how fast, and which SKUs."""

from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dashboard.orders.store import reader, refresh
from dashboard.purchasing import store
from dashboard.purchasing.forms import SupplierForm, SupplySkuForm
from dashboard.purchasing.suppliers import save_supplier, supply_sku
from dashboard.purchasing.views.blueprint import blueprint
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

PAGE = 50


@blueprint.get("/suppliers")
@requires("purchasing.read")
def suppliers() -> str:
    return flask.render_template("purchasing/suppliers.html", **_list(SupplierForm()))


@blueprint.post("/suppliers")
@requires("purchasing.write")
def create_supplier() -> Any:
    form = SupplierForm()
    try:
        if not form.validate():
            return _list_again(form)
        saved = once.run(save_supplier, form.command())
    except (Invalid, Conflict) as error:
        _complain(form, error)
        return _list_again(form)
    flask.flash(f"{saved['name']} is a supplier now. Say which SKUs it supplies.", "ok")
    return redirect(flask.url_for("purchasing.supplier", supplier_id=saved["id"]))


@blueprint.get("/suppliers/<int:supplier_id>")
@requires("purchasing.read")
def supplier(supplier_id: int) -> str:
    return flask.render_template("purchasing/supplier.html", **_one(supplier_id))


@blueprint.post("/suppliers/<int:supplier_id>")
@requires("purchasing.write")
def update_supplier(supplier_id: int) -> Any:
    form = SupplierForm()
    if not form.validate():
        return _one_again(supplier_id, 422, form=form)
    try:
        saved = once.run(save_supplier, form.command(supplier_id, flask.request.form.get("version", 0, type=int)))
    except Invalid as error:
        _complain(form, error)
        return _one_again(supplier_id, 422, form=form)
    except Conflict as error:
        _complain(form, error)
        return _one_again(supplier_id, 409, form=form, problem=error.message)
    flask.flash(f"{saved['name']} is saved.", "ok")
    return redirect(flask.url_for("purchasing.supplier", supplier_id=supplier_id))


@blueprint.post("/suppliers/<int:supplier_id>/skus")
@requires("purchasing.write")
def supply(supplier_id: int) -> Any:
    sku_form = SupplySkuForm()
    if not sku_form.validate():
        return _one_again(supplier_id, 422, sku_form=sku_form)
    try:
        word = (sku_form.sku.data or "").strip()
        codes = {typed: sku.code for typed, sku in catalog.by_words({word}).items()}
        command = sku_form.command(supplier_id, codes)
        saved = once.run(supply_sku, command)
    except (Invalid, NotFound) as error:
        _complain(sku_form, error)
        return _one_again(supplier_id, 422, sku_form=sku_form)
    flask.flash(f"{saved['name']} supplies {command.sku.upper()} from now on.", "ok")
    return redirect(flask.url_for("purchasing.supplier", supplier_id=supplier_id))


def _list(form: SupplierForm) -> dict[str, Any]:
    may_write = access.actor().may("purchasing.write")
    return {"rows": store.suppliers(reader()), "form": form, "may_write": may_write, "key": once.new_key()}


def _list_again(form: SupplierForm) -> Any:
    template = "purchasing/_suppliers.html" if wants_part() else "purchasing/suppliers.html"
    return flask.make_response(flask.render_template(template, **_list(form)), 422, {"HX-Retarget": "#suppliers"})


def _one(supplier_id: int, form: Any = None, sku_form: Any = None, problem: str = "") -> dict[str, Any]:
    found = store.supplier(reader(), supplier_id)
    after = paging.decode(flask.request.args["after"], str)[0] if flask.request.args.get("after") else ""
    rows = store.supplied(reader(), supplier_id, after, PAGE + 1)
    shown = rows[:PAGE]
    cursor = paging.encode(shown[-1].sku) if len(rows) > PAGE else None
    return {
        "supplier": found,
        "form": form or SupplierForm(None, obj=found),
        "sku_form": sku_form or SupplySkuForm(None),
        "rows": shown,
        "more": flask.url_for("purchasing.supplier", supplier_id=supplier_id, after=cursor) if cursor else None,
        "problem": problem,
        "may_write": access.actor().may("purchasing.write"),
        "see_costs": access.actor().may("orders.prices"),
        "key": once.fresh_key() if problem else once.new_key(),
    }


def _one_again(supplier_id: int, status: int, **values: Any) -> Any:
    refresh()
    template = "purchasing/_supplier.html" if wants_part() else "purchasing/supplier.html"
    body = flask.render_template(template, **_one(supplier_id, **values))
    return flask.make_response(body, status, {"HX-Retarget": "#supplier-page"})


def _complain(form: Any, error: DomainError) -> None:
    for name, message in error.facts.get("fields", {}).items():
        field = form._fields.get(name)
        if field is not None:
            field.errors = (*field.errors, message)
