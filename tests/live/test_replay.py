"""Screens that were away: replay, reset, gaps, cuts."""

import random
import threading
import time

import sqlalchemy as sa

from dashboard.kernel import db
from dashboard.kernel.outbox import Meta
from dashboard.live import replay
from tests.live.server import eventually, shift, things


def test_a_page_that_is_behind_gets_what_it_missed(server, screen):
    db.write(shift, 1)
    page = server.page("orders")
    db.write(shift, 2)
    db.write(shift, 1)
    eventually(lambda: server.lifecycle.hub.position == 3)

    server.page = lambda *rooms: page  # an old page connects only now
    mine = screen("orders")

    eventually(lambda: mine.versions == {1: 2, 2: 1})
    (batch,) = [batch for batch in mine.batches if batch["room"] == "orders:full"]
    assert (batch["prev"], batch["seq"]) == (1, 3)
    assert {row["k"] for row in batch["rows"]} == {"order-1", "order-2"}


def test_a_page_too_far_behind_is_reset(server, screen, monkeypatch):
    monkeypatch.setattr(replay, "MOST_EVENTS", 5)
    page = server.page("orders")
    for _ in range(7):
        db.write(shift, 1)
    eventually(lambda: server.lifecycle.hub.position == 7)
    fresh, server.page = server.page, lambda *rooms: page

    mine = screen("orders")
    server.page = fresh

    eventually(lambda: mine.resets)
    assert mine.resets[0] == {"epoch": mine.epoch, "room": "orders:full", "seq": 7}


def test_another_epoch_is_a_reset(server, screen):
    page = server.page("orders")
    server_page, server.page = server.page, lambda *rooms: page
    db.write(lambda tx: tx.execute(sa.update(Meta).where(Meta.key == "epoch").values(value="after-a-restore")))

    mine = screen("orders")
    server.page = server_page

    eventually(lambda: mine.resets)
    assert mine.epoch == "after-a-restore"
    db.write(shift, 1)
    eventually(lambda: mine.versions.get(1) == 1)


def test_a_gap_is_asked_for_and_filled(server, screen):
    mine = screen("orders")
    db.write(shift, 1)
    eventually(lambda: mine.versions.get(1) == 1)
    mine.seen["orders:full"] = 0  # as if the first batch had been lost
    mine.versions.clear()
    mine.start = 0

    db.write(shift, 2)

    eventually(lambda: mine.versions == {1: 1, 2: 1})
    assert mine.asked >= 1


def test_a_beat_says_where_each_room_stands(server, screen):
    db.write(shift, 1)
    eventually(lambda: server.lifecycle.hub.position == 1)
    mine = screen("orders", "stock")

    beat = eventually(lambda: mine.beats)[0]

    assert beat["epoch"] == mine.epoch
    assert set(beat["seqs"]) == {"orders:full", "stock", "desk", "bulk"}
    assert beat["build"]
    assert beat["now"].endswith("Z")


def test_twenty_cuts_lose_none_of_a_thousand_changes(server, screen):
    screens = [screen("orders") for _ in range(4)]
    seed = random.randrange(10**6)
    chance = random.Random(seed)

    def change():
        with server.app.app_context():
            for _ in range(1000):
                db.write(shift, chance.randint(1, 15))
                time.sleep(0.002)

    changes = threading.Thread(target=change)
    changes.start()
    cuts = 0
    while changes.is_alive() or cuts < 20:
        screens[cuts % 4].cut()
        cuts += 1
        if cuts == 20:
            break
        time.sleep(0.12)
    changes.join()
    db.db.session.rollback()
    expected = things()

    for mine in screens:
        try:
            eventually(lambda mine=mine: mine.versions == expected)
        except AssertionError:
            missed = {
                key: (version, mine.versions.get(key)) for key, version in expected.items() if mine.versions.get(key) != version
            }
            raise AssertionError(f"seed {seed}: {missed}, connected {mine.client.connected}, seen {mine.seen}") from None
    assert sum(expected.values()) == 1000, f"seed {seed}"


def test_many_that_come_back_together_share_one_rendering(server, screen, renders):
    page = server.page("orders")
    for _ in range(3):
        db.write(shift, 1)
    eventually(lambda: server.lifecycle.hub.position == 3)
    server.page = lambda *rooms: page

    screens = [screen("orders") for _ in range(6)]

    eventually(lambda: all(mine.versions.get(1) == 3 for mine in screens))
    assert len(renders) == 1
