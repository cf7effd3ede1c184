"""The doors: who may connect, what a screen may say, and who is shown out when their right to look has ended."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import flask

from dashboard.live import batches
from dashboard.live.engine import ConnectionRefusedError, ScreenSocket, SocketIO
from dashboard.live.hub import Hub
from dashboard.live.presence import KINDS, SEEN
from dashboard.live.rooms import Member
from dashboard.web import livepage

log = logging.getLogger(__name__)

MOST_MESSAGE_BYTES = 64 * 1024
CHECK_SECONDS = 10.0
PAUSE_SECONDS = 1.0
ASK_SECONDS = 0.05
LONGEST_KNOCK_SECONDS = 10.0
DRAIN_SECONDS = 1.0


class Doors:
    """Connected screens by socket id, and the warden thread: pings that are due, rights that have ended."""

    def __init__(self, app: flask.Flask, socketio: SocketIO, hub: Hub):
        self.members: dict[str, Member] = {}
        self._app, self._socketio, self._hub = app, socketio, hub
        self._stopping = False
        self._leaving: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        socketio.on_event("connect", self._connect)
        socketio.on_event("catchup", self._catch_up)
        socketio.on_event("present", self._present)
        socketio.on_event("disconnect", self._disconnect)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="warden", daemon=True)
        self._thread.start()

    def drain(self, then: Callable[[], None]) -> None:
        """Hang up on everybody (their screens dial again) and call `then` a moment later. Safe in a signal handler."""
        self._leaving = then
        self._stopping = True
        self._hub.cut.set()

    def stop(self) -> None:
        self._stopping = True
        self._hub.cut.set()
        self._hang_up()

    def _hang_up(self) -> None:
        engine: Any = self._socketio.server.eio
        for screen_socket in list(engine.sockets.values()):
            if screen_socket.line is not None:
                screen_socket.line.close()
        if engine.service_task_event is not None:
            engine.service_task_event.set()

    def _connect(self, auth: Any = None) -> None:
        """Raises: ConnectionRefusedError, for a screen that is not ours, too old, or whose holder may no longer look."""
        auth = auth if isinstance(auth, dict) else {}
        opened = livepage.open_screen(str(auth.get("screen", "")))
        if opened is None or self._stopping:
            raise ConnectionRefusedError("denied", {"reason": "signed_out"})
        sid = flask.request.sid  # type: ignore[attr-defined]
        member = Member(sid, self._socket_of(sid), opened[0], actor=opened[1])
        member.socket.admitted = True
        self.members[sid] = member
        epoch, seqs = str(auth.get("epoch", "")), _seqs(auth.get("seqs"))
        member.socket.ready = lambda: self._hub.join(member, epoch, seqs)

    def _catch_up(self, asked: Any = None) -> None:
        member = self.members.get(flask.request.sid)  # type: ignore[attr-defined]
        if member is None or not isinstance(asked, dict):
            return
        now = time.monotonic()
        room = next((room for room in member.screen.rooms if room.name == asked.get("room")), None)
        seqs = _seqs({"seq": asked.get("seq")})
        if room is None or "seq" not in seqs or now - member.asked.get(room, 0.0) < ASK_SECONDS:
            return
        member.asked[room] = now
        self._hub.catch_up(member, room, str(asked.get("epoch", self._hub.epoch)), seqs["seq"])

    def _present(self, said: Any = None) -> None:
        """A person is at the page of one of the screen's rooms; strangers and machines are not seen."""
        member = self.members.get(flask.request.sid)  # type: ignore[attr-defined]
        if member is None or member.actor is None or member.actor.kind not in SEEN or not isinstance(said, dict):
            return
        now = time.monotonic()
        wanted = str(said.get("room", ""))[:64].partition(":")[::2]
        room = next((room for room in member.screen.rooms if (room.kind, room.key) == wanted), None)
        if room is None or room.kind not in KINDS or now - member.said_at < ASK_SECONDS:
            return
        member.said_at = now
        self._hub.present(member, wanted, editing=said.get("editing") is True)

    def _disconnect(self, _reason: Any = None) -> None:
        member = self.members.pop(flask.request.sid, None)  # type: ignore[attr-defined]
        if member is not None:
            self._hub.leave(member)

    def _socket_of(self, sid: str) -> ScreenSocket:
        server: Any = self._socketio.server
        return server.eio.sockets[server.manager.eio_sid_from_sid(sid, "/")]

    def _watch(self) -> None:
        checked_at = time.monotonic()
        while not self._stopping:
            cut = self._hub.cut.wait(PAUSE_SECONDS)
            self._hub.cut.clear()
            try:
                self._ping()
                if cut or time.monotonic() - checked_at >= CHECK_SECONDS:
                    checked_at = time.monotonic()
                    self._show_out()
            except Exception as error:  # noqa: BLE001 (the database is away: rights are checked again in a moment)
                log.warning("the warden could not look: %s", error)
        if self._leaving is not None:
            self._hang_up()
            time.sleep(DRAIN_SECONDS)
            self._leaving()

    def _ping(self) -> None:
        """Ping who is due, and hang up on who connected and never showed a screen."""
        now = time.time()
        for screen_socket in list(self._socketio.server.eio.sockets.values()):
            if screen_socket.admitted:
                screen_socket.ping_if_due(now)
            elif now - screen_socket.opened_at > LONGEST_KNOCK_SECONDS:
                screen_socket.close(wait=False, abort=True)

    def _show_out(self) -> None:
        """Look every screen's holder up again, once per person, and cut those who may no longer look."""
        by_screen: dict[livepage.Screen, list[Member]] = {}
        for member in list(self.members.values()):
            by_screen.setdefault(member.screen, []).append(member)
        for screen, members in by_screen.items():
            with self._app.app_context():
                allowed = livepage.holder(screen) is not None
            for member in () if allowed else members:
                self._cut(member)

    def _cut(self, member: Member) -> None:
        member.send(batches.frame("denied", {"reason": "revoked"}))
        try:
            self._socketio.server.disconnect(member.sid)
        except KeyError:
            pass  # gone in the same moment
        member.socket.close(wait=False)


def _seqs(value: Any) -> dict[str, int]:
    """{room: seq} out of what a stranger sent."""
    if not isinstance(value, dict):
        return {}
    return {str(key)[:64]: int(seq) for key, seq in list(value.items())[:32] if _is_seq(seq)}


def _is_seq(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53
