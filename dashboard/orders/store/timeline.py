"""An order's timeline: its events and its stock ledger, newest first, page by page."""

import datetime as dt
import heapq
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location, StockMovement
from dashboard.kernel import outbox
from dashboard.orders import texts

PAGE = 30
LEDGER_EVENTS = frozenset({"StockChanged", "StockAllocated"})  # the ledger rows say the same and more


class Entry(NamedTuple):
    """One thing that happened. type: the event's name, or `movement:<kind>`; data: what changed."""

    at: dt.datetime
    source: str
    id: int
    type: str
    actor: str
    actor_name: str
    data: dict[str, Any]


class TimelinePage(NamedTuple):
    """before: (event seq, movement id) to go on from; None when all is shown."""

    entries: list[Entry]
    before: tuple[int, int] | None


def timeline(connection: sa.Connection, order_id: int, before: tuple[int, int] | None = None, limit: int = PAGE) -> TimelinePage:
    """The next `limit` entries."""
    events = _events(connection, order_id, before and before[0], limit + 1)
    moves = _movements(connection, order_id, before and before[1], limit + 1)
    merged = list(heapq.merge(events, moves, key=lambda entry: (entry.at, entry.source == "event"), reverse=True))
    shown = merged[:limit]
    if len(merged) <= limit:
        return TimelinePage(shown, None)
    last = {source: min((entry.id for entry in shown if entry.source == source), default=None) for source in ("event", "move")}
    ends = before or (2**62, 2**62)
    return TimelinePage(shown, (last["event"] or ends[0], last["move"] or ends[1]))


def _events(connection: sa.Connection, order_id: int, before: int | None, limit: int) -> list[Entry]:
    found: list[Entry] = []
    while len(found) < limit:
        chunk = outbox.of_order(connection, order_id, before, limit)
        found += [
            Entry(event.at, "event", event.seq, event.type, event.actor, event.actor_name, event.data)
            for event in chunk
            if event.type not in LEDGER_EVENTS
        ]
        if len(chunk) < limit:
            break
        before = chunk[-1].seq
    texts.fill(connection, (entry.data for entry in found[:limit]))
    return found[:limit]


def _movements(connection: sa.Connection, order_id: int, before: int | None, limit: int) -> list[Entry]:
    query = sa.select(
        StockMovement.id,
        StockMovement.at,
        StockMovement.kind,
        StockMovement.actor,
        StockMovement.actor_name,
        StockMovement.on_hand,
        StockMovement.allocated,
        StockMovement.on_hand_after,
        StockMovement.reason,
        StockMovement.note,
        Sku.code,
        Location.name,
    ).select_from(sa.join(sa.join(StockMovement, Sku), Location))
    query = query.where(StockMovement.order_id == order_id).order_by(StockMovement.id.desc()).limit(limit)
    if before is not None:
        query = query.where(StockMovement.id < before)
    return [
        Entry(
            row.at,
            "move",
            row.id,
            f"movement:{row.kind}",
            row.actor,
            row.actor_name,
            {
                "sku": row.code,
                "location": row.name,
                "on_hand": row.on_hand,
                "allocated": row.allocated,
                "after": row.on_hand_after,
                "reason": row.reason,
                "note": row.note,
            },
        )
        for row in connection.execute(query)
    ]
