"""/skus: list, search, create and edit."""

import json
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import store
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
from dashboard.catalog.model import Sku
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.web import access, once, paging
from dashboard.web.access import requires
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
    return flask.render_template("catalog/new.html", form=NewSkuForm(), key=once.new_key())


@blueprint.post("")
@requires("catalog.write")
def create() -> Any:
    form = NewSkuForm()
    if not form.validate():
        return _again(form, "catalog/new.html")
    try:
        saved = once.run(create_sku, form.command())
    except (Invalid, Conflict) as error:
        return _again(form, "catalog/new.html", error)
    flask.flash(f"SKU {saved['code']} is in the catalogue.", "ok")
    return redirect(flask.url_for("stock.show", code=saved["code"]))


@blueprint.get("/<path:code>/edit")
@requires("catalog.write")
def edit(code: str) -> str:
    sku = store.sku(code)
    return flask.render_template(
        "catalog/edit.html", form=form_of(sku), sku=sku, base=values_of(sku), diff=(), key=once.new_key()
    )


@blueprint.post("/<path:code>")
@requires("catalog.write")
def update(code: str) -> Any:
    sku = store.sku(code)
    form = SkuForm()
    if not form.validate():
        return _edit_again(form, sku)
    try:
        base = _base()
        values = {name: value for name, value in form.fields().items() if flask.request.form.get(f"keep_{name}") != "theirs"}
        version = flask.request.form.get("version", 0, type=int)
        saved = once.run(update_sku, UpdateSku(sku.code, version, values, base))
    except Invalid as error:
        return _edit_again(form, sku, error)
    except Conflict as error:
        return _conflict(form, sku, error)
    kept = [LABELS[name].lower() for name in saved["merged"]]
    flask.flash(
        f"SKU {saved['code']} is saved." + (f" Kept from somebody else's change: {', '.join(kept)}." if kept else ""), "ok"
    )
    return redirect(flask.url_for("stock.show", code=saved["code"]))


def _base() -> dict[str, Any]:
    """The values this form was opened with.

    Raises: Invalid, for a form somebody took apart.
    """
    try:
        base = json.loads(flask.request.form.get("base") or "{}")
    except ValueError:
        base = None
    if not isinstance(base, dict) or set(base) - set(LABELS):
        raise Invalid("This form is damaged; load the page again.")
    return base


def _again(form: NewSkuForm, page: str, error: DomainError | None = None) -> Any:
    show_errors(form, error)
    body = flask.render_template("catalog/_new_form.html" if wants_part() else page, form=form, key=once.new_key())
    return flask.make_response(body, 422)


def _edit_again(form: SkuForm, sku: Sku, error: DomainError | None = None) -> Any:
    show_errors(form, error)
    page = "catalog/_edit_form.html" if wants_part() else "catalog/edit.html"
    sent = SimpleNamespace(code=sku.code, version=flask.request.form.get("version", "0"))
    return flask.make_response(flask.render_template(page, form=form, sku=sent, base=_base(), diff=(), key=once.new_key()), 422)


def _conflict(form: SkuForm, sku: Sku, error: Conflict) -> Any:
    """409: what they changed and what I changed, side by side; a second post keeps what was chosen."""
    if "theirs" not in error.facts:
        return _edit_again(form, sku, error)
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
    now = SimpleNamespace(code=sku.code, version=facts["version"])
    body = flask.render_template(
        page, form=form, sku=now, base={**_base(), **facts["theirs"]}, diff=diff, theirs_by=by, theirs_at=at, key=once.fresh_key()
    )
    return flask.make_response(body, 409, {"HX-Retarget": "#sku-form"})


def show_errors(form: SkuForm, error: DomainError | None) -> None:
    """Put an action's complaints beside their fields."""
    if error is None:
        return
    for name, message in error.facts.get("fields", {"name": error.message}).items():
        field = form._fields.get(FIELD_OF.get(name, name), form.name)
        field.errors = (*field.errors, message)
