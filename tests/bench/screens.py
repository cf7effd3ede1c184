"""200 screens in the default mode: from the rendered change to the last screen, beside a raw socket loop in the same process."""

import base64
import contextlib
import json
import os
import selectors
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import shops
from tests.bench.measuring import Figure, alternate
from tests.bench.served import ScreensServed
from tests.serving import Client

SCREENS = 200
CHANGES = 7
PAUSE = 0.4  # seconds between changes: each is the first of its tick and goes at once
PATIENCE = 10.0
PING = b"\x81\x012"


def connect(port: int, ticket: dict[str, Any]) -> socket.socket:
    """A screen: a websocket that has shown its ticket."""
    screen = socket.create_connection(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    screen.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    if b" 101 " not in screen.recv(4096):
        raise ConnectionError("no websocket here")
    shown = {"screen": ticket["screen"], "epoch": ticket["epoch"], "seqs": {"*": ticket["seq"]}}
    screen.sendall(frame(b"40" + json.dumps(shown).encode()))
    return screen


def frame(payload: bytes) -> bytes:
    """A client's text frame, masked with zeros."""
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + bytes(4) + payload


class Audience:
    """Screens that wait for one message each."""

    def __init__(self, screens: list[socket.socket]):
        self._screens = screens
        self.size = 0

    def last(self, fire: Callable[[], dict[str, float]], wanted: bytes) -> tuple[float, dict[str, float]]:
        """When the last screen had the wanted bytes, and what `fire` said."""
        self._drain()
        fired: dict[str, float] = {}
        thread = threading.Thread(target=lambda: fired.update(fire()))
        with selectors.DefaultSelector() as selector:
            received = {screen: bytearray() for screen in self._screens}
            for screen in self._screens:
                selector.register(screen, selectors.EVENT_READ)
            thread.start()
            at = 0.0
            while received:
                ready = selector.select(PATIENCE)
                if not ready:
                    raise TimeoutError(f"{len(received)} screens did not hear of it")
                for key, _ in ready:
                    at = self._hear(selector, received, key.fileobj, wanted) or at
        thread.join()
        return at, fired

    def _hear(self, selector: Any, received: dict[Any, bytearray], screen: Any, wanted: bytes) -> float | None:
        data = screen.recv(65_536)
        if not data:
            raise ConnectionError("a screen was hung up on")
        received[screen] += data
        if wanted not in received[screen]:
            return None
        self.size = max(self.size, len(received.pop(screen)))
        selector.unregister(screen)
        return time.perf_counter()

    def _drain(self) -> None:
        for screen in self._screens:
            screen.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while data := screen.recv(65_536):
                    if PING in data:
                        screen.sendall(frame(b"3"))


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    shops.demo(folder)
    server = ScreensServed(folder)
    try:
        with contextlib.closing(Client(server.port, timeout=60)) as client:
            return _measure(server.port, lambda path: json.loads(client.get(path)[1]))
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(port: int, ask: Callable[[str], Any]) -> list[Figure]:
    time.sleep(1.0)
    empty, ticket = ask("/bench/rss"), ask("/bench/page")
    screens = [connect(port, ticket) for _ in range(SCREENS)]
    while ask("/bench/rss")["screens"] < SCREENS:
        time.sleep(0.05)
    time.sleep(1.0)
    full = ask("/bench/rss")
    raw_port = ask("/bench/raw-port")["port"]
    raws = [socket.create_connection(("127.0.0.1", raw_port)) for _ in range(SCREENS)]
    while ask("/bench/rss")["raw"] < SCREENS:
        time.sleep(0.05)
    ours, limit = Audience(screens), Audience(raws)
    commits: list[float] = []
    order = ask("/bench/open-order")["id"]

    def change() -> float:
        """Milliseconds from the rendered batch to the last screen."""
        time.sleep(PAUSE)
        at, fired = ours.last(lambda: ask(f"/bench/change/{order}"), b'"batch"')
        commits.append((at - fired["after"]) * 1000)
        return (at - ask("/bench/rendered")["at"]) * 1000

    def loop() -> float:
        at, fired = limit.last(lambda: ask(f"/bench/raw/{ours.size}"), b"x" * 100)
        return (at - fired["before"]) * 1000

    change()
    mine, raw = alternate(
        lambda: statistics.median(change() for _ in range(CHANGES)), lambda: statistics.median(loop() for _ in range(CHANGES))
    )
    per_screen = (full["kib"] - empty["kib"]) / SCREENS
    for screen in (*screens, *raws):
        screen.close()
    notes = {"bytes": ours.size, "from the commit, ms": round(statistics.median(commits), 1)}
    return [
        Figure(f"rendered change to the last of {SCREENS} screens", mine, "ms", raw, "raw socket loop", at_most=6.0, notes=notes),
        Figure("memory per screen", per_screen, "KiB", notes={"process with no screen, MiB": round(empty["kib"] / 1024, 1)}),
    ]
