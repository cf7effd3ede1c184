"""`flask serve` as a process group of its own on a free port, and a client that keeps its connection."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from dashboard.config import ROOT
from tests.patience import PATIENCE
from tests.ports import free_port

SECRET = "tests-only-secret-of-forty-characters-000"


def environment(instance: Path, **more: str) -> dict[str, str]:
    """This process's environment with only these ORDERDECK_* settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDERDECK_")}
    return {**kept, "ORDERDECK_INSTANCE": str(instance), "ORDERDECK_SECRET_KEY": SECRET, **more}


class Served:
    """A running server. Args: instance: its data folder, migrated. more: further ORDERDECK_* settings."""

    def __init__(self, instance: Path, wait: bool = True, **more: str):
        self.instance, self.port, self.more = instance, free_port(), more
        self.start(wait=wait)

    def start(self, *, wait: bool = True) -> None:
        env = environment(self.instance, ORDERDECK_BIND=f"127.0.0.1:{self.port}", **self.more)
        with open(self.instance / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard.serve"], cwd=ROOT, env=env, start_new_session=True, stdout=log, stderr=log
            )
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds: float = 2 * PATIENCE) -> float:
        """Wait until /readyz answers 200; returns the seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with contextlib.suppress(OSError, http.client.HTTPException):
                with contextlib.closing(Client(self.port, timeout=5)) as client:
                    if client.get("/readyz")[0] == 200:
                        return time.monotonic() - began
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {self.log()[-2000:]}")
            time.sleep(0.05)
        raise TimeoutError(f"not ready within {seconds} s: {self.log()[-2000:]}")

    def log(self) -> str:
        return (self.instance / "serve.log").read_text(errors="replace")

    def kill(self) -> None:
        """kill -9 of the whole process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def worker_pids(self) -> list[int]:
        """The server's processes, the first one included."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if os.getpgid(int(entry.name)) == self.process.pid:
                        found.append(int(entry.name))
        return found

    def rss_mb(self) -> float:
        """Resident megabytes of all of its processes."""
        total = 0
        for pid in self.worker_pids():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                total += next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
        return total / 1024


class Client:
    """One keep-alive connection to 127.0.0.1."""

    def __init__(self, port: int, headers: dict[str, str] | None = None, timeout: float = 30):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = headers or {}

    def get(self, path: str) -> tuple[int, bytes]:
        return self._send("GET", path, None, {})

    def post(self, path: str, body: Any, key: str | None = None) -> tuple[int, bytes]:
        """Post JSON (bytes as they are), with an Idempotency-Key if one is given."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        extra = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        return self._send("POST", path, sent, extra)

    def form(self, path: str, body: str) -> tuple[int, str]:
        """Post a form; returns the status and where it leads."""
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, body.encode(), headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        self._connection.close()


def crowd(port: int, headers: dict[str, str], clients: int, calls: int, call: Any) -> list[Any]:
    """`call(client, caller, number)` from `clients` connections, `calls` times each; returns every result."""
    results: list[Any] = []
    start = threading.Barrier(clients)

    def one(caller: int) -> None:
        with contextlib.closing(Client(port, headers)) as client:
            start.wait()
            for number in range(calls):
                results.append(call(client, caller, number))

    threads = [threading.Thread(target=one, args=(caller,)) for caller in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
