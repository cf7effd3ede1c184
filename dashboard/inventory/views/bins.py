"""/locations/<code>/bins: the bins of a location, new ones, and what changes of one."""

from typing import Any

import flask

from dashboard.inventory import store
from dashboard.inventory.bin_commands import UpdateBin
from dashboard.inventory.bin_forms import NewBinsForm, PutAwayForm
from dashboard.inventory.bin_rules import KINDS
from dashboard.inventory.bins import create_bins, update_bin
from dashboard.inventory.limits import reachable
from dashboard.inventory.store import bins as read
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.units import whole_units
from dashboard.orders.store import reader, refresh
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect, toast, wants_part
from dashboard.web.livepage import clock_version, live_page

blueprint = flask.Blueprint("bins", __name__, url_prefix="/locations/<location>")
PAGE = 100


@blueprint.get("/bins")
@requires("stock.read")
def index(location: str) -> str:
    target = flask.request.htmx.target or ""
    part = "inventory/_bins.html" if target == "bins" else "inventory/_bins_page.html"
    return flask.render_template(part if wants_part() else "inventory/bins.html", **list_of(location))


def list_of(location: str, **forms: Any) -> dict[str, Any]:
    """The page of a location's bins. forms: those that are shown again, by name, and what they say."""
    live = live_page(f"bins:{location[:20]}")
    place, actor, connection = store.location(location), access.actor(), reader()
    asked = flask.request.args
    query = asked.get("q", "").strip()[:30]
    after = paging.decode(asked["after"], int, str) if asked.get("after") else None
    rows = read.bins(connection, place.id, query, after, PAGE + 1)
    cursor = paging.encode(rows[PAGE - 1].pick_order, rows[PAGE - 1].code) if len(rows) > PAGE else None
    may_put = actor.may("stock.adjust") and bool(reachable([place], actor))
    put = forms.get("put") or PutAwayForm(None, data={"sku": asked.get("sku", "")[:64], "units": asked.get("units", type=int)})
    values = {
        "live": live,
        "seen_at": clock_version(),
        "place": place,
        "rows": rows[:PAGE],
        "query": query,
        "first": after is None,
        "more": flask.url_for("bins.index", location=place.code, q=query or None, after=cursor) if cursor else None,
        "loose": read.loose(connection, place.id) if rows else [],
        "kinds": KINDS,
        "may_put": may_put,
        "may_write": actor.may("catalog.write"),
        "put": put,
        "new": NewBinsForm(None),
        "edited": None,
        "key": once.new_key(),
    }
    return values | forms


def answer(location: str, status: int, message: str = "", **forms: Any) -> Any:
    """The page again after a post. message: of success."""
    refresh()
    values = list_of(location, **forms) | {"key": once.fresh_key()}
    if not wants_part():
        return flask.make_response(flask.render_template("inventory/bins.html", **values), status)
    headers = toast(message) if message else {"HX-Retarget": "#bins-page"}
    return flask.make_response(flask.render_template("inventory/_bins_page.html", **values), status, headers)


@blueprint.post("/bins")
@requires("catalog.write")
def create(location: str) -> Any:
    form = NewBinsForm()
    if not form.validate():
        return answer(location, 422, new=form)
    try:
        saved = once.run(create_bins, form.command(location))
    except (Invalid, Conflict) as error:
        show_errors(form, error)
        return answer(location, error.status, new=form)
    codes = saved["codes"]
    flask.flash(f"{codes[0]} is there." if len(codes) == 1 else f"{len(codes)} bins are there, {codes[0]} to {codes[-1]}.", "ok")
    return redirect(flask.url_for("bins.index", location=location))


@blueprint.post("/bins/<code>")
@requires("catalog.write")
def update(location: str, code: str) -> Any:
    """One row of the list, edited in place."""
    asked = flask.request.form
    edited = {"code": code, "pick_order": asked.get("pick_order", "")[:20], "error": ""}
    try:
        pick_order = whole_units(edited["pick_order"], "pick order", 0)
        command = UpdateBin(
            location, code, asked.get("version", 0, type=int), pick_order, asked.get("pickable") == "1", asked.get("active") == "1"
        )
        saved = once.run(update_bin, command)
    except (Invalid, Conflict) as error:
        return answer(location, error.status, edited={**edited, "error": error.message})
    message = f"Bin {saved['code']} is saved."
    if wants_part():
        return answer(location, 200, message)
    flask.flash(message, "ok")
    return redirect(flask.url_for("bins.index", location=location))
