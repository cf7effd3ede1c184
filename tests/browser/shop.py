"""A small demo shop, built once and served by the real server from a copy of its folder."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.config import from_environment
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.orders.commands import OpenException
from dashboard.orders.exceptions import open_exception
from tests.conftest import running
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
FLASK = [sys.executable, "-m", "flask"]
PASSWORD = "orderdeck-demo"
WHERE = "where.txt"
"""What `flask demo` said when it had built the shop: the addresses that let their holder in."""


@dataclass(frozen=True)
class Shop:
    """A served shop. wall, tracking: addresses that let their holder in."""

    url: str
    wall: str
    tracking: str
    folder: Path
    process: subprocess.Popen


def build(folder: Path, orders: int = 300) -> Path:
    """Build the demo in this folder (5 s for 300 orders), with exceptions that are there at any time of day."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [*FLASK, "demo", "--orders", str(orders), "--seed", "1"]
    said = subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.PIPE, text=True).stdout
    (folder / WHERE).write_text(said)
    with running(from_environment({"ORDERDECK_INSTANCE": str(folder)})):
        for box in range(4):
            open_one = OpenException("pack_error", f"Box {box}: packing found 1 wrong item")
            db.write(open_exception, open_one, system("desk"), clock.now())
    return folder


@contextlib.contextmanager
def serve(built: Path, folder: Path, **settings: str) -> Iterator[Shop]:
    """Serve a copy of a built shop on a free port until the block ends."""
    shutil.copytree(built, folder, dirs_exist_ok=True)
    bind = f"127.0.0.1:{free_port()}"
    env = environment(folder, ORDERDECK_BIND=bind, **settings)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.serve"], cwd=ROOT, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    try:
        url = f"http://{bind}"
        await_ready(f"{url}/readyz", process, folder / "server.log")
        said = (folder / WHERE).read_text()
        yield Shop(url, url + path(said, "Wall"), url + path(said, "Tracking"), folder, process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORDERDECK_", "FLASK_"))}
    return {**kept, "ORDERDECK_INSTANCE": str(folder), "FLASK_APP": "wsgi.py", **settings}


def path(said: str, name: str) -> str:
    """The path of a named address that the command said."""
    found = re.search(rf"^\s*{name}\s+http://[^/]+(/\S+)", said, re.M)
    assert found, said
    return found[1]


def await_ready(url: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text(errors="replace")[-4000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{url} is not ready: {log.read_text(errors='replace')[-4000:]}")
