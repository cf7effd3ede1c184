"""Keyboard, selection and scanner bursts on a list."""

import contextlib

import pytest
from playwright.sync_api import Error

from tests.live.js.waiting import open_list, until

BURST = """(text) => {
  for (const key of [...text, "Enter"]) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
  }
}"""

LATE = """(key) => {
  for (const pause of [60, 0]) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
    const end = performance.now() + pause;
    while (performance.now() < end);
  }
}"""
"""Two keys of a person on a page too busy to do anything between them."""


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
        with contextlib.suppress(Error):  # the key led to another page
            page.evaluate("() => new Promise(done => setTimeout(done, 80))")  # after the page's own timer, however late that is


def checked(page):
    return page.evaluate("[...document.querySelectorAll('tbody .sel input:checked')].map(box => box.value)")


def test_j_k_x_and_shift_x_move_and_select(page, player):
    open_list(page)

    press(page, "j", "j", "j", "k", "x", "j", "j", "Shift+X")

    assert checked(page) == ["order-2", "order-3", "order-4"]
    assert page.inner_text("[data-bulk-count]") == "3"
    assert page.get_attribute("#order-3", "aria-selected") == "true"
    assert page.evaluate("document.activeElement.textContent") == "order-4"
    press(page, "Escape")
    assert checked(page) == []


def test_no_key_of_a_person_is_lost_on_a_busy_page(page, player):
    open_list(page)

    page.evaluate(LATE, "j")

    until(page, "document.getElementById('order-2').classList.contains('is-cursor')")


def test_selection_survives_a_push(page, player):
    open_list(page)
    press(page, "j", "x")

    html = player.row("order-1", v=2)
    player.emit("batch", **player.batch(11, 10, rows=[{"k": "order-1", "v": 2, "html": html}]))

    until(page, "document.getElementById('order-1').dataset.v === '2'")
    assert checked(page) == ["order-1"]
    assert "is-cursor" in page.get_attribute("#order-1", "class")


def test_enter_opens_and_slash_searches_and_g_goes(page, player):
    open_list(page)

    press(page, "/")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Search"
    assert page.input_value("main input[type=search]") == ""
    page.keyboard.type("jx")
    assert checked(page) == [] and page.input_value("main input[type=search]") == "jx"

    page.evaluate("document.activeElement.blur()")
    press(page, "j", "Enter")
    page.wait_for_url("**/list?open=order-1")
    open_list(page)
    press(page, "g", "i")
    page.wait_for_url("**/forms")


@pytest.mark.parametrize("code", ["jxjx", "5012345678900", "g/?x"])
def test_a_scanner_burst_triggers_nothing_but_a_scan(page, player, code):
    open_list(page)
    press(page, "j")
    page.evaluate("document.addEventListener('scan', event => { window.scanned = event.detail.code; })")

    page.evaluate(BURST, code)
    page.wait_for_timeout(400)

    assert page.evaluate("window.scanned") == code
    assert checked(page) == [] and page.url.endswith("/list")
    assert page.evaluate("document.activeElement.textContent") == "order-1"


def test_dialogs_open_by_key_and_single_keys_can_be_turned_off(page, player):
    open_list(page)

    press(page, "?")
    assert page.evaluate("document.getElementById('shortcuts').open")
    page.uncheck("#single-keys")
    press(page, "Escape", "j")
    assert page.query_selector(".is-cursor") is None

    page.reload()
    press(page, "j")
    assert page.query_selector(".is-cursor") is None
    press(page, "Control+k")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Jump"
    press(page, "ArrowDown", "ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Two"
