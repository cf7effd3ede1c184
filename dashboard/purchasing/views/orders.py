"""/purchase-orders/new, /purchase-orders/<number>: write a draft, change it, look at an order."""

from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory import store as inventory
from dashboard.inventory.limits import reachable
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.store import reader, refresh
from dashboard.purchasing import forms, store
from dashboard.purchasing.actions import create_purchase_order, edit_draft
from dashboard.purchasing.commands import EditDraft
from dashboard.purchasing.views import page
from dashboard.purchasing.views.blueprint import blueprint
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/purchase-orders/new")
@requires("purchasing.write")
def new() -> str:
    typed = forms.empty_draft(location=flask.request.args.get("location", ""), supplier=flask.request.args.get("supplier", ""))
    return flask.render_template("purchasing/draft.html", **_form(typed, None))


@blueprint.post("/purchase-orders")
@requires("purchasing.write")
def create() -> Any:
    typed = forms.typed_draft(flask.request.form)
    try:
        saved = once.run(create_purchase_order, typed.command(_codes(typed)))
    except (Invalid, NotFound) as error:
        typed.complain(error)
        return _again(typed, None, 422)
    flask.flash(f"Draft {saved['number']} is written. Place it once the supplier has it.", "ok")
    return redirect(flask.url_for("purchasing.show", number=saved["number"]))


@blueprint.get("/purchase-orders/<number>")
@requires("purchasing.read")
def show(number: str) -> str:
    return flask.render_template("purchasing/show.html", **page.values_of(number))


@blueprint.get("/purchase-orders/<number>/edit")
@requires("purchasing.write")
def edit(number: str) -> Any:
    order, lines, _ = store.purchase_order(reader(), number)
    if order.status != "draft":
        raise Conflict(f"{order.number} is {order.status.replace('_', ' ')}; only a draft can be changed.")
    return flask.render_template("purchasing/draft.html", **_form(forms.draft_of(order, lines), order))


@blueprint.post("/purchase-orders/<number>")
@requires("purchasing.write")
def update(number: str) -> Any:
    order = store.purchase_order(reader(), number).order
    typed = forms.typed_draft(flask.request.form)
    version = flask.request.form.get("version", 0, type=int)
    try:
        saved = once.run(edit_draft, EditDraft(order.number, typed.command(_codes(typed)), version))
    except (Invalid, NotFound) as error:
        typed.complain(error)
        return _again(typed, order, 422)
    except Conflict as error:
        refresh()
        return _again(typed, order, 409, error.message)
    flask.flash(f"Draft {saved['number']} is saved.", "ok")
    return redirect(flask.url_for("purchasing.show", number=saved["number"]))


def _codes(typed: forms.TypedDraft) -> dict[str, str]:
    """{typed word: SKU code}: a barcode means its SKU."""
    found = catalog.by_words({line.sku for line in typed.filled if len(line.sku) <= 64})
    return {word: sku.code for word, sku in found.items()}


def _form(typed: forms.TypedDraft, order: Any, conflict: str = "") -> dict[str, Any]:
    """order: the stored draft, None for a new one. conflict: why nothing was saved; theirs are the lines stored now."""
    places = reachable(inventory.locations(active=True), access.actor())
    stored = store.purchase_order(reader(), order.number) if conflict else None
    version = stored.order.version if stored else order.version if order else 0
    return {
        "draft": typed,
        "order": order,
        "version": version if conflict or not flask.request.form else flask.request.form.get("version", version),
        "conflict": conflict,
        "theirs": stored,
        "blank": forms.TypedLine(0),
        "suppliers": [("", "Choose a supplier"), *((found.name, found.name) for found in store.suppliers(reader()))],
        "locations": [("", "Choose a location"), *((place.code, place.name) for place in places)],
        "key": once.fresh_key() if conflict else once.new_key(),
    }


def _again(typed: forms.TypedDraft, order: Any, status: int, conflict: str = "") -> Any:
    template = "purchasing/_draft_form.html" if wants_part() else "purchasing/draft.html"
    headers = {"HX-Retarget": "#purchase-form"} if status == 409 else {}
    return flask.make_response(flask.render_template(template, **_form(typed, order, conflict)), status, headers)
