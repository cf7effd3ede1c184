"""The audit log as the API tells it: who changed what, on whose request, and how far it is sealed."""

import json
from typing import Any

import sqlalchemy as sa

from dashboard.api.order_answers import event
from dashboard.kernel import outbox, seal
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import db
from dashboard.kernel.outbox import EventRow, Recorded
from dashboard.orders import texts

WINDOW = 20_000
"""Rows of the log that one page may look at: one's own are few among everybody's."""
_COLUMNS = tuple(EventRow.__table__.c[name] for name in (
    "seq", "type", "entity", "entity_id", "version", "order_id", "actor", "actor_name", "at", "data", "request_id",
))  # fmt: skip


def page(after: int, limit: int, actor: Actor, *, own: bool) -> dict[str, Any]:
    """The rows after this seq, oldest first; own: only what this actor did. next: the seq to go on after, None at the end."""
    connection = db.session.connection()
    end = outbox.position(connection).seq
    sealed, digest = seal.sealed(connection)
    query = sa.select(*_COLUMNS).where(EventRow.seq > after, EventRow.seq <= end)
    if own:
        query = query.where(EventRow.actor == actor.ref, EventRow.seq <= after + WINDOW)
    rows = connection.execute(query.order_by(EventRow.seq).limit(limit + 1)).all()
    found = [(Recorded(*row[:-2], json.loads(row[-2])), row[-1]) for row in rows[:limit]]
    texts.fill(connection, (one.data for one, _ in found))
    items = [
        event(one, actor) | {"actor_ref": one.actor, "request_id": request, "sealed": one.seq <= sealed} for one, request in found
    ]
    last = items[-1]["seq"] if len(rows) > limit else after + WINDOW if own and after + WINDOW < end else None
    return {"items": items, "next": last, "sealed_to": sealed, "digest": digest}
