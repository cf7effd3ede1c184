"""/locations/<code>/put-aways and the page of one bin: what lies in it, why, and where it goes next."""

import datetime as dt
from typing import Any

import flask

from dashboard.counts.store import precision
from dashboard.inventory import store
from dashboard.inventory.bin_forms import MoveForm, PutAwayForm
from dashboard.inventory.bin_rules import KINDS
from dashboard.inventory.forms import choices
from dashboard.inventory.limits import reachable
from dashboard.inventory.putting import move_units, put_away
from dashboard.inventory.store import bins as read
from dashboard.inventory.views import bins, words
from dashboard.inventory.views.bins import blueprint
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.store import reader, refresh
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect, toast, wants_part
from dashboard.web.livepage import clock_version, live_page

PAGE = 50
PRECISION_DAYS = 365


@blueprint.post("/put-aways")
@requires("stock.adjust")
def create_put_away(location: str) -> Any:
    """Answers to the page it was sent from: the location's bins, or the SKU's own page (`from=stock`)."""
    form = PutAwayForm()
    if not form.validate():
        return bins.answer(location, 422, put=form)
    try:
        saved = once.run(put_away, form.command(location))
    except (Invalid, NotFound, Conflict) as error:
        show_errors(form, error)
        return bins.answer(location, 409 if isinstance(error, Conflict) else 422, put=form)
    message = f"{saved['units']:,} of {saved['sku']} lie in {saved['bin']} now, {saved['in_bin']:,} in all; {saved['loose']:,} in no bin."
    if wants_part() and flask.request.form.get("from") != "stock":
        return bins.answer(location, 200, message)
    flask.flash(message, "ok")
    if flask.request.form.get("from") == "stock":
        return redirect(flask.url_for("stock.show", code=saved["sku"], _anchor="stock-bins"))
    return redirect(flask.url_for("bins.index", location=location))


@blueprint.get("/bins/<code>")
@requires("stock.read")
def show(location: str, code: str) -> Any:
    return flask.render_template("inventory/_bin_page.html" if wants_part() else "inventory/bin.html", **_values(location, code))


def _values(location: str, code: str, form: MoveForm | None = None) -> dict[str, Any]:
    live = live_page(f"bin:{location[:20]}/{code[:30].strip().upper()}")
    place, connection, actor = store.location(location), reader(), access.actor()
    found = read.bin_(connection, place.id, code)
    contents = read.contents(connection, found.id)
    if form is None:
        form = _move_form(contents)
    may_put = actor.may("stock.adjust") and bool(reachable([place], actor))
    return {
        "live": live,
        **moved(connection, place, found, flask.request.args.get("before")),
        "kinds": KINDS,
        "contents": contents,
        "precision": precision(connection, clock.now() - dt.timedelta(days=PRECISION_DAYS), found.id),
        "days": PRECISION_DAYS,
        "form": form if may_put and contents else None,
        "may_count": may_put and bool(contents),
        "key": once.new_key(),
    }


def moved(connection: Any, place: Any, bin_: Any, before: str | None = None) -> dict[str, Any]:
    """One page of a bin's ledger: the newest, or those before a cursor."""
    rows = read.movements(connection, bin_.id, paging.decode(before, int)[0] if before else None, PAGE + 1)
    cursor = paging.encode(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return {
        "place": place,
        "bin": bin_,
        "rows": [words.bin_entry(row) for row in rows[:PAGE]],
        "older": flask.url_for("bins.show", location=place.code, code=bin_.code, before=cursor) if cursor else None,
        "newest": before is None,
        "seen_at": clock_version(),
    }


def _move_form(contents: Any) -> MoveForm:
    form = MoveForm()
    form.sku.choices = choices((one.sku, f"{one.sku} ({one.units:,})") for one in contents)
    return form


@blueprint.post("/bins/<code>/moves")
@requires("stock.adjust")
def create_move(location: str, code: str) -> Any:
    place = store.location(location)
    form = _move_form(read.contents(reader(), read.bin_(reader(), place.id, code).id))
    if not form.validate():
        return _answer(location, code, 422, form)
    try:
        saved = once.run(move_units, form.command(place.code, code))
    except (Invalid, NotFound, Conflict) as error:
        show_errors(form, error)
        return _answer(location, code, 409 if isinstance(error, Conflict) else 422, form)
    where = f"to {saved['bin']}" if saved["bin"] else "out of their bin"
    return _answer(location, code, 200, message=f"{saved['units']:,} of {saved['sku']} went {where}.")


def _answer(location: str, code: str, status: int, form: MoveForm | None = None, message: str = "") -> Any:
    refresh()
    if message and not wants_part():
        flask.flash(message, "ok")
        return redirect(flask.url_for("bins.show", location=location, code=code))
    blank = None if form else MoveForm(None)
    values = _values(location, code, form)
    if blank is not None and values["form"] is not None:
        blank.sku.choices = values["form"].sku.choices
        values["form"] = blank
    values["key"] = once.fresh_key()
    template = "inventory/_bin_page.html" if wants_part() else "inventory/bin.html"
    headers = toast(message) if message else {"HX-Retarget": "#bin-page"}
    return flask.make_response(flask.render_template(template, **values), status, headers if wants_part() else {})
