"""Taking back what was just done to exceptions: whose they are, until when they sleep, and that they are resolved.

The address of an undo names each exception with the version it got and what it was before; one that was changed since is left alone.
"""

import datetime as dt
from typing import Any

import flask

from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import AssignException, ReopenException, SnoozeException
from dashboard.desk.reopening import reopen_exception
from dashboard.desk.rules import FIXES
from dashboard.desk.views.blueprint import blueprint
from dashboard.kernel import clock, db
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders.actions import release_hold
from dashboard.orders.commands import ReleaseHold
from dashboard.orders.store import refresh
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.htmx import UNDO_SECONDS, redirect, toast, wants_part

UNDONE = {"assign": assign_exception, "snooze": snooze_exception, "resolve": reopen_exception, "hold": release_hold}
MOST = 200
LONGEST_ADDRESS = 3500
"""Bytes: servers take no longer first line than 4,094."""


def kept(result: Any, slept: dt.datetime | None = None) -> dict[str, Any]:
    """An action's result as plain values. slept: until when it slept, for a resolution, whose result is a version only."""
    if isinstance(result, int):
        return {"version": result, "changed": True, "before": clock.iso(slept)}
    before = clock.iso(result.before) if isinstance(result.before, dt.datetime) else result.before
    return {"version": result.version, "changed": result.changed, "before": before}


def address(what: str, done: dict[int, dict[str, Any]], fix: str | None = None) -> str | None:
    """Where to post to take it back; None when nothing was changed. done: exception id -> `kept`; fix: what resolved it."""
    was = tokens(done)
    return flask.url_for("exceptions.take_back", what=what, was=was, fix=fix) if was else None


def tokens(done: dict[int, dict[str, Any]]) -> list[str]:
    """What the undo must know of each exception that was changed."""
    return [f"{id_}_{one['version']}_{one['before'] or ''}" for id_, one in done.items() if one["changed"]]


def flash(message: str, undo: str | None, role: str = "ok") -> None:
    """The message for the next page, with its undo if there is one."""
    if undo and len(undo) > LONGEST_ADDRESS:
        undo = None
    made = {"message": message, "action": undo, "seconds": UNDO_SECONDS, "id": "exceptions"}
    flask.flash(made if undo else message, "undo" if undo else role)  # type: ignore[arg-type]


@blueprint.post("/undo")
@requires("orders.update")
def take_back() -> Any:
    """what: one of UNDONE; was: id_version_before of each; fix: what resolved it."""
    what, given = flask.request.values.get("what", ""), flask.request.values.getlist("was")
    if what not in UNDONE or not 1 <= len(given) <= MOST:
        raise Invalid("This undo is damaged; nothing was changed.")
    if what == "hold":
        access.demand("holds.write")
    commands = [_command(what, text) for text in given]
    action, actor, now = UNDONE[what], access.actor(), clock.now()
    count, why = 0, ""
    for command in commands:
        try:
            db.write(action, command, actor, now)
            count += 1
        except DomainError as error:
            if len(commands) == 1:
                raise
            why = error.message
    said = f"Taken back for {count} of {len(commands)}: {why}" if why else _said(what, len(commands))
    if not wants_part():
        flask.flash(said, "warn" if why else "ok")
        return redirect(flask.url_for("exceptions.index"))
    refresh()
    return flask.make_response("", 200, toast(said))


def _said(what: str, count: int) -> str:
    if what != "resolve":
        return "Taken back." if what != "hold" else "The hold is released again."
    fix = FIXES.get(flask.request.values.get("fix", ""))
    opened = "The exception is open again." if count == 1 else f"{count} exceptions are open again."
    return f"{opened} {fix.stays}" if fix and fix.stays else opened


def _command(what: str, text: str) -> AssignException | SnoozeException | ReopenException | ReleaseHold:
    """Raises: Invalid, for what this page did not make."""
    id_, _, rest = text.partition("_")
    version, _, before = rest.partition("_")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (id_, version)):
        raise Invalid("This undo is damaged; nothing was changed.")
    try:
        if what == "assign":
            return AssignException(int(id_), int(before[:18]) if before else None, int(version))
        if what == "hold":
            return ReleaseHold(int(before[:18]), "Taken back at the exceptions desk")
        until = clock.parse_iso(before) if before else None
    except ValueError:
        raise Invalid("This undo is damaged; nothing was changed.") from None
    if what == "resolve":
        return ReopenException(int(id_), int(version), until)
    return SnoozeException(int(id_), until if until is None or until > clock.now() else None, int(version))
