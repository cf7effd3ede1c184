"""/stock/<sku>/tracking: whether its units are told apart by lot, by serial number, or not at all."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.catalog.rules import TRACKS
from dashboard.inventory import store
from dashboard.inventory.tracked_typed import typed_day
from dashboard.inventory.tracking_choice import TrackSku, track_sku
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/stock/<path:code>/tracking")
@requires("catalog.write")
def edit_tracking(code: str) -> str:
    sku = catalog.sku(code)
    typed = SimpleNamespace(tracks=sku.tracks, opening_lot="", expires_on="", version=sku.version)
    return flask.render_template("inventory/tracking.html", **_values(sku, typed))


@blueprint.post("/stock/<path:code>/tracking")
@requires("catalog.write")
def update_tracking(code: str) -> Any:
    sku, sent = catalog.sku(code), flask.request.form
    typed = SimpleNamespace(
        tracks=sent.get("tracks", ""),
        opening_lot=sent.get("opening_lot", "")[:200],
        expires_on=sent.get("expires_on", "")[:20],
        version=sent.get("version", 0, type=int),
    )
    try:
        command = TrackSku(sku.code, typed.tracks, typed.version, typed.opening_lot, typed_day(typed.expires_on))
        once.run(track_sku, command, lambda version: {"version": version})
    except Invalid as error:
        return _again(sku, typed, error, 422)
    except Conflict as error:
        refresh()
        sku = catalog.sku(code)
        typed.version = sku.version
        return _again(sku, typed, error, 409)
    flask.flash(f"{sku.code}: {TRACKS[typed.tracks].lower()} from now on.", "ok")
    return redirect(flask.url_for("stock.show", code=sku.code))


def _values(sku: Any, typed: SimpleNamespace, problem: str = "", errors: dict[str, str] | None = None) -> dict[str, Any]:
    total = sum(cell.on_hand for cell in store.rows_of([sku.id], clock.now())[0].cells.values())
    return {
        "sku": sku,
        "typed": typed,
        "choices": list(TRACKS.items()),
        "on_hand": total,
        "problem": problem,
        "errors": errors or {},
        "key": once.fresh_key() if problem else once.new_key(),
    }


def _again(sku: Any, typed: SimpleNamespace, error: Any, status: int) -> Any:
    fields = {("opening_lot" if "lot" in name else name): text for name, text in error.facts.get("fields", {}).items()}
    template = "inventory/_tracking_form.html" if wants_part() else "inventory/tracking.html"
    body = flask.render_template(template, **_values(sku, typed, error.message, fields))
    return flask.make_response(body, status, {"HX-Retarget": "#tracking-form"})
