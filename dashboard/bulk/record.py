"""A bulk action as plain values for machines."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa

from dashboard.bulk import rules, words
from dashboard.bulk.store import Skipped
from dashboard.kernel import clock


def record(connection: sa.Connection, run: Any, now: dt.datetime) -> dict[str, Any]:
    """run: as store.run reads it."""
    why = rules.why_not_undo(run, now)
    return {
        "id": str(run.id),
        "action": run.action,
        "choice": json.loads(run.choice),
        "query": run.query or None,
        "status": run.status,
        "total": run.total,
        "done": run.done,
        "skipped": run.skipped,
        "waiting": run.total - run.done - run.skipped,
        "title": words.telling(connection, run).title,
        "message": run.message,
        "started_by": run.actor_name,
        "created_at": clock.iso(run.created_at),
        "started_at": clock.iso(run.started_at),
        "finished_at": clock.iso(run.finished_at),
        "undoes": None if run.undoes_id is None else str(run.undoes_id),
        "undone_by": None if run.undone_by is None else str(run.undone_by),
        "undoable": not why,
        "not_undoable_because": why or None,
        "version": run.version,
    }


def row_record(row: Skipped) -> dict[str, Any]:
    """One order's result."""
    return {"place": row.place, "order": row.number, "state": row.state, "reason": row.reason}
