"""The audit log as the API tells it: who changed what, on whose request, and how far it is sealed."""

from typing import Any

from dashboard.api import log
from dashboard.api.order_answers import event
from dashboard.kernel import outbox, seal
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import db
from dashboard.kernel.outbox import EventRow

WINDOW = 20_000
"""Rows of the log that one page may look at: one's own are few among everybody's."""


def page(after: int, limit: int, actor: Actor, *, own: bool) -> dict[str, Any]:
    """The rows after this seq, oldest first; own: only what this actor did. next: the seq to go on after, None at the end."""
    connection = db.session.connection()
    end = outbox.position(connection).seq
    sealed, digest = seal.sealed(connection)
    which = [EventRow.seq > after, EventRow.seq <= end]
    if own:
        which += [EventRow.actor == actor.ref, EventRow.seq <= after + WINDOW]
    found, more = log.read(connection, which, limit)
    items = [
        event(one, actor) | {"actor_ref": one.actor, "request_id": request, "sealed": one.seq <= sealed} for one, request in found
    ]
    last = items[-1]["seq"] if more else after + WINDOW if own and after + WINDOW < end else None
    return {"items": items, "next": last, "sealed_to": sealed, "digest": digest}
