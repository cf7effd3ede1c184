"""A served demo shop and signed-in browsers of every look."""

import contextlib
import fcntl
import os

import pytest

from tests.browser import shop
from tests.browser.looking import Visitor


@pytest.fixture(scope="session")
def built_shop(tmp_path_factory, testrun_uid):
    """The folder of a demo shop with 300 orders; copy it before it is served. All workers of a run share one."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"built-{testrun_uid}"
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            fresh = shop.build(folder.with_suffix(".new"))
            fresh.rename(folder)
    return folder


@pytest.fixture(scope="session")
def served(built_shop, tmp_path_factory):
    """A shop that tests only look at."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="session")
def visitors(chromium, served):
    """visitors(role, look) is a browser window with that role's session; every window lives as long as the tests."""
    with contextlib.ExitStack() as open_windows:
        known: dict[tuple[str, str], Visitor] = {}
        cookies: dict[str, dict] = {}

        def visitor(role: str, look: str) -> Visitor:
            if (role, look) not in known:
                found = known[role, look] = Visitor(chromium, served, look, cookies.get(role))
                open_windows.callback(found.close)
                if role not in cookies:
                    found.come_in(role)
                    cookies[role] = found.cookies()
            return known[role, look]

        yield visitor
