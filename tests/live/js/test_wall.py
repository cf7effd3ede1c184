"""The wall never shows old numbers as if they were live."""

from tests.live.js.waiting import hear, until

LATER = "2026-11-22T14:03:27+00:00"
TOLD = "document.querySelector('.wall-clock time').textContent === '14:03:27'"


def open_wall(page, player):
    page.clock.install()
    page.goto("/wall")
    until(page, "window.__live")
    hear(page, "document.querySelector('.wall-clock time').textContent === '14:03:22'", lambda: beat(player))


def beat(player, build="b1", now="2026-11-22T14:03:22+00:00"):
    player.emit("beat", epoch="e1", seqs={}, build=build, now=now)


def test_the_clock_ticks_only_on_heartbeats_and_silence_shows(page, player):
    open_wall(page, player)
    player.freeze()

    page.clock.run_for(4000)  # beside the time that passes by itself
    assert page.get_attribute("body", "data-stale") == "live"
    page.clock.run_for(13000)
    assert page.get_attribute("body", "data-stale") == "amber"
    assert page.inner_text(".wall-clock") == "as of 14:03:22"
    page.clock.run_for(45000)
    assert page.get_attribute("body", "data-stale") == "dead"
    assert page.inner_text(".wall-stale") == "NO LIVE DATA since 14:03:22"


def test_a_tile_is_replaced_in_place(page, player):
    open_wall(page, player)

    html = '<article class="tile" id="tile-backlog" data-v="2" data-status="watch"><b>13</b></article>'
    fresh = player.batch(11, 10, room="kpi", rows=[{"k": "tile-backlog", "v": 2, "html": html}])
    player.emit("batch", **fresh)

    hear(page, "document.getElementById('tile-backlog').innerText === '13'", lambda: page.clock.run_for(400))
    assert page.get_attribute("#tile-backlog", "data-status") == "watch"


def test_a_new_build_reloads_only_into_a_page_that_is_served(page, player):
    open_wall(page, player)
    page.evaluate("window.sameLoad = true")
    player.set(page_status=503)

    with page.expect_response(lambda answer: answer.status == 503):
        hear(page, TOLD, lambda: beat(player, build="b2", now=LATER))
        page.clock.run_for(31000)
    assert page.evaluate("window.sameLoad") is True

    player.set(page_status=200, build="b2")
    hear(page, "window.sameLoad === undefined", lambda: page.clock.run_for(31000))


def test_a_revoked_display_says_where_it_was_switched_off(page, player):
    open_wall(page, player)

    player.emit("denied", reason="revoked")

    page.wait_for_selector("h1")
    assert page.inner_text("h1") == "This display was switched off in Settings > Displays"


def test_pixels_shift_within_four_every_three_minutes(page, player):
    open_wall(page, player)

    page.clock.run_for(181000)
    shift = page.evaluate("['--dx', '--dy'].map(name => document.documentElement.style.getPropertyValue(name))")
    assert all(-4 <= int(value.removesuffix("px")) <= 4 for value in shift)
