"""What happens behind the screens of the tests: changes through the API, a line that can be cut, a server that can be killed."""

import contextlib
import http.client
import itertools
import json
import os
import signal
import socket
import subprocess
import threading
import uuid
from typing import Any
from urllib.parse import urlsplit

from dashboard.config import from_environment
from tests.accounts.helpers import api_token
from tests.browser import shop
from tests.browser.shop import FLASK, ROOT, Shop, environment
from tests.conftest import running
from tests.patience import PATIENCE


class Api:
    """JSON in and out over one kept connection, with a token of the given role."""

    def __init__(self, served: Shop, role: str = "ops_manager"):
        with running(from_environment({"ORDERDECK_INSTANCE": str(served.folder)})) as app:
            self.headers = api_token(app, role)
        self.line = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON; anything but 2xx fails the test."""
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        sent = json.dumps(body) if body is not None else None
        try:
            answer = self._send(method, path, sent, headers)
        except (http.client.RemoteDisconnected, ConnectionError):  # kept too long: the key makes asking again safe
            self.line.close()
            answer = self._send(method, path, sent, headers)
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text[:500])
        return json.loads(text or b"null")

    def _send(self, method: str, path: str, sent: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self.line.request(method, f"/api/v1/{path}", sent, headers)
        return self.line.getresponse()

    def order(self, sku: str, quantity: int = 1) -> Any:
        """Place a paid order of one line."""
        line = {"sku": sku, "quantity": quantity, "unit_price": "10.00"}
        payment = {"provider": "manual", "authorized": f"{10 * quantity}.00"}
        return self.ask("POST", "orders", {"channel": "web", "currency": "GBP", "lines": [line], "payment": payment})

    def hold(self, number: str) -> str:
        """Hold the order; returns the hold's id."""
        return self.ask("POST", f"orders/{number}/holds", {"kind": "address"})["holds"][-1]["id"]

    def release(self, number: str, hold: str) -> None:
        self.ask("DELETE", f"orders/{number}/holds/{hold}?reason=settled")

    def adjust(self, sku: str, location: str, change: int) -> Any:
        return self.ask("POST", "stock/adjustments", {"sku": sku, "location": location, "change": change, "reason": "recount"})

    def stocked(self, units: int = 8) -> tuple[str, str]:
        """A (SKU, location) with at least so many units available, of a SKU that is told apart by nothing."""
        found = self.ask("GET", "stock?limit=200")["items"]
        for item in sorted(found, key=lambda item: -item["available"]):
            assert item["available"] >= units, item
            if self.ask("GET", f"skus/{item['sku']}")["tracks"] == "none":
                return item["sku"], item["location"]
        raise AssertionError("every SKU of the shop is kept by lot or serial number")


class Line:
    """A TCP line to the server, on a port of its own, that can be cut."""

    def __init__(self, url: str):
        there = urlsplit(url)
        self._there = (there.hostname, there.port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.connected = threading.Event()
        self.connected.set()
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop what is connected, and refuse what comes, until `mend`."""
        self.connected.clear()
        for end in list(self._open):
            _hang_up(end)

    def mend(self) -> None:
        self.connected.set()

    def close(self) -> None:
        self.cut()
        _hang_up(self._door)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                if not self.connected.is_set():
                    near.close()
                    continue
                try:
                    far = socket.create_connection(self._there)
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                for ends in itertools.permutations((near, far)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            self._open.discard(end)
            _hang_up(end)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def killed(served: Shop):
    """Kill -9 the server with all its processes; the block gets a function that starts it again on the same port."""
    os.killpg(served.process.pid, signal.SIGKILL)
    served.process.wait()
    successor: list[subprocess.Popen] = []

    def start() -> None:
        env = environment(served.folder, ORDERDECK_BIND=urlsplit(served.url).netloc)
        log = served.folder / "server-again.log"
        with log.open("wb") as sink:
            command = [*FLASK, "serve"]
            successor.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL))
        shop.await_ready(f"{served.url}/readyz", successor[0], log)

    try:
        yield start
    finally:
        for process in successor:
            process.terminate()
            process.wait(PATIENCE)
