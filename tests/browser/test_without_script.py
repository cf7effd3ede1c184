"""What needs no script works without it, in a browser that has none."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import LOOKS


@pytest.fixture
def plain(chromium, served, visitors):
    """A signed-in window with scripts switched off."""
    cookies = visitors("ops", "light").cookies()
    context = chromium.new_context(base_url=served.url, java_script_enabled=False, storage_state=cookies, **LOOKS["phone"])
    yield context.new_page()
    context.close()


def test_a_transfer_gets_more_lines_and_keeps_what_was_typed(plain):
    plain.goto("/transfers/new")
    lines = plain.locator("#transfer-form [data-lines] [data-line]")
    before = lines.count()
    lines.first.locator("input:not([type=hidden])").first.fill("A-1")

    expect(plain.get_by_role("button", name="Add line")).to_be_hidden()
    plain.get_by_role("button", name="More lines").click()

    expect(lines.nth(before)).to_be_visible()
    expect(lines.first.locator("input:not([type=hidden])").first).to_have_value("A-1")
