"""What one exception's pane posts: take or give it, snooze it, fix it, resolve it."""

import datetime as dt
from typing import Any

import flask

from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import ApplyFix, AssignException, SnoozeException
from dashboard.desk.fixing import apply_fix
from dashboard.desk.rules import snooze_choices
from dashboard.desk.views.blueprint import blueprint
from dashboard.desk.views.detail import pane_of
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders import words as order_words
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import resolve_exception
from dashboard.orders.store import locations, reader, refresh
from dashboard.web import access, once
from dashboard.web.access import local_path, requires
from dashboard.web.htmx import redirect, toast, wants_part


@blueprint.post("/<int:exception_id>/assignment")
@requires("orders.update")
def assign(exception_id: int) -> Any:
    """user: an id, `me`, or nothing to give it back."""
    user_id = owner_in_form()
    once.run(assign_exception, AssignException(_id(exception_id), user_id, _version()), _version_of)
    mine = user_id is not None and str(user_id) == access.actor().id
    return _answer(exception_id, "It is yours." if mine else "Assigned." if user_id is not None else "It is everybody's again.")


@blueprint.post("/<int:exception_id>/snooze")
@requires("orders.update")
def snooze(exception_id: int) -> Any:
    """for: one of rules.SNOOZES, or nothing to wake it."""
    until = snooze_in_form()
    once.run(snooze_exception, SnoozeException(_id(exception_id), until, _version()), _version_of)
    return _answer(exception_id, f"Snoozed until {until:%a %d %b %H:%M} UTC." if until else "It is back in the queue.")


@blueprint.post("/<int:exception_id>/resolution")
@requires("orders.update")
def resolve(exception_id: int) -> Any:
    note = flask.request.form.get("note", "").strip()[:300]
    once.run(resolve_exception, ResolveException(_id(exception_id), note), _version_of)
    return _answer(exception_id, "The exception is resolved.")


@blueprint.post("/<int:exception_id>/fixes/<fix>")
@requires("orders.read")
def do_fix(exception_id: int, fix: str) -> Any:
    """Each fix asks for its own permission."""
    form = flask.request.form
    choice = {name: form[name].strip()[:64] for name in ("sku", "code") if form.get(name)}
    try:
        done = once.run(apply_fix, ApplyFix(_id(exception_id), fix, choice, _version()))
    except Invalid as error:
        if "sku" not in error.facts.get("fields", {}):
            raise
        return _again(exception_id, error)
    if done["refused"]:
        raise Conflict(f"{done['said']} This was written down as tried.", tried=fix)
    return _answer(exception_id, done["said"][:1].upper() + done["said"][1:] + ("." if done["said"][-1:] != "." else ""))


def owner_in_form() -> int | None:
    """Raises: Invalid, for what is no id of a person."""
    given, actor = flask.request.form.get("user", "").strip(), access.actor()
    if not given:
        return None
    text = actor.id if given == "me" and actor.kind == "user" else given
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid("Choose somebody who works here.", fields={"user": "unknown"})
    return int(text)


def snooze_in_form() -> dt.datetime | None:
    """Raises: Invalid, for a choice that is not on the list."""
    given = flask.request.form.get("for", "").strip()
    if not given:
        return None
    choices = snooze_choices(clock.now(), order_words.zone_of(locations(reader())))
    if given not in choices:
        raise Invalid(f"Choose until when: {', '.join(choices)}.", fields={"for": "one of the list"})
    return choices[given]


def _id(exception_id: int) -> int:
    if exception_id >= 2**63:
        raise NotFound("This exception does not exist.")
    return exception_id


def _version() -> int | None:
    return flask.request.form.get("version", type=int)


def _version_of(version: int) -> dict[str, Any]:
    return {"version": version}


def _again(exception_id: int, error: Invalid) -> Any:
    """422: the form as it was typed, the complaint beside its field."""
    pane = pane_of(exception_id, errors=error.facts["fields"])
    part = "desk/_pane.html" if wants_part() else "desk/exception.html"
    return flask.make_response(flask.render_template(part, live=None, pane=pane), 422)


def _answer(exception_id: int, said: str) -> Any:
    if wants_part():
        refresh()
        return flask.make_response(flask.render_template("desk/_pane.html", pane=pane_of(exception_id)), 200, toast(said))
    flask.flash(said, "ok")
    back = flask.url_for("exceptions.show", exception_id=exception_id)
    return redirect(local_path(flask.request.form.get("back"), back))
