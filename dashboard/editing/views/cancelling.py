"""/orders/<number>/cancelled-units: cancel part of an order, with what it frees and what it takes off the bill shown first."""

from typing import Any

import flask

from dashboard.editing import store, words
from dashboard.editing.cancelling import PLACES, cancel_units
from dashboard.editing.commands import CancelUnits
from dashboard.editing.facts import Facts
from dashboard.editing.previewing import preview_cancel
from dashboard.editing.rules import reducible
from dashboard.editing.views.answers import Answer, beside, edited_of, gone_on
from dashboard.editing.views.blueprint import blueprint
from dashboard.editing.words import Preview
from dashboard.kernel import clock, units
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.notifications import outgoing
from dashboard.orders import store as orders
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.orders.still_open import check_open
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part


@blueprint.get("/cancelled-units")
@requires("orders.cancel")
def cancelling(number: str) -> Any:
    facts = _facts(number)
    check_open(facts, "there is nothing to cancel")
    return flask.render_template("editing/cancel.html", live=None, **_values(facts, {}, {}, None, once.new_key()))


@blueprint.post("/cancelled-units")
@requires("orders.cancel")
def cancel_part(number: str) -> Any:
    """The form again with what it would do; when that was seen, the cancellation."""
    facts, typed = _facts(number), flask.request.form
    errors: dict[str, str] = {}
    try:
        command = _command(facts, errors)
        if typed.get("act") != "confirm":
            return _again(facts, errors, _preview(command), 200, once.new_key())
        answer = Answer(**once.run(cancel_units, command, edited_of))
    except Conflict as error:
        orders.refresh()
        return _again(_facts(number), {"form": error.message}, None, 409, once.fresh_key())
    except Invalid as error:
        reason = {} if typed.get("reason") in CANCEL_REASONS else {"reason": "Choose a reason."}
        return _again(facts, {**beside(error, "form"), **errors, **reason}, None, 422, once.new_key())
    return gone_on(answer, words.done(answer, "is cancelled in part"), undo=not (command.refund and answer.refundable))


def _command(facts: Facts, errors: dict[str, str]) -> CancelUnits:
    typed = flask.request.form
    wanted: dict[int, int] = {}
    for line in facts.lines:
        name = f"line-{line.id}"
        try:
            if count := units.whole_units(typed.get(name, "").strip() or "0", "units", least=0):
                wanted[line.id] = count
        except Invalid as error:
            errors[name] = error.message
    if errors:
        raise Invalid("Look at the marked fields.")
    version = typed.get("version", type=int)
    refund = typed.get("refund") == "1" and access.actor().may("payments.refund")
    notify = typed.get("notify") == "1" and _can_notify(facts)
    return CancelUnits(facts.id, wanted, typed.get("reason", ""), typed.get("to", "shelf"), refund, version, notify)


def _can_notify(facts: Facts) -> bool:
    order = orders.by_id(orders.reader(), facts.id)
    return order is not None and not outgoing.why_not(order.email)


def _preview(command: CancelUnits) -> Preview:
    return words.preview_of(preview_cancel(command, clock.now()), {})


def _facts(number: str) -> Facts:
    return store.order_facts(orders.reader(), orders.by_number(orders.reader(), number).id)


def _again(facts: Facts, errors: dict[str, str], preview: Preview | None, status: int, key: str) -> Any:
    page = "editing/_cancel_form.html" if wants_part() else "editing/cancel.html"
    values = _values(facts, flask.request.form, errors, preview, key)
    headers = {"HX-Retarget": "#cancel-part"} if status == 409 else {}
    return flask.make_response(flask.render_template(page, live=None, **values), status, headers)


def _values(facts: Facts, typed: Any, errors: dict[str, str], preview: Preview | None, key: str) -> dict[str, Any]:
    return {
        "order": orders.by_id(orders.reader(), facts.id),
        "facts": facts,
        "most": {line.id: reducible(line) for line in facts.lines},
        "typed": typed,
        "errors": errors,
        "preview": preview,
        "reasons": list(CANCEL_REASONS.items()),
        "places": list(PLACES.items()),
        "may_refund": access.actor().may("payments.refund"),
        "may_notify": _can_notify(facts),
        "key": key,
    }
