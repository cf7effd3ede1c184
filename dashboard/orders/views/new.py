"""/orders/new: an order taken by phone, mail or at the counter, with the stock of each line beside it."""

from typing import Any

import flask

from dashboard.channels.actions import place_order
from dashboard.channels.desk import place_paid_order
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.orders import addresses, draft, drafting
from dashboard.orders.draft import OrderDraft
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import live_page


@blueprint.get("/new")
@requires("orders.create")
def new() -> str:
    live = live_page("stock")
    return flask.render_template("orders/new.html", live=live, **drafting.page_values(draft.read_draft(flask.request.args), once.new_key()))


@blueprint.get("/new/line")
@requires("orders.create")
def line() -> str:
    """One line with its item, price and stock, as soon as its SKU is typed."""
    typed = draft.read_lines(flask.request.args)
    if not typed:
        raise Invalid("Say which line.")
    typed = typed[:1]
    known = drafting.known_of(typed)
    for one in typed:
        drafting.prefill(one, known)
    return flask.render_template("orders/_draft_line.html", line=typed[0], known=known, spare=False)


@blueprint.post("")
@requires("orders.create")
def create() -> Any:
    sent = draft.read_draft(flask.request.form)
    try:
        command = sent.command()
        command = drafting.by_code(command, sent, drafting.known_of(sent.lines))
        action = place_paid_order if sent.values["payment"] == "paid" else place_order
        placed = once.run(action, command, lambda placed: {"id": placed.id, "number": placed.number})
    except Invalid as error:
        return _again(sent, error, once.new_key())
    except Conflict as error:
        if "short" not in error.facts:
            raise
        return _again(sent, error, once.fresh_key())  # the refusal is stored under the old key
    flask.flash(f"Order #{placed['number']} is placed.", "ok")
    for trouble in addresses.troubles(command.ship_to):
        flask.flash(f"The address of #{placed['number']}: {trouble.message}.", "warn")
    return redirect(flask.url_for("orders.show", number=placed["number"]))


def _again(sent: OrderDraft, error: DomainError, key: str) -> Any:
    """422: everything that was typed, each complaint beside its field."""
    if error.facts:
        sent.complain(error)
    template = "orders/_draft_form.html" if wants_part() else "orders/new.html"
    return flask.make_response(flask.render_template(template, live=None, **drafting.page_values(sent, key)), 422)
