"""Fixtures of the live tests: a server with a slice of the test's own, and screens that are closed again."""

import contextlib
import shutil

import pytest

from dashboard.config import Config
from dashboard.live import pushes
from dashboard.web import livepage
from tests.conftest import SECRET, running
from tests.live import server as live_server


@pytest.fixture
def renders(monkeypatch):
    """Only the test's own providers, actors and pushes; gives the list of renderings."""
    monkeypatch.setattr(livepage, "_providers", {})
    monkeypatch.setattr(livepage, "_intervals", {})
    monkeypatch.setattr(livepage, "_resolvers", {})
    monkeypatch.setitem(pushes.PUSHES, "Shifted", ("orders", "order", "kpi"))
    found = []
    live_server.register(found)
    return found


@pytest.fixture
def people(renders):
    found = live_server.People()
    livepage.resolver("tester")(found.find)
    return found


@contextlib.contextmanager
def serving(app, people):
    """The application on a port, until the block ends."""
    found = live_server.Server(app, people)
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture
def server(migrated, tmp_path, people):
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app, serving(app, people) as found:
        yield found


@pytest.fixture
def screen(server):
    """Open a screen on rooms: `screen("orders")`."""
    opened = []

    def open_screen(*rooms, on=None, **options):
        found = live_server.TestScreen(on or server, *rooms, **options)
        opened.append(found)
        return found

    yield open_screen
    for found in opened:
        found.close()
