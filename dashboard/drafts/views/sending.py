"""/drafts/<id>/message: a quote as its customer will read it, and sending it."""

from typing import Any

import flask

from dashboard.drafts import rules, store, worth
from dashboard.drafts.views.drafts import blueprint
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.notifications import outgoing, wording
from dashboard.notifications import store as messages
from dashboard.notifications.commands import SendQuote
from dashboard.notifications.quotes import send_quote
from dashboard.orders import store as orders
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect


@blueprint.get("/<int:draft_id>/message")
@requires("orders.create")
def message(draft_id: int) -> Any:
    return _page(draft_id)


@blueprint.post("/<int:draft_id>/message")
@requires("orders.create")
def send(draft_id: int) -> Any:
    row, form = store.draft(orders.reader(), draft_id), flask.request.form
    recipient = worth.address_of(row)
    try:
        facts = worth.quote_facts(row)
        _refuse_without_server()
        command = SendQuote(draft_id, form.get("version", 0, type=int), recipient, facts, form.get("seen", 0, type=int))
        once.run(send_quote, command, lambda message_id: {"message": message_id})
    except (Invalid, Conflict) as error:
        return _page(draft_id, error)
    flask.flash(f"The quote is on its way to {recipient}.", "ok")
    return redirect(flask.url_for("drafts.show", draft_id=draft_id))


def _page(draft_id: int, refused: DomainError | None = None) -> Any:
    """The text as it would be sent; after a refusal, as it would be sent now, and why it was not."""
    orders.refresh()
    connection = orders.reader()
    row = store.draft(connection, draft_id)
    text, problem = _written(row)
    values = {
        "stored": row,
        "text": text,
        "problem": refused.message if refused else problem,
        "may_send": not problem,
        "recipient": worth.address_of(row),
        "sent": messages.of_draft(connection, draft_id),
        "key": once.fresh_key(),
    }
    page = flask.render_template("drafts/message.html", live=None, **values)
    return flask.make_response(page, (409 if isinstance(refused, Conflict) else 422) if refused else 200)


def _written(row: Any) -> tuple[wording.Text | None, str]:
    """The text, and why it cannot be sent ('' when it can)."""
    try:
        text = wording.quote_text(worth.quote_facts(row))
    except Invalid as error:
        return None, error.message
    if row.status != "draft":
        return text, f"{row.updated_by} has {'placed' if row.status == 'open' else 'discarded'} this quote already."
    if rules.has_ended(row.kind, row.valid_until, clock.now().date()):
        return text, f"This quote held until {row.valid_until}. Save it with a later day first."
    why = outgoing.why_not(worth.address_of(row), "the quote")
    return text, f"It cannot be sent: {why}." if why else ""


def _refuse_without_server() -> None:
    """Raises: Conflict."""
    if outgoing.outgoing() is None:
        raise Conflict(f"It cannot be sent: {outgoing.NO_SERVER}.")
