"""A closed-loop HTTP load: some keep-alive connections on one thread, each sending its next request once it has its answer."""

import collections
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

READ_BYTES = 65_536
PATIENCE = 30.0


@dataclass
class Outcome:
    """What came back. seconds: of the whole run; each: of every request, in order of arrival; statuses: how often each came."""

    seconds: float = 0.0
    each: list[float] = field(default_factory=list)
    statuses: collections.Counter[int] = field(default_factory=collections.Counter)

    @property
    def rate(self) -> float:
        return len(self.each) / self.seconds


@dataclass
class Caller:
    """One connection: what it has received of the answer it waits for."""

    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> int | None:
        """The status of a whole answer, which is forgotten then; None while some of it is missing."""
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return None
        lines = bytes(self.received[:head]).lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        if len(self.received) < head + 4 + length:
            return None
        self.received.clear()
        return int(lines[0].split()[1])


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of one request."""
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    return (
        f"POST {path} HTTP/1.1\r\n".encode()
        + b"".join(f"{name}: {value}\r\n".encode() for name, value in named.items())
        + b"\r\n"
        + body
    )


def run(port: int, requests: list[bytes], callers: int) -> Outcome:
    """Send every request over `callers` connections that are open before the clock starts.

    Raises: ConnectionError, when the server hangs up; TimeoutError, when nothing comes for PATIENCE seconds.
    """
    outcome, waiting = Outcome(), iter(requests)
    with selectors.DefaultSelector() as selector:
        crowd = [Caller(_connect(port)) for _ in range(callers)]
        for caller in crowd:
            selector.register(caller.socket, selectors.EVENT_READ, caller)
        began = time.perf_counter()
        for caller in crowd:
            caller.send(next(waiting))
        while len(outcome.each) < len(requests):
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError(f"{len(outcome.each)} of {len(requests)} requests were answered")
            for key, _ in ready:
                _read(key.data, outcome, waiting)
        outcome.seconds = time.perf_counter() - began
        for caller in crowd:
            caller.socket.close()
    return outcome


def _read(caller: Caller, outcome: Outcome, waiting: Iterator[bytes]) -> None:
    data = caller.socket.recv(READ_BYTES)
    if not data:
        raise ConnectionError("the server hung up")
    caller.received += data
    status = caller.answer()
    if status is None:
        return
    outcome.each.append(time.perf_counter() - caller.sent_at)
    outcome.statuses[status] += 1
    following = next(waiting, None)
    if following is not None:
        caller.send(following)


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
