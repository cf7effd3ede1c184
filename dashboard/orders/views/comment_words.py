"""Comments in words, as they are now."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.orders.mentions import SIGN
from dashboard.orders.texts import ERASED
from dashboard.orders.views.telling import Said, Telling


def noted(data: Mapping[str, Any], telling: Telling) -> Said:
    """As it is now: a comment may have been changed, or deleted, since it was written."""
    note = telling.notes.get(data["note_id"])
    if note is not None and note.deleted_at is not None:
        return Said(8, "comments", "message", "Comment, deleted since", anchor=f"note-{data['note_id']}")
    body = note.body if note is not None else data["body"]
    text = "Comment, changed since" if note is not None and note.edited_at else "Comment"
    return Said(8, "comments", "message", text, (_with_names(body),) if telling.sight.full else (), f"note-{data['note_id']}")


def _with_names(body: str) -> Markup:
    """The text with the names in it marked."""
    marked, at = Markup(""), 0
    for found in SIGN.finditer(body):
        marked += Markup("{}<b class=\"mention\">{}</b>").format(body[at : found.start()], found.group())
        at = found.end()
    return marked + body[at:]


def edited(data: Mapping[str, Any], telling: Telling) -> Said:
    """What it said before."""
    was = (f"It said: {data['before']}",) if telling.sight.full and _is_there(data, telling) else ()
    return Said(5, "comments", "pencil", "Own comment changed", was)


def deleted(_data: Mapping[str, Any], _telling: Telling) -> Said:
    """That there was one."""
    return Said(5, "comments", "trash", "Own comment deleted")


def _is_there(data: Mapping[str, Any], telling: Telling) -> bool:
    """Whether the comment still says something: of one that was deleted, or erased with its customer, nothing is told."""
    note = telling.notes.get(data["note_id"])
    return note is not None and note.deleted_at is None and note.body != ERASED
