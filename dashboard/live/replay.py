"""What a returning screen missed: the present state of everything that changed since, or the word to fetch afresh."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import TypeVar

import flask

from dashboard.kernel import outbox
from dashboard.kernel.db import db
from dashboard.kernel.outbox import Recorded
from dashboard.live import batches, pushes
from dashboard.live.batches import Span
from dashboard.web.livepage import Room

K = TypeVar("K")
V = TypeVar("V")

MOST_EVENTS = 500
KEPT = 64


class Replay:
    """Frames for screens that come back; those that come back together share them."""

    def __init__(self, app: flask.Flask):
        self._app = app
        self._frames: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._runs: OrderedDict[tuple[int, int], Sequence[Recorded]] = OrderedDict()

    def frame(self, epoch: str, room: Room, since: int, until: int) -> bytes:
        """A batch from `since` (what the screen has) to `until` (what the room was told), or a reset when that is too far."""
        key = (room.name, since, until)
        found = self._frames.get(key)
        if found is None:
            found = _keep(self._frames, key, self._build(epoch, room, since, until))
        return found

    def _build(self, epoch: str, room: Room, since: int, until: int) -> bytes:
        if until - since > MOST_EVENTS:
            return reset(epoch, room, until)
        mine = [event for event in self._run(since, until) if pushes.concerns(event, room)]
        payload = batches.render(self._app, batches.changes_of(room, mine)) if mine else batches.Payload()
        if payload is None:
            return reset(epoch, room, until)
        return batches.frame("batch", batches.message(Span(epoch, room, since, until), payload))

    def _run(self, since: int, until: int) -> Sequence[Recorded]:
        key = (since, until)
        found = self._runs.get(key)
        if found is None:
            with self._app.app_context(), db.engine.connect() as connection:
                events = outbox.after(connection, since, until - since)
            found = _keep(self._runs, key, [event for event in events if event.seq <= until])
        return found


def reset(epoch: str, room: Room, seq: int) -> bytes:
    return batches.frame("reset", {"epoch": epoch, "room": room.name, "seq": seq})


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> V:
    kept[key] = value
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return value
