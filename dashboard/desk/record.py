"""Exceptions as machines read them."""

import json
from typing import Any

import sqlalchemy as sa

from dashboard.desk import store
from dashboard.desk.rules import fixes_of
from dashboard.desk.store import Row
from dashboard.kernel import clock

HIDDEN = frozenset({"error"})
"""Facts of which nobody knows what they quote; they are for those who run the jobs."""


def row_record(row: Row) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "summary": row.summary,
        "state": row.state,
        "order": row.number,
        "times": row.times,
        "opened_at": clock.iso(row.opened_at),
        "snoozed_until": clock.iso(row.snoozed_until),
        "assignee": None if row.assignee_id is None else str(row.assignee_id),
        "assignee_name": row.assignee,
        "resolved_at": clock.iso(row.resolved_at),
        "resolved_by": row.resolved_by,
        "resolution": row.resolution,
        "cleared": row.cleared,
        "version": row.version,
    }


def record(connection: sa.Connection, exception_id: int, *, may_see_errors: bool = False) -> dict[str, Any]:
    """One exception with its facts, fixes and steps.

    Raises: NotFound.
    """
    row = store.exception(connection, exception_id)
    facts = json.loads(row.facts)
    fixes = fixes_of(row.kind) if row.state != "resolved" else {}
    return {
        **row_record(row),
        "facts": {name: value for name, value in facts.items() if may_see_errors or name not in HIDDEN},
        "fixes": [
            {"key": key, "label": fix.label, "effect": fix.effect, "asks": list(fix.asks), "permission": fix.permission}
            for key, fix in fixes.items()
        ],
        "steps": [
            {"at": clock.iso(step.at), "by": step.actor_name, "what": step.what, "said": step.said}
            for step in store.steps(connection, row.id)
        ],
    }
