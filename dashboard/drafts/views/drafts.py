"""/drafts: the list, one draft as the form of an order, placing, discarding, and an order as a new draft."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.drafts import rules, store
from dashboard.drafts.actions import discard_draft, place_draft, save_draft
from dashboard.drafts.commands import DiscardDraft, PlaceDraft, SaveDraft
from dashboard.drafts.worth import total_of
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.notifications import store as messages
from dashboard.orders import draft, drafting, naming
from dashboard.orders import store as orders
from dashboard.orders.draft import OrderDraft
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part, redirect, wants_part
from dashboard.web.livepage import live_page

blueprint = flask.Blueprint("drafts", __name__, url_prefix="/drafts")


@blueprint.get("")
@requires("orders.create")
def index() -> str:
    status = flask.request.args.get("view", "draft")
    if status not in store.VIEWS:
        raise Invalid("There is no such view of drafts.")
    after = flask.request.args.get("after", type=int)
    live = live_page("drafts")
    page = store.drafts(orders.reader(), status, after)
    values = {"rows": page.rows, "more": page.after, "status": status, "tabs": _tabs()}
    return page_or_part(
        "drafts/index.html", "drafts/_table.html", live=live, today=clock.now().date(), kinds=rules.KINDS, **values
    )


def _tabs() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(key=key, label=label, href=flask.url_for("drafts.index", view=key)) for key, label in store.VIEWS.items()
    ]


@blueprint.get("/<int:draft_id>")
@requires("orders.create")
def show(draft_id: int) -> str:
    live = live_page("drafts", "stock")
    row = store.draft(orders.reader(), draft_id)
    typed = rules.typed_of(store.document(row))
    return flask.render_template("drafts/show.html", live=live, **_values(typed, row, once.new_key()))


@blueprint.post("")
@requires("orders.create")
def create() -> Any:
    """What was typed so far, complete or not."""
    sent = draft.read_draft(flask.request.form)
    return _save(sent, None, None)


@blueprint.post("/<int:draft_id>")
@requires("orders.create")
def update(draft_id: int) -> Any:
    sent = draft.read_draft(flask.request.form)
    return _save(sent, store.draft(orders.reader(), draft_id), flask.request.form.get("version", type=int))


@blueprint.post("/<int:draft_id>/order")
@requires("orders.create")
def place(draft_id: int) -> Any:
    row, sent = store.draft(orders.reader(), draft_id), draft.read_draft(flask.request.form)
    try:
        capture = drafting.by_code(sent.command(), sent, drafting.known_of(sent.lines))
        command = PlaceDraft(draft_id, flask.request.form.get("version", 0, type=int), capture, sent.values["payment"] == "paid")
        placed = once.run(place_draft, command, lambda placed: {"id": placed.id, "number": placed.number})
    except Invalid as error:
        return _again(sent, row, error, once.new_key())
    except Conflict as error:
        return _again(sent, row, error, once.fresh_key())
    flask.flash(f"Order #{placed['number']} is placed.", "ok")
    return redirect(flask.url_for("orders.show", number=placed["number"]))


@blueprint.post("/<int:draft_id>/discarded")
@requires("orders.create")
def discard(draft_id: int) -> Any:
    once.run(discard_draft, DiscardDraft(draft_id, flask.request.form.get("version", type=int)))
    flask.flash("The draft is discarded.", "ok")
    return redirect(flask.url_for("drafts.index"))


@blueprint.post("/from/<number>")
@requires("orders.create")
def duplicate(number: str) -> Any:
    """An order again, as a draft."""
    connection = orders.reader()
    order = orders.by_number(connection, number)
    document = rules.copy_of(order, store.lines_to_copy(connection, order.id), naming.of_order(connection, order.id))
    saved = once.run(save_draft, SaveDraft(document, total=total_of(rules.typed_of(document)), copied_from=order.id))
    flask.flash(f"This is a copy of #{order.number}. Nothing is reserved until you place it.", "ok")
    return redirect(flask.url_for("drafts.show", draft_id=saved["id"]))


def _save(sent: OrderDraft, row: Any, version: int | None) -> Any:
    form = flask.request.form
    try:
        kind, until = ("quote" if _then_send() else form.get("kind", "draft")), _day(form.get("valid_until", ""))
        command = SaveDraft(rules.document_of(sent), kind, until, total_of(sent), row.id if row else None, version)
        saved = once.run(save_draft, command)
    except Invalid as error:
        sent.errors |= error.facts.get("fields", {"lines": error.message})
        return _again(sent, row, Invalid(error.message), once.new_key())
    except Conflict as error:
        return _again(sent, row, error, once.fresh_key())
    if _then_send():
        return redirect(flask.url_for("drafts.message", draft_id=saved["id"]))
    flask.flash(f"{rules.KINDS[kind]} saved. Nothing is reserved until it is placed.", "ok")
    return redirect(flask.url_for("drafts.show", draft_id=saved["id"]))


def _then_send() -> bool:
    """Whether the quote is to be sent once it is saved: its text is shown first."""
    return flask.request.args.get("then") == "message"


def _day(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("Write the day like 2026-12-24.", fields={"valid_until": "a day like 2026-12-24"}) from None


def _again(sent: OrderDraft, row: Any, error: Invalid | Conflict, key: str) -> Any:
    """422 or 409: everything that was typed, each complaint beside its field."""
    if error.facts or isinstance(error, Conflict):
        sent.complain(error)
    if isinstance(error, Conflict) and "version" in error.facts:
        orders.refresh()
        row = store.draft(orders.reader(), row.id)  # the next save is made against what is there now, and says so
    page = "drafts/show.html" if row else "orders/new.html"
    values = _values(sent, row, key) if row else drafting.page_values(sent, key)
    status = 409 if isinstance(error, Conflict) else 422
    headers = {"HX-Retarget": "#order-form", "HX-Reswap": "outerMorph"} if wants_part() else {}
    template = "orders/_draft_form.html" if wants_part() else page
    return flask.make_response(flask.render_template(template, live=None, **values), status, headers)


def _values(sent: OrderDraft, row: Any, key: str) -> dict[str, Any]:
    form = flask.request.form
    return {
        **drafting.page_values(sent, key),
        "stored": row,
        "kinds": list(rules.KINDS.items()),
        "kind": form.get("kind", row.kind),
        "valid_until": form.get("valid_until", row.valid_until.isoformat() if row.valid_until else ""),
        "sent": messages.of_draft(orders.reader(), row.id),
        "ended": rules.has_ended(row.kind, row.valid_until, clock.now().date()),
    }
