"""engine.io on lines: one thread a screen, no deflate, nothing lost on a partial write.

As delivered, each websocket costs four threads (handler, reader, writer, ping), offers per-message deflate (which doubles its
memory) and drops the rest of a partial write. This socket reads in the handler's own thread, writes packets straight to its line,
leaves pings to one shared loop, and speaks the handshake itself, so that no extension is agreed on.
"""

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.utilities import RemoteProtocolError

from dashboard.kernel.imports import without
from dashboard.live.lines import Flusher, Line, text_frame

with without(
    "requests", "websocket", "aiohttp", "redis", "valkey", "kombu", "aio_pika", "kafka", "zmq"
):  # of clients and clusters
    import engineio.socket
    from engineio import exceptions, packet
    from flask_socketio import ConnectionRefusedError, SocketIO

__all__ = ["ConnectionRefusedError", "ScreenSocket", "SocketIO", "install"]

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
READ_BYTES = 4096

flusher = Flusher()


class DirectQueue:
    """Stands where engine.io puts packets for its writer thread: writes them at once. Until the handshake they are kept."""

    def __init__(self) -> None:
        self.line: Line | None = None
        self._early: list[packet.Packet] = []

    def open(self, line: Line) -> None:
        self.line = line
        for early in self._early:
            self.put(early)
        self._early = []

    def put(self, item: packet.Packet | None) -> None:
        if item is None:
            if self.line is not None:
                self.line.close()
        elif self.line is None:
            self._early.append(item)
        else:
            self.line.send(text_frame(item.encode()))

    def join(self) -> None:
        """Nothing waits here."""


class ScreenSocket(engineio.socket.Socket):
    """engine.io's side of one screen.

    Attributes: line: its way out, once the handshake is done. ready: called once, after the packet in work was answered.
    admitted: whether it showed a screen that may look. most: how many connections this process takes (a thread each).
    """

    most = 10_000

    def __init__(self, server: Any, sid: str):
        super().__init__(server, sid)
        self.queue = DirectQueue()
        self.line: Line | None = None
        self.ready: Callable[[], None] | None = None
        self.admitted = False
        self.opened_at = time.time()
        self.ping_at = 0.0
        self.last_ping: float | None = None

    def schedule_ping(self) -> None:
        self.last_ping = None
        self.ping_at = time.time() + self.server.ping_interval

    def ping_if_due(self, now: float) -> None:
        if self.ping_at and now >= self.ping_at and not self.closed:
            self.ping_at, self.last_ping = 0.0, now
            self.send(packet.Packet(packet.PING))

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Any) -> Any:
        sock = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY")
        if len(self.server.sockets) > self.most:
            return self._refuse(start_response, "503 SERVICE UNAVAILABLE", "This server has as many screens as it can serve.")
        if sock is None or not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            return self._refuse(start_response, "400 BAD REQUEST", "A websocket handshake (RFC 6455) is expected here.")
        sock.sendall(_accept(key))
        self.line = Line(sock, flusher)
        self.connected = self.upgraded = True
        self.queue.open(self.line)
        try:
            self._read(sock)
        finally:
            self.line.close()
            self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        # What is left is telling the server to let go of the connection: each has its own way.
        raise StopIteration if "gunicorn.socket" in environ else ConnectionError

    def _refuse(self, start_response: Any, status: str, text: str) -> list[bytes]:
        self.close(wait=False, abort=True)
        start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5")])
        return [text.encode()]

    def _read(self, sock: Any) -> None:
        """Receive until either side hangs up."""
        frames = Connection(ConnectionType.SERVER)
        text: list[str] = []
        while not self.closed:
            try:
                data = sock.recv(READ_BYTES)
                frames.receive_data(data or None)
                if not data or not self._take(frames, text):
                    return
            except (OSError, RemoteProtocolError, exceptions.SocketIsClosedError):
                return

    def _take(self, frames: Connection, text: list[str]) -> bool:
        """Act on what arrived; returns whether to go on reading."""
        assert self.line is not None
        for event in frames.events():
            if isinstance(event, Ping):
                self.line.send(frames.send(event.response()))
            elif isinstance(event, CloseConnection):
                self.line.send(frames.send(event.response()))
                return False
            elif isinstance(event, TextMessage):
                text.append(event.data)
                if sum(map(len, text)) > self.server.max_http_buffer_size:
                    self.line.send(frames.send(CloseConnection(1009, "Message is too big")))
                    return False
                if event.message_finished:
                    self._receive("".join(text))
                    text.clear()
            elif isinstance(event, BytesMessage):
                self.line.send(frames.send(CloseConnection(1003, "Only text is spoken here")))
                return False
        return True

    def _receive(self, text: str) -> None:
        try:
            self.receive(packet.Packet(encoded_packet=text))
        except (exceptions.UnknownPacketError, ValueError, IndexError):
            pass
        if self.ready is not None:
            ready, self.ready = self.ready, None
            ready()


def _accept(key: str) -> bytes:
    digest = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()  # noqa: S324 (RFC 6455 wants SHA-1)
    return (
        f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {digest}\r\n\r\n"
    ).encode()


def install() -> None:
    """Let engine.io make its sockets of ours (its server knows no other way to choose)."""
    engineio.socket.Socket = ScreenSocket  # type: ignore[misc]
