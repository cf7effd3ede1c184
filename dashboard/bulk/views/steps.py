"""Start, stop and take back a bulk action."""

import datetime as dt
from typing import Any

import flask

from dashboard.bulk import actions, rules, store
from dashboard.bulk.commands import StartRun, StopRun, UndoRun
from dashboard.bulk.views.asking import question
from dashboard.bulk.views.blueprint import blueprint
from dashboard.bulk.views.shown import for_actor
from dashboard.kernel import clock
from dashboard.kernel.errors import Invalid
from dashboard.orders import words
from dashboard.orders.store import locations, reader, refresh
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.post("/<int:run_id>/start")
@requires("orders.read")
def start(run_id: int) -> Any:
    """The answer to the question: what was chosen for the action."""
    run, actor = store.run(reader(), run_id), access.actor()
    access.demand(rules.ACTIONS[run.action].permission)
    typed = {name: flask.request.form.get(name, "") for name in rules.ACTIONS[run.action].asks}
    try:
        started = once.run(actions.start_run, StartRun(run_id, {**typed, **_until(typed)}), _id_of)
    except Invalid as error:
        ask = question(run, actor, typed, error.facts.get("fields", {"": error.message}))
        part = "bulk/_ask.html" if wants_part() else "bulk/ask.html"
        answer = flask.make_response(flask.render_template(part, ask=ask), 422)
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#bulk-ask-form", "outerMorph"
        return answer
    return _answer(started["id"])


@blueprint.post("/<int:run_id>/stop")
@requires("orders.read")
def stop(run_id: int) -> Any:
    """Leave the rest alone."""
    access.demand(rules.ACTIONS[store.run(reader(), run_id).action].permission)
    stopped = once.run(actions.stop_run, StopRun(run_id, f"Stopped by {access.actor().name}."), _id_of)
    return _answer(stopped["id"])


@blueprint.post("/<int:run_id>/undo")
@requires("orders.read")
def undo(run_id: int) -> Any:
    """Take back what it did, where nobody has changed it since."""
    access.demand(rules.ACTIONS[store.run(reader(), run_id).action].permission)
    undone = once.run(actions.undo_run, UndoRun(run_id), _id_of)
    return _answer(undone["id"])


def _id_of(run_id: int) -> dict[str, Any]:
    return {"id": run_id}


def _until(typed: dict[str, str]) -> dict[str, str]:
    """The date and time as the shop's clock has it; what is none is left to the action, which says so."""
    text = typed.get("until", "").strip()
    if not text:
        return {}
    try:
        at = dt.datetime.fromisoformat(text)
        zoned = at if at.tzinfo else at.replace(tzinfo=words.zone_of(locations(reader())))
        return {"until": zoned.astimezone(dt.UTC).isoformat()}
    except (ValueError, OverflowError):
        return {}


def _answer(run_id: int) -> Any:
    """The run beside the list, or its page."""
    if not wants_part():
        return redirect(flask.url_for("bulk.show", run_id=run_id))
    refresh()
    if flask.request.htmx.target == "bulk-page":
        return redirect(flask.url_for("bulk.show", run_id=run_id))
    connection = reader()
    run = for_actor(connection, store.run(connection, run_id), access.actor(), clock.now())
    return flask.render_template("bulk/_run.html", run=run, key=once.fresh_key(), beside=True)
