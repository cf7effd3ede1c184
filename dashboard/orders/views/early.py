"""Let an order leave before the preorder dates of its items, with a reason."""

from typing import Any

import flask

from dashboard.fulfilment.backorders import send_early
from dashboard.fulfilment.commands import SendEarly
from dashboard.kernel.errors import Conflict
from dashboard.orders import store
from dashboard.orders.views import conflict
from dashboard.orders.views.answers import number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done
from dashboard.web import once
from dashboard.web.access import requires


@blueprint.post("/<number>/early")
@requires("work.write")
def create_early(number: str) -> Any:
    order, reason = store.by_number(store.reader(), number), flask.request.form.get("reason", "")
    try:
        units = once.run(send_early, SendEarly(order.id, reason, conflict.seen_version(order)), number_of)["result"]
    except Conflict as error:
        return conflict.answer(order, error, "Send it before its preorder date")
    return done(order.id, f"#{order.number} may leave before its day" + (f"; {units:,} allocated." if units else "."))
