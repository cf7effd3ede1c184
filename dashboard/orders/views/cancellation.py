"""Cancel an order: it says how many units and how much money it is about, and cannot be undone."""

from typing import Any

import flask

from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel.errors import Conflict
from dashboard.notifications import outgoing
from dashboard.orders import store
from dashboard.orders.forms import CancelForm
from dashboard.orders.rules import CANCEL_REASONS, surplus
from dashboard.orders.sight import sight_of
from dashboard.orders.still_open import check_open
from dashboard.orders.views import conflict
from dashboard.orders.views.answers import again, number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done, values_of
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.filters import money
from dashboard.web.filters import number as number_text


@blueprint.get("/<number>/cancellation")
@requires("orders.cancel")
def cancellation(number: str) -> str:
    """The form as a page of its own: the way without JavaScript.

    Raises: Conflict, when there is nothing to cancel.
    """
    order = store.by_number(store.reader(), number)
    check_open(order, "there is nothing to cancel")
    return flask.render_template("orders/cancel.html", live=None, **values_of(order))


@blueprint.post("/<number>/cancellation")
@requires("orders.cancel")
def cancel(number: str) -> Any:
    order, form = store.by_number(store.reader(), number), CancelForm()
    lines = store.lines(store.reader(), order.id)
    if not form.validate():
        return again(order, "orders/_cancel_form.html", "orders/cancel.html", form, "cancel_form")
    try:
        notify = form.notify.data and not outgoing.why_not(order.email)
        once.run(cancel_order, CancelOrder(order.id, form.reason.data, conflict.seen_version(order), notify), number_of)
    except Conflict as error:
        return conflict.answer(order, error, f"Cancel the order: {CANCEL_REASONS[form.reason.data]}")
    store.refresh()
    return done(order.id, _said(lines, store.by_id(store.reader(), order.id)))


def _said(lines: list[Any], order: Any) -> str:
    """What was cancelled, and what is left to do about its money. lines: as they were before; order: as it is now."""
    said = f"#{order.number} is cancelled."
    if any(line.shipped for line in lines):
        units = sum(line.ordered - line.cancelled - line.shipped for line in lines)
        what = "The unit that was" if units == 1 else f"The {number_text(units)} units that were"
        said = f"{what} not sent yet {'is' if units == 1 else 'are'} cancelled. What was sent stays on #{order.number}."
    above = surplus(order)
    if above and sight_of(access.actor()).full:
        said += f" {money(above, order.currency)} is received above what it costs: refund it."
    return said
