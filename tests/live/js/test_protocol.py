"""Gaps, resets, reconnects and lists that do not jump."""

import json
import time

from tests.live.js.waiting import hear, open_list, until, until_said

SWAPPED = """([id, version]) => {
  document.querySelector("main").append(Object.assign(document.createElement("p"), { id }));
  document.getElementById(id).dataset.v = version;
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: {} }));
}"""
"""What htmx does when an answer brings a part of the page."""


def push(player, seq, prev, key, v, **facts):
    html = player.row(key, v=v, **facts)
    player.emit("batch", **player.batch(seq, prev, rows=[{"k": key, "v": v, "html": html}]))


def test_the_first_connection_says_where_the_page_stands(page, player):
    open_list(page)

    assert player.log()["auth"] == [{"screen": "signed-screen", "epoch": "e1", "seqs": {"*": 10}}]


def test_a_gap_is_asked_for_and_what_arrived_meanwhile_is_shown_in_order(page, player):
    open_list(page)
    missed = player.batch(12, 11, rows=[{"k": "order-1", "v": 2, "html": player.row("order-1", v=2, phase="Missed")}])
    player.set(history=[missed])

    push(player, 11, 10, "order-2", 2)
    push(player, 13, 12, "order-2", 3, phase="Third")

    until(page, "__live.seqs.orders === 13")
    until(page, "document.querySelector('#order-1 .badge').textContent === 'Missed'")
    assert page.inner_text("#order-2 .badge") == "Third"
    assert player.log()["catchup"] == [{"room": "orders", "seq": 11, "epoch": "e1"}]


def test_a_batch_seen_before_is_ignored(page, player):
    open_list(page)

    push(player, 11, 10, "order-1", 2)
    push(player, 11, 10, "order-1", 9, phase="Again")
    push(player, 12, 11, "order-2", 2)

    until(page, "__live.applied === 2")
    assert page.get_attribute("#order-1", "data-v") == "2"


def test_a_beat_ahead_of_the_screen_asks_after_a_second(page, player):
    open_list(page)

    began = time.monotonic()
    player.emit("beat", epoch="e1", seqs={"orders": 15, "stock": 3}, build="b1", now="2026-11-22T14:03:22+00:00")

    until_said(page, player.log, "catchup", [{"room": "orders", "seq": 10, "epoch": "e1"}])
    assert time.monotonic() - began > 0.9


def test_a_reset_refetches_the_part_once_without_inserting_rows(page, player):
    open_list(page)
    page.fill("#order-3-note", "typed")
    rows = {f"order-{n}": {"v": 7, "phase": "Fresh", "views": "all", "note": "x"} for n in range(2, 42)}
    player.set(rows=rows, epoch="e2", seq=50)

    for room in ("orders", "stock"):
        player.emit("reset", epoch="e2", room=room, seq=49)
    until(page, "document.querySelector('#order-2 .badge').textContent === 'Fresh'")

    assert player.log()["parts"] == 1
    assert page.input_value("#order-3-note") == "typed"
    assert page.query_selector("#order-41") is None
    assert page.inner_text("[data-live-pill] span") == "1 new order"
    assert "is-gone" in page.get_attribute("#order-1", "class")
    assert page.evaluate("__live.seqs") == {"orders": 50, "stock": 50}


def test_ids_of_other_pages_do_not_refetch_a_list_that_is_not_shown(page, player):
    open_list(page)

    player.emit("batch", **player.batch(11, 10, room="stock", ids=[{"k": "sku-1", "v": 4}]))
    page.wait_for_timeout(2300)
    assert player.log()["parts"] == 0

    player.emit("batch", **player.batch(11, 10, ids=[{"k": "order-1", "v": 4}]))
    until_said(page, player.log, "parts", 1)


def test_what_was_pushed_before_its_place_came_is_fetched_when_it_comes(page, player):
    open_list(page)
    push(player, 11, 10, "order-90", 2)
    push(player, 12, 11, "order-91", 2)
    until(page, "__live.applied === 2")

    page.evaluate(SWAPPED, ["order-90", 2])
    page.evaluate(SWAPPED, ["order-91", 1])

    until_said(page, player.log, "parts", 1)


