"""Batches: what changed in a room as one message, rendered once, as small as it can be."""

import logging
from collections.abc import Sequence
from typing import Any

import flask

from dashboard.kernel import jsontext
from dashboard.kernel.outbox import Recorded
from dashboard.live import pushes
from dashboard.live.lines import text_frame
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Id, Payload, Room

log = logging.getLogger(__name__)

MOST_ROWS = 20
MOST_PARTS = 60
MOST_CELLS = 400
LISTS = {"orders", "work"}
"""Rooms whose rows are one per order: above MOST_ROWS they get ids, and each screen fetches its visible part once."""


def frame(name: str, message: dict[str, Any]) -> bytes:
    """A Socket.IO event as the bytes of one websocket frame."""
    return text_frame(f'42["{name}",{jsontext.encode(message)}]')


def changes_of(room: Room, events: Sequence[Recorded]) -> Changes:
    """Coalesce: each order and balance once, however often it changed."""
    orders = frozenset(event.order_id for event in events if event.order_id is not None)
    stock = frozenset(place for event in events for place in pushes.stock_of(event))
    brief = room.kind in LISTS and len(orders) > MOST_ROWS
    return Changes(room, orders, stock, tuple(events), brief)


def render(app: flask.Flask, changes: Changes) -> Payload | None:
    """The present state of what changed, in one read transaction; None when a provider failed: the screens must fetch it."""
    try:
        with app.test_request_context("/", base_url=_base(app)):
            return _shrunk(livepage.payload_for(changes), changes.room.kind)
    except Exception:
        log.exception("room %s could not be rendered", changes.room.name)
        return None


def message(position: "Span", payload: Payload) -> dict[str, Any]:
    """A `batch` as screens read it; what is empty is left out."""
    found: dict[str, Any] = {"epoch": position.epoch, "room": position.room, "prev": position.prev, "seq": position.seq}
    for name in ("rows", "cells", "ids"):
        if values := getattr(payload, name):
            found[name] = [value._asdict() for value in values]
    for name in ("gone", "facets"):
        if value := getattr(payload, name):
            found[name] = value
    return found


class Span:
    """Which run of the log a batch stands for: after `prev` up to and with `seq`."""

    __slots__ = ("epoch", "prev", "room", "seq")

    def __init__(self, epoch: str, room: Room, prev: int, seq: int):
        self.epoch, self.room, self.prev, self.seq = epoch, room.name, prev, seq


def _shrunk(payload: Payload, kind: str) -> Payload:
    """Ids for rows and cells that are too many for one message."""
    if len(payload.rows) > (MOST_ROWS if kind in LISTS else MOST_PARTS):
        payload.ids += [Id(row.k, row.v) for row in payload.rows]
        payload.rows = []
    if len(payload.cells) > MOST_CELLS:
        payload.ids += [Id(cell.k, cell.v) for cell in payload.cells]
        payload.cells = []
    return payload


def _base(app: flask.Flask) -> str:
    scheme = "https" if app.config.get("SESSION_COOKIE_SECURE") else "http"
    return f"{scheme}://localhost"
