"""A person's hands and eyes on a page: nothing is pressed before the page is ready for it, and what comes is waited for."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

from tests.patience import PATIENCE

READY = """() => document.readyState === "complete" && !document.querySelector(".htmx-request")
  && (!document.body.dataset.live || Object.keys(window.__live?.seqs ?? {}).length > 0)"""
PAUSE_MS = 60
"""Between two keys: what comes much faster is taken for a scanner."""


def settle(page: Page) -> None:
    """Wait until the page is loaded, its live connection stands, and no request of its own is under way."""
    page.wait_for_function(READY)


def stroke(page: Page, keys: str) -> None:
    """Press these keys one by one at a human pace, each on a page that is ready for it."""
    for key in keys:
        settle(page)
        page.keyboard.press(key)
        page.wait_for_timeout(PAUSE_MS)


def walk_to(page: Page, row: Locator, key: str = "j") -> None:
    """Press the key once; the cursor stands on the row then."""
    stroke(page, key)
    expect(row).to_have_class(re.compile(r"\bis-cursor\b"))


def follow(page: Page, opener: Locator) -> None:
    """Click what leads to another page, and wait until that page is there."""
    with page.expect_navigation(wait_until="load"):
        opener.click()


def wait_until(page: Page, found: Callable[[], Any], why: str = "") -> None:
    """Wait until found() holds nothing that is wrong; fails with what it still holds."""
    end = time.monotonic() + PATIENCE
    while wrong := _seen(found):
        assert time.monotonic() < end, f"{why} {wrong}"
        page.wait_for_timeout(50)


def _seen(found: Callable[[], Any]) -> Any:
    try:
        return found()
    except Error as error:
        if "context" in str(error) or "navigation" in str(error):
            return "the page is being replaced"
        raise


def digits(text: str) -> int:
    """A figure as the screen writes it: thin spaces between thousands."""
    return int(re.sub(r"[^\d-]", "", text))
