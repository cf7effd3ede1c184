"""/stock/<sku>/preorder: sold before it can be had, until a day, up to a cap."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory.preorder import set_preorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.inventory.store.selling import selling
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel import clock, units
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/stock/<path:code>/preorder")
@requires("catalog.write")
def edit_preorder(code: str) -> Any:
    sku = catalog.sku(code)
    return flask.render_template("inventory/preorder.html", **_values(sku, form_of(sku), "", once.new_key()))


@blueprint.post("/stock/<path:code>/preorder")
@requires("catalog.write")
def update_preorder(code: str) -> Any:
    sku = catalog.sku(code)
    form = form_of(sku)
    command = _read(sku.code, form)
    if form.errors:
        return _again(sku, form, "", 422)
    try:
        saved = once.run(set_preorder, command, lambda changed: {"changed": changed})
    except Invalid as error:
        form.errors = error.facts.get("fields", {})
        return _again(sku, form, "", 422)
    except Conflict as error:
        refresh()
        return _again(sku, SimpleNamespace(**{**vars(form_of(sku)), "shown": form.shown}), error.message, 409)
    flask.flash(f"The preorder of {sku.code} is set." if saved["changed"] else "Nothing changed.", "ok")
    return redirect(flask.url_for("stock.show", code=sku.code))


def form_of(sku: Any) -> SimpleNamespace:
    """What the form shows: what is stored, and no complaints yet."""
    stored = selling(reader(), sku.id)
    day = stored.preorder_from.isoformat() if stored.preorder_from else ""
    cap = "" if stored.preorder_cap is None else str(stored.preorder_cap)
    seen = {"available_from": day, "preorder_cap": cap}
    is_on = stored.on_preorder(clock.now().date())
    return SimpleNamespace(seen=seen, shown=dict(seen), errors={}, waiting=stored.open_units, is_on=is_on)


def _read(code: str, form: SimpleNamespace) -> SetPreorder:
    given = flask.request.form
    form.shown = {name: given.get(name, "").strip() for name in form.seen}
    form.seen = {name: given.get(f"was_{name}", "") for name in form.seen}
    day, cap = _day(form.shown["available_from"], form.errors), _cap(form.shown["preorder_cap"], form.errors)
    base = _day(form.seen["available_from"], {}), _cap(form.seen["preorder_cap"], {})
    return SetPreorder(code, day, cap, base)


def _day(typed: str, errors: dict[str, str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        errors["available_from"] = "Write a day like 2026-12-01."
        return None


def _cap(typed: str, errors: dict[str, str]) -> int | None:
    try:
        return units.whole_units(typed, "units", least=0) if typed else None
    except Invalid as error:
        errors["preorder_cap"] = error.message
        return None


def _values(sku: Any, form: SimpleNamespace, message: str, key: str) -> dict[str, Any]:
    return {"sku": sku, "preorder": form, "preorder_message": message, "preorder_key": key}


def _again(sku: Any, form: SimpleNamespace, message: str, status: int) -> Any:
    key = once.fresh_key() if status == 409 else once.new_key()
    template = "inventory/_preorder_form.html" if wants_part() else "inventory/preorder.html"
    headers = {"HX-Retarget": "#preorder-form"} if status == 409 else {}
    return flask.make_response(flask.render_template(template, **_values(sku, form, message, key)), status, headers)
