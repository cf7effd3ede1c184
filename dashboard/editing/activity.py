"""The changes an order saw lately, in words, and which of them can still be taken back."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.editing import rules, store
from dashboard.editing.rules import split_field
from dashboard.editing.undoing import not_undoable

KINDS = {"edit": "Changed", "cancel": "Part cancelled", "undo": "Taken back", "split": "Split", "merge": "Merged"}
MOST = 8


class Change(NamedTuple):
    id: int
    text: str
    actor: str
    at: dt.datetime
    undoable: bool
    undone: bool


def recent(connection: sa.Connection, order_id: int, now: dt.datetime) -> list[Change]:
    """Newest first; of the last 24 hours, while they may matter to an undo."""
    edits = [edit for edit in store.edits_of(connection, order_id, MOST) if now - edit.at <= rules.UNDO_WITHIN]
    if not edits:
        return []
    facts = store.order_facts(connection, order_id)
    codes = {line.id: line.sku for line in facts.lines}
    return [
        Change(
            edit.id,
            f"{KINDS[edit.kind]}: {_what(edit.fields, codes)}",
            edit.actor_name,
            edit.at,
            not not_undoable(edit, facts, now),
            edit.undone,
        )
        for edit in edits
    ]


def _what(fields: dict[str, tuple[object, object]], codes: dict[int, str]) -> str:
    """'A-1, address, shipping': whose fields it was about."""
    named: dict[str, None] = {}
    for name in fields:
        line_id, what = split_field(name)
        if line_id is not None:
            named[codes.get(line_id, "a line")] = None
        else:
            named["address" if what in {f"ship_{part}" for part in rules.ADDRESS} else what.replace("_", " ")] = None
    return ", ".join(named) or "nothing"
