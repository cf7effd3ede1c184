"""/stock/<sku>/selling: may it be sold before it is here, and what does each channel leave to the others."""

from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory.selling import set_selling
from dashboard.inventory.views import levels, selling_form
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/stock/<path:code>/selling")
@requires("catalog.write")
def edit_selling(code: str) -> Any:
    return redirect(flask.url_for("stock.edit_levels", code=catalog.sku(code).code, _anchor="selling"))


@blueprint.post("/stock/<path:code>/selling")
@requires("catalog.write")
def update_selling(code: str) -> Any:
    sku = catalog.sku(code)
    form = selling_form.read(sku, typed=True)
    if selling_form.has_errors(form):
        return _again(sku, form, "", 422)
    try:
        saved = once.run(set_selling, selling_form.command(sku, form), lambda changed: {"changed": changed})
    except Invalid as error:
        return _again(sku, form, error.message, 422)
    except Conflict as error:
        refresh()
        return _again(sku, selling_form.read(sku, typed=True, fresh=True), error.message, 409)
    flask.flash(f"How {sku.code} is sold is set." if saved["changed"] else "Nothing changed.", "ok")
    return redirect(flask.url_for("stock.show", code=sku.code))


def _again(sku: Any, form: Any, message: str, status: int) -> Any:
    key = once.fresh_key() if status == 409 else once.new_key()
    headers = {"HX-Retarget": "#selling-form"} if status == 409 else {}
    values = {"sku": sku, "selling": form, "selling_message": message, "selling_key": key, "policies": selling_form.WORDS}
    if wants_part():
        html = flask.render_template("inventory/_selling_form.html", **values)
    else:
        html = flask.render_template("inventory/levels.html", **values, rows=levels.rows_of(sku), message="", key=once.fresh_key())
    return flask.make_response(html, status, headers)
