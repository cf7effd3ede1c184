"""The hub: one thread owns all rooms; it hears events from the relay, answers screens that come, and sends each room's batches."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import flask

from dashboard.kernel import clock, outbox
from dashboard.kernel.db import db
from dashboard.kernel.outbox import Recorded
from dashboard.live import batches, pushes, replay
from dashboard.live.batches import Span
from dashboard.live.presence import Place, Presence, Seen
from dashboard.live.rooms import Member, RoomState
from dashboard.web.livepage import Payload, Room

log = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
SLOW = frozenset({"kpi"})


class Hub:
    """Rooms of one process. Other threads only put messages in; `start` begins at the relay's position.

    Attributes: cut: set when an event may have ended somebody's right to look (the warden's wake-up).
    """

    def __init__(self, app: flask.Flask, build: str):
        self.epoch = ""
        self.position = 0
        self.rooms: dict[Room, RoomState] = {}
        self.cut = threading.Event()
        self._app = app
        self._build = build
        self._replay = replay.Replay(app)
        self._presence = Presence()
        self._tell_neighbours: Callable[[Place, list[Seen]], None] | None = None
        self._inbox: deque[tuple[Any, ...]] = deque()
        self._some = threading.Event()
        self._beat_at = 0.0
        self._stopping = False
        self._slow: queue.SimpleQueue[tuple[RoomState, Sequence[Recorded]] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, position: int) -> None:
        self.position = max(self.position, position)
        self._threads = [
            threading.Thread(target=loop, name=f"hub{loop.__name__}", daemon=True) for loop in (self._loop, self._render_slow)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._some.set()
        self._slow.put(None)
        for thread in self._threads:
            thread.join(timeout=5)

    def hear(self, events: Sequence[Recorded]) -> None:
        """The relay's listener."""
        self._put(self._on_events, events)
        if any(event.type in pushes.CUTS for event in events):
            self.cut.set()

    def join(self, member: Member, epoch: str, seqs: dict[str, int]) -> None:
        """Let a screen into its rooms and bring it up to date. seqs: {room: seq it has}, "*" for rooms not named."""
        self._put(self._on_join, member, epoch, seqs)

    def catch_up(self, member: Member, room: Room, epoch: str, seq: int) -> None:
        self._put(self._on_catch_up, member, room, epoch, seq)

    def present(self, member: Member, place: Place, *, editing: bool) -> None:
        """The person at this screen looks at the place (`order`, `17`), or types there."""
        self._put(self._on_present, member, place, editing)

    def leave(self, member: Member) -> None:
        self._put(self._on_leave, member)

    def share(self, tell: Callable[[Place, list[Seen]], None]) -> None:
        """Let other server processes know whom this one sees. tell(place, people) must not wait."""
        self._tell_neighbours = tell

    def hear_neighbour(self, process: str, place: Place, people: list[Seen]) -> None:
        """Another server process sees these people there, and nobody else."""
        self._put(self._on_neighbour, process, place, people)

    def _put(self, *message: Any) -> None:
        self._inbox.append(message)
        self._some.set()

    def _loop(self) -> None:
        while not self._stopping:
            self._some.wait(self._pause())
            self._some.clear()
            try:
                self._read_inbox()
                self._tick(time.monotonic())
            except Exception:
                log.exception("the hub stumbled")
                time.sleep(0.1)

    def _pause(self) -> float:
        now = time.monotonic()
        due = [at for state in self.rooms.values() if (at := state.due_at()) is not None]
        return max(0.0, min([self._beat_at, *due]) - now)

    def _read_inbox(self) -> None:
        while self._inbox:
            handler, *values = self._inbox.popleft()
            handler(*values)

    def _on_events(self, events: Sequence[Recorded]) -> None:
        for event in events if self.rooms else ():
            for room in pushes.rooms_of(event):
                for state in self._states_of(room):
                    state.pending.append(event)
        self.position = max(self.position, events[-1].seq)

    def _states_of(self, room: Room) -> list[RoomState]:
        """The open room of this name; for the KPIs also those of single locations."""
        if room.kind == "kpi":
            return [state for name, state in self.rooms.items() if name.kind == "kpi"]
        state = self.rooms.get(room)
        return [] if state is None else [state]

    def _on_join(self, member: Member, epoch: str, seqs: dict[str, int]) -> None:
        if member.socket.closed:
            return
        self.epoch = self._epoch_now()
        for room in member.screen.rooms:
            state = self.rooms.get(room)
            if state is None:
                state = self.rooms[room] = RoomState(room, self.position)
                state.ticked_at = time.monotonic() if state.interval else state.ticked_at
            state.members[member.sid] = member
            state.shown.clear()  # what its page shows may be younger than what was sent last
            self._bring_up(member, room, epoch, seqs.get(room.name, seqs.get("*", -1)))
        member.send(self._beat(member.screen.rooms))

    def _on_catch_up(self, member: Member, room: Room, epoch: str, seq: int) -> None:
        if room in self.rooms and member.sid in self.rooms[room].members:
            self._bring_up(member, room, epoch, seq)

    def _on_present(self, member: Member, place: Place, editing: bool) -> None:
        if member.socket.closed:
            return
        if self._presence.say(member, place, time.monotonic(), editing=editing):
            self._tell_people([place])
        self._tell_elsewhere([place])  # news or not: they forget what is not said again

    def _on_neighbour(self, process: str, place: Place, people: list[Seen]) -> None:
        if self._presence.hear(process, place, people, time.monotonic()):
            self._tell_people([place])

    def _tell_elsewhere(self, places: Sequence[Place]) -> None:
        for place in places if self._tell_neighbours else ():
            self._tell_neighbours(place, self._presence.here(place))

    def _tell_people(self, places: Sequence[Place]) -> None:
        for place in places:
            for member, shown in self._presence.frames(place):
                member.send(batches.frame("people", shown))

    def _on_leave(self, member: Member) -> None:
        left = self._presence.leave(member.sid)
        self._tell_people(left)
        self._tell_elsewhere(left)
        for room in member.screen.rooms:
            state = self.rooms.get(room)
            if state is not None:
                state.members.pop(member.sid, None)
                if not state.members:
                    del self.rooms[room]

    def _bring_up(self, member: Member, room: Room, epoch: str, seq: int) -> None:
        """Members hear of everything after `position`; this tells them of everything up to it."""
        if epoch != self.epoch or seq < 0:
            member.send(replay.reset(self.epoch, room, self.position))
        elif seq < self.position and room.kind in SLOW:
            member.send(batches.frame("batch", batches.message(Span(self.epoch, room, seq, self.position), Payload())))
            self.rooms[room].show_whole()
        elif seq < self.position:
            member.send(self._replay.frame(self.epoch, room, seq, self.position))

    def _tick(self, now: float) -> None:
        """What takes least is sent first: nobody waits long for what is short. What the slow thread has is sent as soon as it is there."""
        for state in sorted((state for state in self.rooms.values() if state.is_due(now)), key=lambda state: state.least):
            self._send_batch(state, now)
            self._read_inbox()
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            self._tell_people(self._presence.expire(now))
            self._send_beats()

    def _send_batch(self, state: RoomState, now: float) -> None:
        events, state.pending = state.pending, []
        state.ticked_at, state.wanted = now, False
        if state.room.kind in SLOW:
            state.busy = True
            self._slow.put((state, events))
        else:
            self._finish(state, events, *self._render(state, events))

    def _render(self, state: RoomState, events: Sequence[Recorded]) -> tuple[Payload | None, float]:
        """The payload and how many seconds it took."""
        began = time.monotonic()
        payload = batches.render(self._app, batches.changes_of(state.room, events))
        return payload, time.monotonic() - began

    def _render_slow(self) -> None:
        """The thread of rooms whose figures take their time: rows of orders do not wait for them.

        Each is rendered once for nobody: the first screen shall not wait until its template is compiled and its past added up.
        """
        for kind in SLOW:
            self._render(RoomState(Room(kind), self.position), ())
        while (work := self._slow.get()) is not None:
            self._put(self._finish, *work, *self._render(*work))

    def _finish(self, state: RoomState, events: Sequence[Recorded], payload: Payload | None, cost: float) -> None:
        prev, seq = state.seq, events[-1].seq if events else state.seq
        state.seq, state.cost, state.busy = seq, cost, False
        state.least = min(state.least or cost, cost)
        if payload is None:
            state.send(replay.reset(self.epoch, state.room, seq))
            return
        payload = state.only_new(payload)
        if events or payload.rows or payload.ids or payload.cells or payload.facets:
            state.send(batches.frame("batch", batches.message(Span(self.epoch, state.room, prev, seq), payload)))

    def _send_beats(self) -> None:
        frames: dict[tuple[Room, ...], bytes] = {}
        for member in {member.sid: member for state in self.rooms.values() for member in state.members.values()}.values():
            rooms = member.screen.rooms
            if rooms not in frames:
                frames[rooms] = self._beat(rooms)
            member.send(frames[rooms])

    def _beat(self, rooms: tuple[Room, ...]) -> bytes:
        seqs = {room.name: self.rooms[room].seq for room in rooms if room in self.rooms}
        return batches.frame("beat", {"epoch": self.epoch, "seqs": seqs, "build": self._build, "now": clock.iso(clock.now())})

    def _epoch_now(self) -> str:
        with self._app.app_context(), db.engine.connect() as connection:
            return outbox.position(connection).epoch