def test_new_rows_wait_behind_the_pill_and_its_key_loads_them(page, player):
    player.set(view="to_pick")
    open_list(page)

    push(player, 11, 10, "order-90", 1)
    push(player, 12, 11, "order-91", 1)
    push(player, 13, 12, "order-92", 1, views="all to_pack")

    until(page, "document.querySelector('[data-live-pill] span').textContent === '2 new orders'")
    assert page.query_selector("#order-90") is None
    with page.expect_navigation():
        page.keyboard.press(".")


def test_a_filtered_list_says_new_or_changed(page, player):
    player.set(filtered="1")
    open_list(page)

    push(player, 11, 10, "order-90", 4)

    until(page, "document.querySelector('[data-live-pill] span').textContent === '1 new or changed'")


def test_a_row_that_left_the_view_stays_dimmed_and_says_where_it_went(page, player):
    player.set(view="to_pick")
    open_list(page)

    push(player, 11, 10, "order-2", 2, views="all to_pack", phase="Packed")
    page.wait_for_selector("#order-2.is-gone")
    assert page.inner_text("#order-2 [data-left-note]") == "moved to Packed"

    push(player, 12, 11, "order-2", 3)
    page.wait_for_selector("#order-2:not(.is-gone)")
    assert page.query_selector("#order-2 [data-left-note]:not(:empty)") is None


def test_a_cut_connection_shows_after_five_seconds_and_catches_up(page, player):
    open_list(page)
    push(player, 11, 10, "order-2", 2)
    until(page, "__live.applied === 1")

    player.stop()
    page.wait_for_selector(".live-state[data-state=stale]")
    assert page.inner_text("[data-live-word]") == "Reconnecting"
    page.wait_for_selector("#live-banner:not([hidden])")
    assert page.inner_text("#live-banner").startswith("Live updates paused since ")
    player.start()

    page.wait_for_selector("#live-banner", state="hidden")
    until(page, "document.querySelector('[data-live-word]').innerText === 'Live'")
    assert player.log()["auth"][-1]["seqs"]["orders"] == 11


def test_a_new_build_offers_a_reload(page, player):
    open_list(page)

    player.emit("beat", epoch="e1", seqs={}, build="b2", now="2026-11-22T14:03:22+00:00")

    page.wait_for_selector("#build-banner:not([hidden])")
    assert page.inner_text("#build-banner") == "A new version is ready. Reload"


def test_a_refused_screen_reloads_once_and_then_says_so(page, player):
    player.set(refuse=True)
    page.goto("/list")

    page.wait_for_selector("#live-banner:not([hidden])")
    assert "signed out" in page.inner_text("#live-banner")
    assert len(player.log()["auth"]) == 2


def test_the_tracking_page_is_live_without_htmx(page, player):
    page.goto("/track")
    until(page, "window.__live")
    html = '<p id="parcel-1" data-v="2">On its way</p>'
    arrived = player.batch(11, 10, rows=[{"k": "parcel-1", "v": 2, "html": html}])
    hear(page, "document.getElementById('parcel-1').textContent === 'On its way'", lambda: player.emit("batch", **arrived))
    assert page.evaluate("typeof htmx") == "undefined"


def test_nothing_is_missed_over_20_cuts_and_1000_changes(page, player):
    open_list(page)

    reached = player.play(changes=1000, cuts=20)

    shown = "Object.fromEntries([...document.querySelectorAll('[data-live-list] > tr')].map(row => [row.id, Number(row.dataset.v)]))"
    until(page, f"JSON.stringify(Object.values({shown})) === '{json.dumps(list(reached.values()), separators=(',', ':'))}'")
    assert page.evaluate(shown) == reached
    assert len(player.log()["auth"]) > 10


def test_a_screen_says_live_only_once_it_is_connected(page, player):
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.route_web_socket("**/socket.io/**", lambda _: None)  # answers nothing
    page.goto("/list")
    state = "document.querySelector('.live-state').dataset.state"

    page.clock.run_for(3000)
    assert page.evaluate(state) == "connecting"

    page.clock.run_for(3000)
    assert page.evaluate(state) == "stale"
    assert "Live updates paused" in page.inner_text("#live-banner")
