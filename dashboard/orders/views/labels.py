"""/orders/<number>/tags, /assignment: tags of an order, and who has it."""

from typing import Any

import flask

from dashboard.kernel.errors import Invalid
from dashboard.orders import store
from dashboard.orders.labels import AssignOrder, TagOrder, assign_order, tag_order, untag_order
from dashboard.orders.views.answers import number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done
from dashboard.web import once
from dashboard.web.access import requires


@blueprint.post("/<number>/tags")
@requires("orders.update")
def create_tag(number: str) -> Any:
    order = store.by_number(store.reader(), number)
    once.run(tag_order, TagOrder(order.id, flask.request.form.get("tag", "")), number_of)
    return done(order.id, f"#{order.number} is tagged.")


@blueprint.post("/<number>/tags/removal")
@requires("orders.update")
def delete_tag(number: str) -> Any:
    order = store.by_number(store.reader(), number)
    once.run(untag_order, TagOrder(order.id, flask.request.form.get("tag", "")), number_of)
    return done(order.id, f"The tag of #{order.number} is gone.")


@blueprint.post("/<number>/assignment")
@requires("orders.update")
def assign(number: str) -> Any:
    """user: an id, or nothing to give it back to everybody."""
    order, given = store.by_number(store.reader(), number), flask.request.form.get("user", "").strip()
    if given and not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise Invalid("Choose somebody who works here.", fields={"user": "unknown"})
    once.run(assign_order, AssignOrder(order.id, int(given) if given else None), number_of)
    return done(order.id, f"#{order.number} is assigned." if given else f"#{order.number} is everybody's again.")
