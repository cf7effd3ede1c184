"""Answers of editing: back to the order with what was done, and a way to take it back for ten seconds."""

from dataclasses import dataclass
from typing import Any

import flask

from dashboard.editing.actions import Edited
from dashboard.editing.rules import split_field
from dashboard.kernel.errors import DomainError
from dashboard.web.htmx import redirect

UNDO_SECONDS = 10


@dataclass
class Answer:
    """An edit as an idempotency key keeps it."""

    order_id: int
    number: str
    version: int
    edit_id: int | None
    merged: list[str]
    waits: int
    due: int
    refundable: int
    untaken: int
    total: int
    currency: str


def edited_of(edited: Edited) -> dict[str, Any]:
    return dict(edited._asdict())


def gone_on(answer: Answer, message: str, *, undo: bool = True) -> Any:
    """To the order's page, with the message and its undo."""
    if undo and answer.edit_id is not None:
        action = flask.url_for("editing.undo", number=answer.number, edit_id=answer.edit_id)
        toast = {"message": message, "action": action, "seconds": UNDO_SECONDS, "id": f"edit-{answer.edit_id}"}
        flask.flash(toast, "undo")  # type: ignore[arg-type]
    else:
        flask.flash(message, "ok")
    return redirect(flask.url_for("orders.show", number=answer.number))


def beside(error: DomainError, other: str) -> dict[str, str]:
    """{field of a form of lines: what is wrong with it}. other: the field that takes what names none."""
    found = {}
    for name, message in error.facts.get("fields", {}).items():
        line_id, what = split_field(name)
        found[f"line-{line_id}" if line_id is not None else what] = message
    return found or {other: error.message}
