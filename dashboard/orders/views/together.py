"""/orders/<number>/shipping-choice: what is there, or everything together."""

from typing import Any

import flask

from dashboard.kernel.errors import Conflict
from dashboard.orders import store
from dashboard.orders.commands import ChooseShipping
from dashboard.orders.rules import SHIPPING_CHOICES
from dashboard.orders.together import choose_shipping
from dashboard.orders.views import conflict
from dashboard.orders.views.answers import number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done
from dashboard.web import once
from dashboard.web.access import requires


@blueprint.post("/<number>/shipping-choice")
@requires("orders.update")
def create_shipping_choice(number: str) -> Any:
    order, choice = store.by_number(store.reader(), number), flask.request.form.get("choice", "")
    try:
        once.run(choose_shipping, ChooseShipping(order.id, choice, conflict.seen_version(order)), number_of)
    except Conflict as error:
        return conflict.answer(order, error, SHIPPING_CHOICES.get(choice, choice))
    return done(order.id, f"#{order.number}: {SHIPPING_CHOICES[choice].lower()}.")
