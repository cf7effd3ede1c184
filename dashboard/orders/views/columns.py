"""Which columns of the list a person sees, and how high its rows are: kept with the person, not in the URL."""

from typing import Any
from urllib.parse import urlsplit

import flask

from dashboard.kernel import clock, db
from dashboard.orders import store
from dashboard.orders.saving import ChooseColumns, choose_columns
from dashboard.orders.sight import sight_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import access
from dashboard.web.access import local_path, requires
from dashboard.web.htmx import redirect, wants_part

COLUMNS = {
    "status": "Status",
    "ready": "Ready",
    "next": "Next step",
    "customer": "Customer",
    "items": "Items",
    "total": "Total",
    "location": "Location",
    "age": "Age",
    "ship_by": "Ship by",
}
"""Those that can be left out; the order's number stays."""


@blueprint.get("/columns")
@requires("orders.read")
def columns() -> Any:
    """The choice of columns; `back` is the list it was opened on."""
    actor = access.actor()
    choice = store.choice_of(store.reader(), int(actor.id)) if actor.kind == "user" else store.Choice()
    shown = COLUMNS if sight_of(actor).full else {name: label for name, label in COLUMNS.items() if name != "total"}
    back = local_path(flask.request.args.get("back"), "/orders")
    template = "orders/_columns_form.html" if wants_part() else "orders/columns.html"
    return flask.render_template(template, columns=shown, choice=choice, here=back)


@blueprint.post("/columns")
@requires("orders.read")
def choose() -> Any:
    """Show exactly the ticked columns; `reset` shows all of them in rows of the usual height."""
    form = flask.request.form
    shown = set(form.getlist("column"))
    command = ChooseColumns((), dense=False)
    if "reset" not in form:
        command = ChooseColumns(tuple(name for name in COLUMNS if name not in shown), form.get("dense") == "1")
    db.write(choose_columns, command, access.actor(), clock.now())
    here = urlsplit(flask.request.headers.get("HX-Current-URL", ""))
    in_menu = wants_part() and here.path != flask.request.path
    back = f"{here.path}?{here.query}" if in_menu else form.get("back")
    return redirect(local_path(back, "/orders"))
