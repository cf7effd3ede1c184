"""Cancel an order: it says how many units and how much money it is about, and cannot be undone."""

from typing import Any

import flask

from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel.errors import Conflict
from dashboard.notifications import outgoing
from dashboard.orders import store
from dashboard.orders.forms import CancelForm
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.orders.views import conflict
from dashboard.orders.views.answers import again, number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done, values_of
from dashboard.web import once
from dashboard.web.access import requires


@blueprint.get("/<number>/cancellation")
@requires("orders.cancel")
def cancellation(number: str) -> str:
    """The form as a page of its own: the way without JavaScript."""
    return flask.render_template("orders/cancel.html", live=None, **values_of(store.by_number(store.reader(), number)))


@blueprint.post("/<number>/cancellation")
@requires("orders.cancel")
def cancel(number: str) -> Any:
    order, form = store.by_number(store.reader(), number), CancelForm()
    if not form.validate():
        return again(order, "orders/_cancel_form.html", "orders/cancel.html", form, "cancel_form")
    try:
        notify = form.notify.data and not outgoing.why_not(order.email)
        once.run(cancel_order, CancelOrder(order.id, form.reason.data, conflict.seen_version(order), notify), number_of)
    except Conflict as error:
        return conflict.answer(order, error, f"Cancel the order: {CANCEL_REASONS[form.reason.data]}")
    return done(order.id, f"#{order.number} is cancelled.")
