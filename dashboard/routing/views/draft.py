"""/routing/drafts: start a draft, edit it, discard it."""

from typing import Any

import flask

from dashboard.inventory import store as inventory
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.routing import store
from dashboard.routing.actions import discard_draft, edit_draft, start_draft
from dashboard.routing.commands import DiscardDraft, EditDraft, StartDraft
from dashboard.routing.forms import Typed, document_from, typed_from, typed_of
from dashboard.routing.rules import KINDS, MEANINGS
from dashboard.routing.views.blueprint import blueprint
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.post("/drafts")
@requires("routing.write")
def create_draft() -> Any:
    saved = once.run(start_draft, StartDraft(flask.request.form.get("based_on", -1, type=int)))
    return redirect(flask.url_for("routing.edit_draft_page", rule_set=saved["id"]))


@blueprint.get("/drafts/<int:rule_set>")
@requires("routing.write")
def edit_draft_page(rule_set: int) -> Any:
    row = store.rule_set(reader(), rule_set)
    if row.state != "draft":
        return redirect(flask.url_for("routing.index"))
    typed = typed_of(row.rule_set, {place.id: place.code for place in inventory.locations()})
    return _page(row, typed, {}, moved=flask.request.args.get("moved", ""))


@blueprint.post("/drafts/<int:rule_set>")
@requires("routing.write")
def update_draft(rule_set: int) -> Any:
    row, ids = store.rule_set(reader(), rule_set), {place.code: place.id for place in inventory.locations()}
    typed = typed_from(flask.request.form, list(ids))
    document, errors = document_from(typed, ids)
    if errors:
        return _again(row, typed, errors, "", 422)
    command = EditDraft(rule_set, flask.request.form.get("version", 0, type=int), document)
    try:
        once.run(edit_draft, command)
    except Invalid as error:
        codes = {str(at): code for code, at in ids.items()}
        return _again(row, typed, _by_code(error.facts.get("fields", {}), codes), error.message, 422)
    except Conflict as error:
        refresh()
        return _again(store.rule_set(reader(), rule_set), typed, {}, error.message, 409)
    move = flask.request.form.get("move", "")
    if "simulate" in flask.request.form:
        return redirect(flask.url_for("routing.show_simulation", rule_set=rule_set))
    if not move:
        flask.flash("The draft is saved. Simulate it before you switch it on.", "ok")
    return redirect(flask.url_for("routing.edit_draft_page", rule_set=rule_set, **({"moved": move} if move else {})))


@blueprint.post("/drafts/<int:rule_set>/removal")
@requires("routing.write")
def remove_draft(rule_set: int) -> Any:
    once.run(discard_draft, DiscardDraft(rule_set, flask.request.form.get("version", 0, type=int)))
    flask.flash("The draft is discarded.", "ok")
    return redirect(flask.url_for("routing.index"))


def _by_code(fields: dict[str, str], codes: dict[str, str]) -> dict[str, str]:
    """The action names locations by id, the form by code."""
    found = {}
    for name, message in fields.items():
        kind, _, at = name.rpartition("_")
        prefix = {"capacity": "capacity", "parcel_cost": "cost"}.get(kind)
        found[f"{prefix}-{codes.get(at, at)}" if prefix else name] = message
    return found


def _again(row: store.RuleSetRow, typed: Typed, errors: dict[str, str], message: str, status: int) -> Any:
    """422: what is wrong, as typed. 409: theirs is in the database, mine on the page; saving again sets mine."""
    if status == 409 and row.state == "draft":
        message = f"{message} Save again to set yours."
    return flask.make_response(_page(row, typed, errors, message), status)


def _page(row: store.RuleSetRow, typed: Typed, errors: dict[str, str], message: str = "", moved: str = "") -> str:
    return flask.render_template(
        "routing/_draft_form.html" if wants_part() else "routing/draft.html",
        draft=row,
        on=store.on(reader()),
        typed=typed,
        errors=errors,
        message=message,
        moved=moved,
        places=inventory.locations(),
        kinds=KINDS,
        meanings=MEANINGS,
        key=once.fresh_key(),
    )
