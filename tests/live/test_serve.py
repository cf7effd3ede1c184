"""The server as `flask serve` starts it: ready, draining, gone by itself, in both modes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from dashboard.config import ROOT
from tests.live.server import eventually
from tests.live.test_doors import connect_raw
from tests.patience import PATIENCE
from tests.ports import free_port


class Process:
    """`python -m dashboard.serve` on a port of its own."""

    def __init__(self, instance, mode):
        self.port = free_port()
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ORDERDECK_")},
            "ORDERDECK_INSTANCE": str(instance),
            "ORDERDECK_BIND": f"127.0.0.1:{self.port}",
            "ORDERDECK_MODE": mode,
        }
        self.process = subprocess.Popen([sys.executable, "-m", "dashboard.serve"], cwd=ROOT, env=env, start_new_session=True)
        eventually(lambda: self.status("/readyz") == 200)

    def status(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def text(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def end(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)


@pytest.fixture(params=["threading", "gevent"])
def serving(request, migrated, tmp_path):
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    found = Process(tmp_path, request.param)
    yield found
    found.end()


def status_for_a_stranger(serving):
    """Of the metrics, asked for from far away."""
    request = urllib.request.Request(f"http://127.0.0.1:{serving.port}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=PATIENCE)
    refusal.value.close()
    return refusal.value.code


def test_it_serves_shows_its_metrics_to_nobody_else_drains_and_ends(serving):
    assert json.loads(serving.text("/healthz")) == {"status": "ok"}
    assert "orderdeck_relay_leads 1.0" in eventually(lambda: (text := serving.text("/metrics")) and "leads 1.0" in text and text)
    assert status_for_a_stranger(serving) == 403
    screen, answer = connect_raw(serving)
    assert answer.startswith(b"HTTP/1.1 101")
    busy = socket.create_connection(("127.0.0.1", serving.port))
    busy.sendall(
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n"
        b"Expect: 100-continue\r\n\r\nab="
    )
    busy.settimeout(PATIENCE)
    assert busy.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"  # it is being worked on

    serving.process.send_signal(signal.SIGTERM)
    eventually(lambda: serving.status("/readyz") == 503)
    screen.settimeout(PATIENCE)
    while screen.recv(4096):  # the screen is hung up on: it dials again, elsewhere
        pass
    busy.sendall(b"cd=ef")

    assert busy.recv(4096).startswith(b"HTTP/1.1 ")
    serving.process.wait(PATIENCE)
    assert serving.process.returncode == 0
    screen.close()
    busy.close()
