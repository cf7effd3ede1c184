"""The event log as the API tells it: in order, and only what the asker may see."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.api.order_answers import event
from dashboard.kernel import outbox
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import db
from dashboard.kernel.outbox import EventRow, Recorded
from dashboard.orders import texts
from dashboard.orders.model import Order

_COLUMNS = tuple(EventRow.__table__.c[name] for name in (
    "seq", "type", "entity", "entity_id", "version", "order_id", "actor", "actor_name", "at", "data", "request_id",
))

Found = list[tuple[Recorded, str | None]]


def page(after: int, limit: int, actor: Actor, order_id: int | None = None, channel: str | None = None) -> dict[str, Any]:
    """Events after this seq: of one order, of one channel's orders, or all of them. next: the seq to go on after, None at the end."""
    connection = db.session.connection()
    position = outbox.position(connection)
    which = [EventRow.seq > after, EventRow.seq <= position.seq]
    if order_id is not None:
        which.append(EventRow.order_id == order_id)
    if channel is not None:
        which.append(EventRow.order_id.in_(sa.select(Order.id).where(Order.channel == channel)))
    found, more = read(connection, which, limit, by=EventRow.seq if order_id is None else EventRow.id)
    shown = [event(one, actor) for one, _ in found]
    return {"epoch": position.epoch, "events": shown, "next": shown[-1]["seq"] if more else None}


def read(connection: sa.Connection, which: Sequence[Any], limit: int, by: Any = EventRow.seq) -> tuple[Found, bool]:
    """(the events, each with the id of the request it came of, oldest first and with their texts; whether there are more)."""
    rows = connection.execute(sa.select(*_COLUMNS).where(*which).order_by(by).limit(limit + 1)).all()
    found = [(Recorded(*row[:-2], json.loads(row[-2])), row[-1]) for row in rows[:limit]]
    texts.fill(connection, (one.data for one, _ in found))
    return found, len(rows) > limit
