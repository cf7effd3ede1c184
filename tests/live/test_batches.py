"""What screens are sent: at once, coalesced, once per room, small."""

import threading
import time
from types import SimpleNamespace

from dashboard.inventory.events import StockAllocated, StockChanged
from dashboard.kernel import clock, db
from dashboard.live import rooms
from dashboard.live.hub import Hub
from dashboard.live.rooms import RoomState
from dashboard.web import livepage
from tests.live.server import ACTOR, eventually, shift, things
from tests.patience import PATIENCE


def test_a_change_reaches_an_open_screen_as_its_new_row(server, screen):
    mine = screen("orders")

    db.write(shift, 7)

    eventually(lambda: mine.versions.get(7) == 1)
    (batch,) = mine.batches
    assert batch["room"] == "orders:full"
    assert batch["epoch"] == mine.epoch
    assert batch["prev"] < batch["seq"]
    assert batch["rows"] == [{"k": "order-7", "v": 1, "html": '<tr id="order-7" data-v="1"><td>1 £5</td></tr>'}]
    assert batch["facets"] == {"all": 1}


def test_the_first_change_goes_at_once_and_those_of_a_tick_in_one_batch_with_the_newest_version(server, screen, monkeypatch):
    monkeypatch.setattr(rooms, "TICK_SECONDS", 10 * PATIENCE)
    mine = screen("orders")
    db.write(shift, 1)
    eventually(lambda: mine.batches)

    for _ in range(8):
        db.write(shift, 1)
        db.write(shift, 2)
    eventually(lambda: server.lifecycle.hub.position == 17)
    assert len(mine.batches) == 1
    monkeypatch.setattr(rooms, "TICK_SECONDS", 0.0)
    db.write(shift, 3)

    eventually(lambda: mine.versions == {1: 9, 2: 8, 3: 1})
    assert [(row["k"], row["v"]) for row in mine.batches[1]["rows"]] == [("order-1", 9), ("order-2", 8), ("order-3", 1)]
    assert len(mine.batches) == 2


def test_a_row_is_rendered_once_per_room_however_many_screens_look(server, screen, renders):
    screens = [screen("orders") for _ in range(5)]
    time.sleep(0.1)
    renders.clear()

    db.write(shift, 1)

    eventually(lambda: all(mine.versions.get(1) == 1 for mine in screens))
    assert renders == [("orders:full", False)]


def test_more_than_twenty_rows_come_as_ids_and_the_screen_fetches(server, screen):
    mine = screen("orders")

    def shift_many(tx):
        for number in range(1, 31):
            shift(tx, number)

    db.write(shift_many)

    eventually(lambda: len(mine.versions) == 30)
    batch = mine.batches[0]
    assert "rows" not in batch
    assert len(batch["ids"]) == 30
    assert {"k": "order-5", "v": 1} in batch["ids"]


def test_a_screen_without_price_rights_is_in_another_room(server, screen, people):
    full = screen("orders")
    person = people.standing["1"]
    people.standing["1"] = person._replace(
        actor=person.actor.__class__("tester", "1", "Tess", permissions=person.actor.permissions - {"orders.prices"})
    )
    plain = screen("orders", "order:7")

    db.write(shift, 7)

    eventually(lambda: {batch["room"] for batch in plain.batches} == {"orders:plain", "order:7:plain"})
    assert "£" not in str(plain.batches)
    assert full.live.screen != plain.live.screen


def test_stock_cells_come_as_numbers(server, screen):
    mine = screen("stock")
    facts = {"sku": "A-1", "location": "North", "kind": "adjusted", "change": {"on_hand": -2}}

    db.write(lambda tx: tx.record(StockChanged("3:1", 4, **facts, on_hand=5, allocated=2, available=3), ACTOR, clock.now()))

    eventually(lambda: mine.cells.get("stock-3-1") == {"available": 3})


