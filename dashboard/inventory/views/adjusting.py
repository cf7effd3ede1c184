"""/stock/<sku>/adjustments: the form as a page, as a row of the matrix, and its answers."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import kits_store
from dashboard.catalog import store as catalog
from dashboard.inventory import store
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.forms import SET
from dashboard.inventory.limits import check_reach
from dashboard.inventory.tracked_typed import wants_another
from dashboard.inventory.views import cell, page, words
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel.errors import Conflict, DomainError, InsufficientStock, Invalid
from dashboard.orders.store import refresh
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, toast, wants_part

FIELD_OF = {"change": "units", "on_hand": "units"}


@blueprint.get("/stock/<path:code>/adjustments/new")
@requires("stock.adjust")
def new(code: str) -> Any:
    """A row below the SKU's own row in the matrix; without JavaScript the form on the SKU's page."""
    sku = catalog.sku(code)
    location = flask.request.args.get("location", "")
    if not wants_part():
        return flask.redirect(flask.url_for("stock.show", code=sku.code, location=location, _anchor="adjust"), 302)
    if flask.request.args.get("close"):
        return flask.render_template("inventory/_closed_row.html", sku=sku)
    here = page.place_cell(sku, location)
    values = page.adjusting(sku, access.actor(), location)
    if values["form"] is None:
        raise Invalid(_no_form(sku))
    return flask.render_template("inventory/_adjust_row.html", sku=sku, here=here, **values)


@blueprint.post("/stock/<path:code>/adjustments")
@requires("stock.adjust")
def create(code: str) -> Any:
    sku = catalog.sku(code)
    values = page.adjusting(sku, access.actor())
    form = values["form"]
    if form is None:
        raise Invalid(_no_form(sku))
    in_cell = flask.request.form.get("from") == "cell" and wants_part()
    if wants_another(flask.request.form):
        return _again(sku, values, 200)
    if not form.validate():
        return cell.refused(cell.messages(form)) if in_cell else _again(sku, values, 422)
    try:
        command = form.command(sku.code, sku.tracks)
        check_reach(command, access.actor())
        saved = once.run(adjust_stock, command, _balance)
    except Invalid as error:
        _complain(form, error)
        return cell.refused([error.message]) if in_cell else _again(sku, values, 422)
    except InsufficientStock as error:
        return cell.refused([error.message], 409) if in_cell else _conflict(sku, values, error)
    except Conflict as error:
        return cell.conflict(sku, form, error) if in_cell else _conflict(sku, values, error)
    return _done(sku, form, saved)


def _no_form(sku: Any) -> str:
    if sku.kind != "kit":
        return f"{sku.code} is a service, or none of your locations keeps stock."
    parts = ", ".join(part.code for part in kits_store.parts_of([sku.id]).get(sku.id, ()))
    return f"{sku.code} is a kit; it has no stock of its own. Adjust its parts: {parts}."


def _balance(balance: Any) -> dict[str, Any]:
    return {"on_hand": balance.on_hand, "available": balance.available, "version": balance.version}


def _done(sku: Any, form: Any, saved: dict[str, Any]) -> Any:
    place = next(found.name for found in store.locations() if found.code == form.location.data)
    message = f"{sku.code} at {place}: {saved['on_hand']:,} on hand, {saved['available']:,} available."
    if flask.request.form.get("from") == "cell" and wants_part():
        return cell.saved(sku, form, message)
    if flask.request.form.get("from") == "matrix" and wants_part():
        refresh()
        here = page.place_cell(sku, form.location.data)
        body = flask.render_template("inventory/_adjusted_row.html", sku=sku, cell=here.cell, place=here.place, may_adjust=True)
        return flask.make_response(body, 200, toast(message))
    flask.flash(message, "ok")
    return redirect(flask.url_for("stock.show", code=sku.code, location=form.location.data))


def _conflict(sku: Any, values: dict[str, Any], error: Conflict) -> Any:
    """409: what is there now beside what was wanted; sending again sets it against today's figure."""
    form = values["form"]
    refresh()
    here = page.place_cell(sku, form.location.data)
    form.expected.data = str(here.cell.on_hand)
    form.expected.raw_data = None
    wanted = f"set to {form.units.data:,}" if form.how.data == SET else f"change by {words.signed(form.units.data)}"
    values["conflict"] = SimpleNamespace(
        message=error.message, theirs=here.cell, place=here.place, yours=wanted, seen=error.facts.get("expected")
    )
    values["key"] = once.fresh_key()
    return _again(sku, values, 409)


def _again(sku: Any, values: dict[str, Any], status: int) -> Any:
    """The form with its complaints: in the matrix, in the SKU's page, or as that whole page."""
    values = {"conflict": None, **values}
    headers: dict[str, str] = {}
    if not wants_part():
        shown = {**page.values_of(sku.code), **values, "live": None}
        return flask.make_response(flask.render_template("inventory/show.html", **shown), status)
    if flask.request.form.get("from") == "matrix":
        here = page.place_cell(sku, values["form"].location.data)
        body = flask.render_template("inventory/_adjust_row.html", sku=sku, here=here, **values)
        target = f"#adjust-{sku.id}"
    else:
        body, target = flask.render_template("inventory/_adjust_form.html", sku=sku, **values), "#adjust-form"
    if status == 409:
        headers["HX-Retarget"] = target
    return flask.make_response(body, status, headers)


def _complain(form: Any, error: DomainError) -> None:
    for name, message in error.facts.get("fields", {"units": error.message}).items():
        if not form.given.complain(name, message):
            field = form._fields.get(FIELD_OF.get(name, name), form.units)
            field.errors = (*field.errors, message)
