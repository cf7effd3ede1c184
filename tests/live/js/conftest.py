"""A player of the live protocol as its own process, and a browser, for tests of the browser side alone."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.ports import free_port


class Player:
    """One player process and the ways to steer it."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.start()

    def start(self):
        player = Path(__file__).with_name("player.py")
        self.process = subprocess.Popen(
            [sys.executable, player, str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(int(PATIENCE / 0.1)):
            try:
                return self.log()
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the player did not start")

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def emit(self, event, **data):
        self._post("/_emit", {"event": event, "data": data})

    def play(self, **plan):
        return self._post("/_play", plan)

    def set(self, **world):
        self._post("/_set", world)

    def forget(self):
        self._post("/_forget", {})

    def log(self):
        return json.loads(self.get("/_log"))

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def row(self, key, **facts):
        """HTML of a row as the player renders it, with other facts than it has now."""
        from jinja2 import Environment, FileSystemLoader

        part = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages")).get_template("_row.html")
        return part.render({"key": key, "v": 1, "phase": "To pick", "views": "all to_pick", "note": "", **facts})

    def batch(self, seq, prev, *, room="orders", epoch="e1", **content):
        return {"epoch": epoch, "room": room, "prev": prev, "seq": seq, **content}

    def _post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=240) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="package")
def player_process():
    player = Player()
    yield player
    player.thaw()
    player.stop()


@pytest.fixture
def player(player_process):
    """The player, as if just started."""
    player_process.thaw()
    if player_process.process.poll() is not None:
        player_process.start()
    player_process.forget()
    return player_process


@pytest.fixture
def page(chromium, player):
    """A page that fails its test on any script error or CSP report."""
    context = chromium.new_context(base_url=player.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    yield page
    context.close()
    assert faults == []


def is_fault(message):
    expected = ("Failed to load resource", "WebSocket connection", "htmx: htmx:error")
    return message.type == "error" and not message.text.startswith(expected)
