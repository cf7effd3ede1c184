"""Waiting for a page under a strict CSP, which forbids Playwright's own wait_for_function."""

import time


def until(page, expression, seconds=5):
    """Poll a JavaScript expression until it is true; fail with the expression after some seconds."""
    deadline = time.monotonic() + seconds
    while not is_true(page, expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(20)


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
