"""/skus: list, search, create and edit."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import kits_form, kits_store, store
from dashboard.catalog.actions import create_sku, update_sku
from dashboard.catalog.commands import UpdateSku
from dashboard.catalog.forms import (
    FIELD_OF,
    LABELS,
    NewSkuForm,
    SkuForm,
    form_of,
    shown,
    values_of,
)
from dashboard.catalog.kits_form import TypedParts
from dashboard.catalog.model import Sku
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.forms import opened_with
from dashboard.web.htmx import page_or_part, redirect, wants_part

blueprint = flask.Blueprint("skus", __name__, url_prefix="/skus")


@blueprint.get("")
@requires("catalog.read")
def index() -> str:
    query = flask.request.args.get("q", "").strip()[:200]
    limit = paging.limit_of(flask.request.args.get("limit"))
    after = paging.decode(cursor, str)[0] if (cursor := flask.request.args.get("after")) else ""
    rows = list(store.skus(query, after, limit + 1))
    more = None
    if len(rows) > limit:
        rows = rows[:limit]
        more = flask.url_for("skus.index", **({"q": query} if query else {}), after=paging.encode(rows[-1].code))
    may_write = access.actor().may("catalog.write")
    return page_or_part(
        "catalog/index.html", "catalog/_table.html", rows=rows, query=query, more=more, first=not after, may_write=may_write
    )


@blueprint.get("/new")
@requires("catalog.write")
def new() -> str:
    return flask.render_template("catalog/new.html", form=NewSkuForm(), parts=kits_form.known(()), key=once.new_key())


@blueprint.post("")
@requires("catalog.write")
def create() -> Any:
    form, parts = NewSkuForm(), _typed_parts()
    if kits_form.MORE in flask.request.form:
        return _again(form, parts, status=200)
    if not form.validate():
        return _again(form, parts)
    try:
        saved = once.run(create_sku, form.command(parts.recipe()))
    except (Invalid, Conflict) as error:
        return _again(form, parts, error)
    flask.flash(f"SKU {saved['code']} is in the catalogue.", "ok")
    return redirect(flask.url_for("stock.show", code=saved["code"]))


@blueprint.get("/<path:code>/edit")
@requires("catalog.write")
def edit(code: str) -> str:
    sku = store.sku(code)
    recipe = _recipe(sku)
    values = {"base": values_of(sku, recipe), "parts": kits_form.known(recipe)}
    return flask.render_template("catalog/edit.html", form=form_of(sku), sku=sku, diff=(), key=once.new_key(), **values)


@blueprint.post("/<path:code>")
@requires("catalog.write")
def update(code: str) -> Any:
    sku = store.sku(code)
    form, parts = SkuForm(), _typed_parts()
    if kits_form.MORE in flask.request.form:
        return _edit_again(form, sku, parts, status=200)
    if not form.validate():
        return _edit_again(form, sku, parts)
    try:
        base = opened_with(LABELS)
        typed = form.fields() | ({"components": parts.recipe()} if sku.kind == "kit" else {})
        values = {name: value for name, value in typed.items() if flask.request.form.get(f"keep_{name}") != "theirs"}
        version = flask.request.form.get("version", 0, type=int)
        saved = once.run(update_sku, UpdateSku(sku.code, version, values, base))
    except Invalid as error:
        return _edit_again(form, sku, parts, error)
    except Conflict as error:
        return _conflict(form, sku, parts, error)
    kept = [LABELS[name].lower() for name in saved["merged"]]
    flask.flash(
        f"SKU {saved['code']} is saved." + (f" Kept from somebody else's change: {', '.join(kept)}." if kept else ""), "ok"
    )
    return redirect(flask.url_for("stock.show", code=saved["code"]))


def _recipe(sku: Sku) -> Sequence[Sequence[Any]]:
    return kits_store.recipes_of([sku]).get(sku.id, ())


def _typed_parts() -> TypedParts:
    sent = flask.request.form
    return kits_form.typed(sent.getlist("part_sku"), sent.getlist("part_quantity"))


def _again(form: NewSkuForm, parts: TypedParts, error: DomainError | None = None, status: int = 422) -> Any:
    show_errors(form, error, parts)
    page = "catalog/_new_form.html" if wants_part() else "catalog/new.html"
    return flask.make_response(flask.render_template(page, form=form, parts=parts, key=once.new_key()), status)


def _edit_again(form: SkuForm, sku: Sku, parts: TypedParts, error: DomainError | None = None, status: int = 422) -> Any:
    show_errors(form, error, parts)
    page = "catalog/_edit_form.html" if wants_part() else "catalog/edit.html"
    sent = SimpleNamespace(code=sku.code, kind=sku.kind, version=flask.request.form.get("version", "0"))
    values = {"form": form, "sku": sent, "parts": parts, "base": opened_with(LABELS), "diff": ()}
    return flask.make_response(flask.render_template(page, key=once.new_key(), **values), status)


def _conflict(form: SkuForm, sku: Sku, parts: TypedParts, error: Conflict) -> Any:
    """409: what they changed and what I changed, side by side; a second post keeps what was chosen."""
    if "theirs" not in error.facts:
        return _edit_again(form, sku, parts, error)
    facts = error.facts
    diff = [
        SimpleNamespace(
            field=name,
            label=LABELS[name],
            theirs=shown(name, value, sku.currency),
            yours=shown(name, facts["yours"][name], sku.currency),
        )
        for name, value in facts["theirs"].items()
    ]
    by = facts["changed_by"] or "somebody else"
    at = clock.parse_iso(facts["changed_at"]) if facts["changed_at"] else None
    page = "catalog/_edit_form.html" if wants_part() else "catalog/edit.html"
    now = SimpleNamespace(code=sku.code, kind=sku.kind, version=facts["version"])
    values = {"form": form, "sku": now, "parts": parts, "base": {**opened_with(LABELS), **facts["theirs"]}, "diff": diff}
    body = flask.render_template(page, theirs_by=by, theirs_at=at, key=once.fresh_key(), **values)
    return flask.make_response(body, 409, {"HX-Retarget": "#sku-form"})


def show_errors(form: SkuForm, error: DomainError | None, parts: TypedParts) -> None:
    """Put an action's complaints beside their fields."""
    if error is None:
        return
    for name, message in parts.complain(error.facts.get("fields", {"name": error.message})).items():
        field = form._fields.get(FIELD_OF.get(name, name), form.name)
        field.errors = (*field.errors, message)