def test_an_order_that_takes_from_two_balances_is_heard_of_where_either_shows(server, screen):
    all_, one, other, elsewhere = screen("stock"), screen("sku:3"), screen("sku:4"), screen("bins:North")
    given = [{"id": "3:1", "version": 4}, {"id": "4:1", "version": 9}, {"id": "4:2", "version": 2}]

    db.write(lambda tx: tx.record(StockAllocated(7, 1, 7, given), ACTOR, clock.now()))

    eventually(lambda: {"stock-3-1", "stock-4-1", "stock-4-2"} <= set(all_.cells))
    eventually(lambda: one.batches and other.batches)
    assert elsewhere.batches == []


def test_a_room_that_ages_is_recomputed_by_the_clock_and_sent_only_when_it_looks_different(server, screen):
    mine = screen("kpi")
    eventually(lambda: mine.html.get("tile-count") == '<div id="tile-count">0</div>')
    sent = len(mine.batches)
    time.sleep(0.8)
    assert len(mine.batches) == sent

    with db.db.engine.connect():
        db.write(shift, 1, 3)

    eventually(lambda: mine.html.get("tile-count") == '<div id="tile-count">3</div>')


def test_nobody_hears_of_a_room_they_are_not_in(server, screen):
    mine, other = screen("order:1"), screen("order:2")

    db.write(shift, 1)

    eventually(lambda: mine.versions.get(1) == 1)
    time.sleep(0.3)
    assert other.batches == []


def test_a_provider_that_fails_makes_screens_fetch_and_the_hub_goes_on(server, screen, monkeypatch):
    mine = screen("orders", "stock")
    good = livepage._providers["orders"][:]
    monkeypatch.setitem(livepage._providers, "orders", [lambda changes, actor: 1 / 0])

    db.write(shift, 1)

    eventually(lambda: mine.resets and mine.versions == {1: 1})
    monkeypatch.setitem(livepage._providers, "orders", good)
    db.write(shift, 1)
    eventually(lambda: mine.versions == {1: 2})


def test_what_was_pushed_is_what_a_fresh_page_shows(server, screen):
    mine = screen("orders")

    for number in (3, 1, 2, 3, 3, 1):
        db.write(shift, number)

    eventually(lambda: mine.versions == {1: 2, 2: 1, 3: 3})
    db.db.session.rollback()
    assert mine.versions == things()


def test_figures_that_take_their_time_hold_up_no_row(server, screen, monkeypatch):
    gate = threading.Event()
    monkeypatch.setitem(livepage._providers, "kpi", [lambda changes, actor: gate.wait(2 * PATIENCE) and livepage.Payload()])
    mine, wall = screen("orders"), screen("kpi")

    db.write(shift, 1)
    time.sleep(0.1)
    db.write(shift, 1)

    eventually(lambda: mine.versions == {1: 2})
    assert wall.batches == []
    gate.set()
    eventually(lambda: wall.batches and wall.batches[-1]["seq"] == 2)


def test_a_board_that_is_behind_is_shown_whole(server, screen):
    page = server.page("kpi")
    db.write(shift, 1, 3)
    eventually(lambda: server.lifecycle.hub.position == 3)
    first = screen("kpi")
    eventually(lambda: first.html.get("tile-count") == '<div id="tile-count">3</div>')
    fresh, server.page = server.page, lambda *rooms: page

    late = screen("kpi")
    server.page = fresh

    eventually(lambda: late.html.get("tile-count") == '<div id="tile-count">3</div>')
    assert late.known("kpi") == 3
    assert late.asked == 0


def test_what_takes_least_is_sent_first_and_what_is_ready_elsewhere_in_between(app, monkeypatch):
    hub, sent = Hub(app, "build"), []

    def render(state, events):
        sent.append(state.room.name)
        hub._put(sent.append, f"heard after {state.room.name}")
        return None, 0.5

    monkeypatch.setattr(hub, "_render", render)
    for name, seconds in (("sku:1", 0.03), ("orders", 0.01), ("order:7", 0.02)):
        room = livepage.parse(name)
        hub.rooms[room] = RoomState(room, 0, pending=[SimpleNamespace(seq=1)], least=seconds)

    hub._tick(time.monotonic())

    assert [name for name in sent if not name.startswith("heard")] == ["orders", "order:7", "sku:1"]
    assert sent[1::2] == [f"heard after {name}" for name in sent[::2]]
    assert [state.least for state in hub.rooms.values()] == [0.03, 0.01, 0.02]
