"""Forms: keys of idempotency, refusals, a busy server, a lost network, lines."""

import time

from tests.live.js.waiting import until
from tests.patience import PATIENCE

PROBLEM = '<div class="problem">Changed meanwhile</div>'
INVALID = """<form id="order" method="post" action="/save" hx-post="/save" hx-target="this" hx-swap="outerMorph">
<input type="hidden" name="_key" value="first-key"><input name="name" id="name" aria-label="Name" value="Ada" aria-invalid="true">
<div data-lines></div><button>Save</button></form>"""


def open_forms(page, player, *answers):
    player.set(answers=list(answers))
    page.goto("/forms")
    page.wait_for_selector("[data-line-add]:not([hidden])")


def send(page, note="hello"):
    page.fill("#quick [name=note]", note)
    page.click("#quick button")


def wait_for_saves(page, player, count):
    deadline = time.monotonic() + PATIENCE
    while len(player.log()["saves"]) < count:
        assert time.monotonic() < deadline, player.log()["saves"]
        page.wait_for_timeout(20)


def test_a_key_is_new_after_each_answer(page, player):
    open_forms(page, player)

    send(page)
    page.wait_for_selector("#result")
    send(page, "again")
    wait_for_saves(page, player, 2)

    keys = [form["_key"] for form in player.log()["saves"]]
    assert keys[0] == "first-key" and keys[1] not in ("", "first-key")


def test_a_422_lands_in_the_form_and_focuses_the_bad_field(page, player):
    open_forms(page, player, [422, {}, INVALID])
    page.fill("#name", "Ada")

    page.click("#order > button:last-of-type")

    page.wait_for_selector("#name[aria-invalid=true]")
    until(page, "document.activeElement.id === 'name'")
    assert page.input_value("#order [name=_key]") == "first-key"


def test_a_409_goes_to_the_problem_region_and_the_text_stays(page, player):
    open_forms(page, player, [409, {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}, PROBLEM])

    send(page, "my text")

    page.wait_for_selector("#problem .problem")
    assert page.input_value("#quick [name=note]") == "my text"
    assert page.inner_text("#out") == ""
    send(page, "my text")
    page.wait_for_selector("#problem .problem", state="detached")


def test_an_error_without_a_place_is_a_toast_and_swaps_nothing(page, player):
    open_forms(page, player, [500, {}, "<h1>boom</h1>"])

    send(page)

    page.wait_for_selector(".toast.bad")
    assert "500" in page.inner_text(".toast.bad")
    assert page.inner_text("#out") == ""


def test_a_busy_server_is_asked_again_with_the_same_key(page, player):
    open_forms(page, player, [503, {"Retry-After": "1"}, "busy"], [429, {"Retry-After": "1"}, "busy"])

    send(page)
    page.wait_for_selector(".toast.warn")
    until(page, "/Trying again in 1 s .[12] of 3.\\./.test(document.querySelector('.toast.warn').innerText)")
    page.fill("#quick [name=note]", "typed meanwhile")
    page.wait_for_selector("#result")

    saves = player.log()["saves"]
    assert [form["_key"] for form in saves] == ["first-key"] * 3
    assert [form["note"] for form in saves] == ["hello"] * 3
    page.wait_for_selector(".toast.warn", state="detached")


def test_a_lost_network_keeps_the_text_and_says_so(page, player):
    open_forms(page, player)
    player.stop()

    send(page, "my text")

    page.wait_for_selector(".toast.bad")
    assert "we don't know if it went through" in page.inner_text(".toast.bad")
    assert page.inner_text("#net-banner") == "No connection to the server."
    assert page.input_value("#quick [name=note]") == "my text"
    assert page.input_value("#quick [name=_key]") == "first-key"
    player.start()
    send(page, "my text")
    page.wait_for_selector("#result")
    page.wait_for_selector("#net-banner:not([hidden])", state="detached")


def test_lines_are_added_with_the_next_index_and_removed(page, player):
    open_forms(page, player)

    page.click("[data-line-add]")
    assert page.evaluate("document.activeElement.name") == "lines-1-sku"
    page.click("[data-line-add]")
    page.click("[data-line]:nth-child(2) [data-line-remove]")
    page.click("[data-line-add]")

    names = page.evaluate("[...document.querySelectorAll('[data-line] [name]')].map(field => field.name)")
    assert names == ["lines-0-sku", "lines-2-sku", "lines-3-sku"]


def test_a_toast_offers_undo_counts_down_and_waits_while_pointed_at(page, player):
    trigger = '{"toast": {"text": "Held 14 orders.", "undo": "/save", "seconds": 30}}'
    open_forms(page, player, [200, {"HX-Trigger": trigger}, "<p id='result'>done</p>"])

    send(page)
    page.wait_for_selector(".toast-undo")
    page.hover(".toast")
    page.wait_for_timeout(300)
    left = page.inner_text(".toast-undo")
    assert left.startswith("Undo (")
    page.wait_for_timeout(2300)
    assert page.inner_text(".toast-undo") == left
    page.click(".toast-undo")

    page.wait_for_selector(".toast", state="detached")
    wait_for_saves(page, player, 2)
    assert len(player.log()["saves"]) == 2 and player.log()["saves"][1]["_key"] not in ("", "first-key")


def test_times_are_relative_and_copy_says_so(page, player):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_forms(page, player)

    assert page.inner_text("time").endswith(" d")
    page.click("[data-copy]")
    page.wait_for_selector("[data-copy][data-said=Copied]")
    assert page.evaluate("navigator.clipboard.readText()") == "00340434161094027318"
