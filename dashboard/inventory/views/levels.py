"""/stock/<sku>/levels: reorder point and safety stock per location, in one form."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory import store
from dashboard.inventory.commands import SetLevels
from dashboard.inventory.planning import set_levels
from dashboard.inventory.views import selling_form
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel import clock, units
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

NAMES = ("reorder_point", "safety")


@blueprint.get("/stock/<path:code>/levels")
@requires("catalog.write")
def edit_levels(code: str) -> str:
    sku = catalog.sku(code)
    return flask.render_template("inventory/levels.html", sku=sku, rows=rows_of(sku), message="", key=once.new_key(), **_selling(sku))


@blueprint.post("/stock/<path:code>/levels")
@requires("catalog.write")
def update_levels(code: str) -> Any:
    sku = catalog.sku(code)
    rows = rows_of(sku, typed=True)
    if any(row.errors for row in rows):
        return _again(sku, rows, "", 422)
    commands = tuple(
        SetLevels(
            sku.code,
            row.place.code,
            row.wanted["reorder_point"],
            row.wanted["safety"],
            (row.seen["reorder_point"], row.seen["safety"]),
        )
        for row in rows
    )
    try:
        saved = once.run(set_levels, commands, lambda changed: {"changed": changed})
    except Invalid as error:
        return _again(sku, rows, error.message, 422)
    except Conflict as error:
        refresh()
        return _again(sku, rows_of(sku, typed=True, fresh=True), error.message, 409)
    flask.flash(
        f"Levels of {sku.code} are set at {saved['changed']} locations." if saved["changed"] else "Nothing changed.", "ok"
    )
    return redirect(flask.url_for("stock.show", code=sku.code))


def _selling(sku: Any) -> dict[str, Any]:
    """What the form beside this one shows (views.selling)."""
    form = selling_form.read(sku)
    return {"selling": form, "selling_message": "", "selling_key": once.fresh_key(), "policies": selling_form.WORDS}


def rows_of(sku: Any, *, typed: bool = False, fresh: bool = False) -> list[SimpleNamespace]:
    """One row per location. typed: with what the form brought; fresh: seen is what is there now, not what the form says."""
    places = store.locations()
    cells = {cell.location_id: cell for cell in store.rows_of([sku.id], clock.now())[0].cells.values()}
    found = []
    for place in places:
        cell = cells.get(place.id)
        stored = {name: getattr(cell, name) if cell else 0 for name in NAMES}
        row = SimpleNamespace(place=place, stored=stored, seen=dict(stored), wanted=dict(stored), shown=dict(stored), errors={})
        if typed:
            _read(row, fresh=fresh)
        found.append(row)
    return found


def _read(row: SimpleNamespace, *, fresh: bool) -> None:
    for name in NAMES:
        given = flask.request.form.get(f"{name}-{row.place.code}", "")
        row.shown[name] = given
        if not fresh:
            row.seen[name] = flask.request.form.get(f"was_{name}-{row.place.code}", 0, type=int)
        try:
            row.wanted[name] = units.whole_units(given or 0, name.replace("_", " "), least=0)
        except Invalid as error:
            row.errors[name] = error.message


def _again(sku: Any, rows: list[SimpleNamespace], message: str, status: int) -> Any:
    template, beside = ("inventory/_levels_form.html", {}) if wants_part() else ("inventory/levels.html", _selling(sku))
    key = once.fresh_key() if status == 409 else once.new_key()
    headers = {"HX-Retarget": "#levels-form"} if status == 409 else {}
    return flask.make_response(flask.render_template(template, sku=sku, rows=rows, message=message, key=key, **beside), status, headers)
