"""A serving process gives the memory of a password check back, whichever of its threads made it."""

import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serving import Served

PEOPLE = 8
CHECK_MB = 19


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_sign_ins_leave_no_memory_behind(app):
    server = Served(Path(app.instance_path))
    try:
        _sign_in_at_once(server, 1)  # what the first one loads stays
        before = server.rss_mb()
        _sign_in_at_once(server, PEOPLE)
        grown = server.rss_mb() - before
    finally:
        server.kill()

    assert grown < 2 * CHECK_MB


def _sign_in_at_once(server: Served, people: int) -> None:
    start = threading.Barrier(people)
    with ThreadPoolExecutor(people) as pool:
        for done in [pool.submit(_sign_in, server.port, start) for _ in range(people)]:
            done.result()


def _sign_in(port: int, start: threading.Barrier) -> None:
    """As nobody who exists: that takes a check of the same cost."""
    address = f"http://127.0.0.1:{port}/login"
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address) as form:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form.read().decode())
    assert token
    typed = {"csrf_token": token.group(1), "email": "nobody@example.com", "password": "not-a-password"}
    start.wait()
    with pytest.raises(urllib.error.HTTPError, match="422"):
        browser.open(address, urllib.parse.urlencode(typed).encode())
