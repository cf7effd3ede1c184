"""Lines: what goes out to one screen's raw socket, whole frames in order, without ever waiting for the screen.

A frame is written at once as far as the kernel takes it; the rest waits in the line and goes out before anything else. (The usual
`socket.send` of a whole frame loses the rest of a partial write, `sendall` waits for a screen that sleeps.) Who lets MOST_FRAMES
or MOST_BYTES wait, or makes no room for LONGEST_STALL seconds, is cut off and costs the others nothing.
"""

import logging
import socket
import threading
import time
from collections import deque

log = logging.getLogger(__name__)

MOST_FRAMES = 200
MOST_BYTES = 16 * 1024 * 1024
LONGEST_STALL_SECONDS = 30.0
RETRY_SECONDS = 0.02
DEAD_PEER_MS = 30_000


class Line:
    """One connection's way out; every thread may write, frames are never mixed."""

    __slots__ = ("_flusher", "_lock", "_sock", "_waiting", "closed", "dropped", "stalled_at", "waiting_bytes")

    def __init__(self, sock: socket.socket, flusher: "Flusher"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MS)
        self._sock = getattr(sock, "_sock", sock)  # gevent's own would wait for room
        self._flusher = flusher
        self._lock = threading.Lock()
        self._waiting: deque[memoryview | bytes] = deque()
        self.waiting_bytes = 0
        self.stalled_at = 0.0
        self.closed = self.dropped = False

    @property
    def waiting(self) -> int:
        """How many frames wait."""
        return len(self._waiting)

    def send(self, frame: bytes) -> None:
        """Write the frame, or as much as there is room for; the rest goes out when there is more."""
        with self._lock:
            if self.closed:
                return
            if not self._waiting:
                sent = self._write(frame)
                if sent == len(frame) or self.closed:
                    return
                self._waiting.append(memoryview(frame)[sent:])
                self.waiting_bytes += len(frame) - sent
                self.stalled_at = time.monotonic()
                self._flusher.watch(self)
                return
            self._waiting.append(frame)
            self.waiting_bytes += len(frame)
            if len(self._waiting) > MOST_FRAMES or self.waiting_bytes > MOST_BYTES:
                self._drop()

    def flush(self) -> bool:
        """Write what waits; returns whether something still does."""
        with self._lock:
            while self._waiting and not self.closed:
                frame = self._waiting[0]
                sent = self._write(frame)
                if sent:
                    self.waiting_bytes -= sent
                    self.stalled_at = time.monotonic()
                if sent < len(frame):
                    self._waiting[0] = memoryview(frame)[sent:]
                    break
                self._waiting.popleft()
            if self._waiting and time.monotonic() - self.stalled_at > LONGEST_STALL_SECONDS:
                self._drop()
            return bool(self._waiting)

    def close(self) -> None:
        """Hang up; the thread that reads this connection ends."""
        with self._lock:
            self._hang_up()

    def _write(self, frame: memoryview | bytes) -> int:
        try:
            return self._sock.send(frame, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
        except OSError:
            self._hang_up()
            return 0

    def _drop(self) -> None:
        log.warning("a screen was cut off with %d frames (%d bytes) waiting", len(self._waiting), self.waiting_bytes)
        self.dropped = True
        self._hang_up()

    def _hang_up(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._waiting.clear()
        self.waiting_bytes = 0
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Flusher:
    """One thread that tries stalled lines again; it sleeps while there are none."""

    def __init__(self) -> None:
        self._stalled: dict[int, Line] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, line: Line) -> None:
        with self._lock:
            self._stalled[id(line)] = line
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="flusher", daemon=True)
                self._thread.start()
        self._some.set()

    def _loop(self) -> None:
        while True:
            self._some.wait()
            with self._lock:
                lines = list(self._stalled.items())
                if not lines:
                    self._some.clear()
                    continue
            done = [key for key, line in lines if not line.flush()]
            with self._lock:
                for key in done:
                    if not self._stalled[key].waiting:
                        del self._stalled[key]
            time.sleep(RETRY_SECONDS)


def text_frame(text: str) -> bytes:
    """A whole, unmasked websocket text frame, as a server sends it (RFC 6455 section 5.2): the same bytes for every screen."""
    body = text.encode("utf-8", "replace")
    size = len(body)
    if size < 126:
        return b"\x81" + bytes([size]) + body
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2) + body
    return b"\x81\x7f" + size.to_bytes(8) + body
