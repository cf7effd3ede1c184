"""A bulk hold of 10,000 orders in the default mode: the order list beside it, what another screen hears, and the exact undo."""

import contextlib
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dashboard.config import Config
from dashboard.kernel import engines
from tests.accounts.helpers import add_user, sign_in
from tests.bench import echo, shops
from tests.bench.measuring import Figure, percentile
from tests.bench.screens import PING, connect, frame
from tests.bench.served import EchoServed
from tests.conftest import OwnContextClient
from tests.serving import SECRET, Client

ORDERS = 10_000
CALM = 8.0
"""Seconds the list is asked for before anything goes on."""
PATIENCE = 900.0
LIST = "/orders?view=open"
STATE = "SELECT id, status, phase, work, views, fulfilment_status, payment_status, readiness, open_holds, ready_at FROM orders ORDER BY id"
Desk = Callable[[], AbstractContextManager[Client]]
"""A fresh connection of the person who starts it."""
LIVE = re.compile(r'data-live="([^"]+)" data-epoch="([^"]+)" data-seq="(\d+)"')


def measure(orders: int = ORDERS) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        shops.waiting(folder, orders)
        cookie = _session(folder)
        server = EchoServed(folder)
        try:
            return _measure(folder, server.port, cookie)
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, port: int, cookie: dict[str, str]) -> list[Figure]:
    before = rows(folder, STATE)
    page = Client(port, cookie, timeout=60)
    desk = lambda: contextlib.closing(Client(port, cookie, timeout=60))  # noqa: E731
    for _ in range(5):
        page.get(LIST)
    calm = _asked(page, lambda elapsed: elapsed < CALM)
    with Screen(page, port) as screen:
        held, during = _run(folder, page, lambda: _start(desk))
        heard, longest = screen.heard(held["began"], held["ended"])
        undone, _ = _run(folder, page, lambda: _undo(desk, held["id"]))
    changed = sum(one != other for one, other in zip(rows(folder, STATE), before, strict=True))
    beside = f"order list beside a bulk hold of {held['done']:,}, p95"
    p95_calm, p95_during = (percentile(times, 0.95) * 1000 for times in (calm, during))
    notes = {"orders": held["done"], "held for that before": held["skipped"], "seconds": round(held["seconds"], 1),
             "orders per second": round(held["done"] / held["seconds"]),
             "p50 before, ms": round(percentile(calm, 0.5) * 1000, 1), "p50 during, ms": round(percentile(during, 0.5) * 1000, 1),
             "requests during": len(during), "slowest, ms": round(max(during) * 1000, 1)}  # fmt: skip
    return [
        Figure(beside, p95_during, "ms", p95_calm, "before it", at_most=2.0, notes=notes),
        Figure("longest silence on another screen meanwhile", longest, "s", at_most=5.0, notes={"messages": heard}),
        Figure("orders not as they were after its undo", changed, "", at_most=0.0, notes={"seconds": round(undone["seconds"], 1)}),
    ]  # fmt: skip


def _run(folder: Path, page: Client, begin: Callable[[], int]) -> tuple[dict[str, Any], list[float]]:
    """(the run when it ended, seconds of each request for the list meanwhile)."""
    run_id, began = begin(), time.perf_counter()
    state: dict[str, Any] = {}

    def goes_on(elapsed: float) -> bool:
        status, done, skipped = rows(folder, f"SELECT status, done, skipped FROM bulk_run WHERE id = {run_id}")[0]
        state.update(status=status, done=done, skipped=skipped)
        return status not in ("done", "stopped") and elapsed < PATIENCE

    times = _asked(page, goes_on)
    if state["status"] != "done":
        raise RuntimeError(f"the run ended as {state}")
    ended = time.perf_counter()
    return {**state, "id": run_id, "began": began, "ended": ended, "seconds": ended - began}, times


def _asked(page: Client, goes_on: Callable[[float], bool]) -> list[float]:
    """Seconds of each request for the list, one after the other."""
    began, times = time.perf_counter(), []
    while goes_on(time.perf_counter() - began):
        asked = time.perf_counter()
        status, _ = page.get(LIST)
        times.append(time.perf_counter() - asked)
        if status != 200:
            raise RuntimeError(f"{LIST} answered {status}")
    return times


class Screen:
    """Another person's screen, on another page: when it heard of the run."""

    def __init__(self, page: Client, port: int):
        found = LIVE.search(page.get("/inventory")[1].decode())
        assert found is not None
        self._socket = connect(port, {"screen": found[1], "epoch": found[2], "seq": int(found[3])})
        self._at: list[float] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Screen":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def heard(self, began: float, ended: float) -> tuple[int, float]:
        """(messages about the run, the longest time without one in seconds)."""
        heard = [at for at in self._at if began < at < ended]
        moments = [began, *heard, ended]
        return len(heard), max(after - before for before, after in zip(moments, moments[1:], strict=False))

    def _listen(self) -> None:
        while True:
            try:
                data = self._socket.recv(65_536)
            except OSError:
                return
            if not data:
                return
            if PING in data:
                self._socket.sendall(frame(b"3"))
            if b"bulk-chip" in data:
                self._at.append(time.perf_counter())


def _start(desk: Desk) -> int:
    """Ask for all open orders, and hold them. Returns the run's id."""
    run_id = _posted(desk, "/bulk", do="hold", all="1", query="view=open")
    return _posted(desk, f"/bulk/{run_id}/start", kind="manual")


def _undo(desk: Desk, run_id: int) -> int:
    return _posted(desk, f"/bulk/{run_id}/undo")


def _posted(desk: Desk, path: str, **form: str) -> int:
    """The id of the run that a form leads to."""
    with desk() as client:
        token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/bulk")[1].decode())
        assert token is not None
        status, location = client.form(path, urlencode({**form, "csrf_token": token[1]}))
    if status != 303:
        raise RuntimeError(f"{path} answered {status}")
    return int(location.rpartition("/")[2])


def _session(folder: Path) -> dict[str, str]:
    app = echo.application(Config(instance=folder, secret_key=SECRET, demo=True))
    app.test_client_class = OwnContextClient
    client = app.test_client()
    sign_in(client, user=add_user(app, "owner"))
    client.get("/bulk")  # so that the session has the secret of its forms
    cookie = client.get_cookie("orderdeck")
    assert cookie is not None
    with app.app_context():
        app.extensions["orderdeck_database"].close()
    return {"Cookie": f"orderdeck={cookie.value}"}


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read beside the server."""
    connection = engines.sqlite.connect(folder / "orderdeck.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
