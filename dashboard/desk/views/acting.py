"""What one exception's pane posts: take or give it, snooze it, fix it, resolve it."""

import datetime as dt
from typing import Any

import flask

from dashboard.desk import store
from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import ApplyFix, AssignException, ReopenException, SnoozeException
from dashboard.desk.fixing import apply_fix
from dashboard.desk.reopening import reopen_exception
from dashboard.desk.rules import FIXES, morning_of, snooze_choices
from dashboard.desk.views import undoing
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
    done = once.run(assign_exception, AssignException(_id(exception_id), user_id, _version()), undoing.kept)
    mine = user_id is not None and str(user_id) == access.actor().id
    said = "It is yours." if mine else "Assigned." if user_id is not None else "It is everybody's again."
    return _answer(exception_id, said, undoing.address("assign", {exception_id: done}))


@blueprint.post("/<int:exception_id>/snooze")
@requires("orders.update")
def snooze(exception_id: int) -> Any:
    """for: one of rules.SNOOZES (`date` with `on`, a day), or nothing to wake it."""
    try:
        until = snooze_in_form()
        done = once.run(snooze_exception, SnoozeException(_id(exception_id), until, _version()), undoing.kept)
    except Invalid as error:
        if flask.request.form.get("for") != "date":
            raise
        return _again(exception_id, {"on": next(iter(error.facts["fields"].values()))})
    said = f"Snoozed until {until:%a %d %b %H:%M} UTC." if until else "It is back in the queue."
    return _answer(exception_id, said, undoing.address("snooze", {exception_id: done}))


@blueprint.post("/<int:exception_id>/resolution")
@requires("orders.update")
def resolve(exception_id: int) -> Any:
    note = flask.request.form.get("note", "").strip()[:300]
    slept = store.exception(reader(), _id(exception_id)).snoozed_until
    done = once.run(resolve_exception, ResolveException(_id(exception_id), note), lambda version: undoing.kept(version, slept))
    return _answer(exception_id, "The exception is resolved.", undoing.address("resolve", {exception_id: done}))


@blueprint.post("/<int:exception_id>/reopening")
@requires("orders.update")
def reopen(exception_id: int) -> Any:
    """Take back a resolution, however long ago it was."""
    once.run(reopen_exception, ReopenException(_id(exception_id), _version()), undoing.kept)
    return _answer(exception_id, "The exception is open again. What was done about it stays done.")


@blueprint.post("/<int:exception_id>/fixes/<fix>")
@requires("orders.read")
def do_fix(exception_id: int, fix: str) -> Any:
    """Each fix asks for its own permission."""
    form = flask.request.form
    choice = {name: form[name].strip()[:64] for name in ("sku", "code") if form.get(name)}
    try:
        slept = clock.iso(store.exception(reader(), _id(exception_id)).snoozed_until)
        done = once.run(apply_fix, ApplyFix(_id(exception_id), fix, choice, _version()), lambda made: made._asdict() | {"slept": slept})
    except Invalid as error:
        if "sku" not in error.facts.get("fields", {}):
            raise
        return _again(exception_id, error.facts["fields"])
    if done["refused"]:
        raise Conflict(f"{done['said']} This was written down as tried.", tried=fix)
    said = done["said"][:1].upper() + done["said"][1:] + ("." if done["said"][-1:] != "." else "")
    return _answer(exception_id, *_with_undo(exception_id, fix, done, said))


def _with_undo(exception_id: int, fix: str, done: dict[str, Any], said: str) -> tuple[str, str | None]:
    """What is said of a fix, and where it is taken back: only the exception, where what was done cannot be."""
    rule = FIXES[fix]
    if done["hold"] is not None and access.actor().may("orders.update"):
        return said, undoing.address("hold", {exception_id: {"version": done["version"], "changed": True, "before": done["hold"]}})
    if not (done["closed"] and rule.may_undo and access.actor().may("orders.update")):
        return said, None
    more = f" Undo only opens this exception again. {rule.stays}" if rule.stays else ""
    kept = {"version": done["version"], "changed": True, "before": done["slept"]}
    return said + more, undoing.address("resolve", {exception_id: kept}, fix)


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
    form = flask.request.form
    given = form.get("for", "").strip()
    if not given:
        return None
    zone = order_words.zone_of(locations(reader()))
    if given == "date":
        try:
            return morning_of(dt.date.fromisoformat(form.get("on", "").strip()), zone)
        except (ValueError, OverflowError):
            raise Invalid("Choose the day.", fields={"on": "Choose a day."}) from None
    choices = snooze_choices(clock.now(), zone)
    if given not in choices:
        raise Invalid(f"Choose until when: {', '.join(choices)}.", fields={"for": "one of the list"})
    return choices[given]


def _id(exception_id: int) -> int:
    if exception_id >= 2**63:
        raise NotFound("This exception does not exist.")
    return exception_id


def _version() -> int | None:
    return flask.request.form.get("version", type=int)


def _again(exception_id: int, errors: dict[str, str]) -> Any:
    """422: the form as it was typed, the complaint beside its field."""
    refresh()
    pane = pane_of(exception_id, errors=errors)
    part = "desk/_pane.html" if wants_part() else "desk/exception.html"
    return flask.make_response(flask.render_template(part, live=None, pane=pane), 422)


def _answer(exception_id: int, said: str, undo: str | None = None) -> Any:
    if wants_part():
        refresh()
        return flask.make_response(flask.render_template("desk/_pane.html", pane=pane_of(exception_id)), 200, toast(said, undo))
    undoing.flash(said, undo)
    back = flask.url_for("exceptions.show", exception_id=exception_id)
    return redirect(local_path(flask.request.form.get("back"), back))
