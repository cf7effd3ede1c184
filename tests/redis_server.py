"""A private Redis without a file behind it."""

import contextlib
import os
import shutil
import socket
import subprocess
import time

import pytest

from tests.patience import PATIENCE
from tests.ports import free_port


class Redis:
    """A server that can be stopped and started again on its port."""

    def __init__(self, program):
        self._program = program
        self.port = free_port()
        self.start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self._process = subprocess.Popen(
            [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("redis-server did not start")

    def stop(self):
        self._process.kill()
        self._process.wait(PATIENCE)


@contextlib.contextmanager
def serving():
    """A running server until the block ends; without Redis its tests are skipped (with CI=true: fail)."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Redis is not installed here")
    server = Redis(program)
    try:
        yield server
    finally:
        server.stop()
