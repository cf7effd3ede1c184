"""Many exceptions at once: assign, snooze or resolve the selected ones; each row has its own result."""

from collections.abc import Callable
from typing import Any

import flask

from dashboard.desk import store
from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import AssignException, SnoozeException
from dashboard.desk.views import undoing
from dashboard.desk.views.acting import owner_in_form, snooze_in_form
from dashboard.desk.views.blueprint import blueprint
from dashboard.desk.views.words import row_view
from dashboard.kernel import clock, db
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import resolve_exception
from dashboard.orders.store import reader, refresh
from dashboard.web import access
from dashboard.web.access import local_path, requires
from dashboard.web.htmx import redirect, wants_part

MOST = 200


@blueprint.post("/bulk")
@requires("orders.update")
def act_on_many() -> Any:
    """do: assign, snooze or resolve."""
    ids = _selected()
    word, action, command = _asked(flask.request.form.get("do", ""))
    actor, now = access.actor(), clock.now()
    slept = {row.id: row.snoozed_until for row in store.rows(reader(), ids)}
    done: dict[int, Any] = {}
    skipped = []
    for exception_id in ids:
        try:
            done[exception_id] = undoing.kept(db.write(action, command(exception_id), actor, now), slept.get(exception_id))
        except DomainError as error:
            skipped.append((exception_id, error.message))
    do = flask.request.form.get("do", "")
    undone = {"what": do, "was": undoing.tokens(done)} if do in undoing.UNDONE else {}
    return _answer(f"{word} {len(done)} exception{'' if len(done) == 1 else 's'}.", list(done), skipped, undone)


def _selected() -> list[int]:
    """Raises: Invalid, for none, too many, or what is no id."""
    given = flask.request.form.getlist("exception")
    if not all(value.isascii() and value.isdigit() and len(value) <= 18 for value in given):
        raise Invalid("This selection is damaged; load the list again.")
    ids = list(dict.fromkeys(map(int, given)))
    if not 1 <= len(ids) <= MOST:
        raise Invalid(f"Select between 1 and {MOST} exceptions first.")
    return ids


def _asked(do: str) -> tuple[str, Callable[..., Any], Callable[[int], Any]]:
    """Raises: Invalid."""
    if do == "assign":
        user_id = owner_in_form()
        return ("Assigned" if user_id is not None else "Gave back"), assign_exception, lambda id_: AssignException(id_, user_id)
    if do == "snooze":
        until = snooze_in_form()
        return ("Snoozed" if until else "Woke"), snooze_exception, lambda id_: SnoozeException(id_, until)
    if do == "resolve":
        note = flask.request.form.get("note", "").strip()[:300]
        return "Resolved", resolve_exception, lambda id_: ResolveException(id_, note)
    raise Invalid("Choose what to do: assign, snooze or resolve.", fields={"do": "unknown"})


def _answer(message: str, done: list[int], skipped: list[tuple[int, str]], undone: dict[str, Any]) -> Any:
    refresh()
    found = {row.id: row for row in store.rows(reader(), [*done, *(id_ for id_, _ in skipped)])}
    named = [(found[id_].summary if id_ in found else f"Exception {id_}", why) for id_, why in skipped]
    if not wants_part():
        undo = flask.url_for("exceptions.take_back", **undone) if undone.get("was") else None
        undoing.flash(message, undo, "ok" if done else "warn")
        for summary, why in named:
            flask.flash(f"{summary} was skipped: {why}", "warn")
        return redirect(local_path(flask.request.form.get("back"), "/exceptions"))
    rows = [row_view(found[id_]) for id_ in done]
    return flask.render_template("desk/_bulk_result.html", message=message, skipped=named, rows=rows, undone=undone)
