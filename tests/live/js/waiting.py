"""Waiting for a page under a strict CSP, which forbids Playwright's own wait_for_function."""

import time

from tests.patience import PATIENCE


def until(page, expression, seconds=PATIENCE):
    """Poll a JavaScript expression until it is true; fail with the expression after the seconds."""
    deadline = time.monotonic() + seconds
    while not is_true(page, expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(20)


def until_said(page, log, name, wanted):
    """Poll the player's log until it says so of this name."""
    deadline = time.monotonic() + PATIENCE
    while (said := log()[name]) != wanted:
        assert time.monotonic() < deadline, f"{name}: {said}"
        page.wait_for_timeout(20)


def hear(page, expression, emit):
    """Emit again and again until the page has heard it: it may not be connected yet."""
    deadline = time.monotonic() + PATIENCE
    while not is_true(page, expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        emit()
        page.wait_for_timeout(50)


def is_true(page, expression):
    try:
        return page.evaluate(f"Boolean({expression})")
    except Exception as error:
        if "navigation" in str(error) or "context" in str(error):  # the page is being replaced
            return False
        raise


def open_list(page):
    """Open the player's list page and wait for its live connection."""
    page.goto("/list")
    until(page, "window.__live && document.querySelector('.live-state').dataset.state === 'live'")
