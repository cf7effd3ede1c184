"""Holds of one order: place with a reason, release."""

from typing import Any

import flask

from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders import store, words
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import PlaceHold, ReleaseHold
from dashboard.orders.forms import HoldForm, ReleaseForm
from dashboard.orders.rules import HOLD_KINDS
from dashboard.orders.still_open import check_holdable
from dashboard.orders.views import conflict
from dashboard.orders.views.answers import again, number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done, values_of
from dashboard.web import once
from dashboard.web.access import requires


@blueprint.get("/<number>/holds/new")
@requires("holds.write")
def new_hold(number: str) -> str:
    """The form as a page of its own: the way without JavaScript.

    Raises: Conflict, when the order is over.
    """
    order = store.by_number(store.reader(), number)
    check_holdable(order)
    return flask.render_template("orders/hold.html", live=None, **values_of(order))


@blueprint.post("/<number>/holds")
@requires("holds.write")
def hold(number: str) -> Any:
    connection = store.reader()
    order, form = store.by_number(connection, number), HoldForm()
    if not form.validate():
        return again(order, "orders/_hold_form.html", "orders/hold.html", form, "hold_form")
    try:
        until = form.until_at(words.zone_of(store.locations(connection)))
        seen, release_when = conflict.seen_version(order), form.release_when.data or ""
        command = PlaceHold(order.id, form.kind.data, form.note.data or "", until, seen, release_when)
        once.run(place_hold, command, number_of)
    except Invalid as error:
        return again(order, "orders/_hold_form.html", "orders/hold.html", form, "hold_form", error)
    except Conflict as error:
        return conflict.answer(order, error, f"Put on hold: {HOLD_KINDS[form.kind.data]}")
    return done(order.id, f"#{order.number} is on hold.")


@blueprint.post("/<number>/holds/<int:hold_id>/release")
@requires("holds.write")
def release(number: str, hold_id: int) -> Any:
    order, form = store.by_number(store.reader(), number), ReleaseForm()
    if not form.validate():
        raise Invalid("The reason may have 200 characters at most.", fields={"reason": "at most 200 characters"})
    store.hold_of(store.reader(), order.id, hold_id)
    once.run(release_hold, ReleaseHold(hold_id, form.reason.data or ""), number_of)
    return done(order.id, f"Hold of #{order.number} released.")
