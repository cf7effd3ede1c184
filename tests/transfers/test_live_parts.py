"""What is pushed about transfers is what a fresh page shows, and it reaches the rooms that show it."""

import re

from dashboard.kernel import db
from dashboard.kernel.outbox import after
from dashboard.live.pushes import rooms_of
from dashboard.web.livepage import Changes, Room, payload_for
from tests.transfers.acting import dispatch, draft, lose, receive


def told() -> list:
    """Every event so far."""
    with db.db.engine.connect() as connection:
        return after(connection, 0, 1000)


def pushed(app, room: Room, **changes):
    """What the screens of the room get after everything that was told to it."""
    with app.test_request_context("/"):
        found = payload_for(Changes(room, events=tuple(event for event in told() if room in rooms_of(event)), **changes))
    db.db.session.remove()
    return found


def squeezed(text: str) -> str:
    """Without what only a push has or lacks: spaces, and the version that the screen adds."""
    return re.sub(r"\s+", " ", text).strip()


def moving() -> str:
    number = draft(("A-1", 4), ("B-2", 2), origin="N", target="S")
    dispatch(number)
    return number


def test_each_step_is_told_to_the_list_and_to_its_own_page(opened):
    number = moving()
    receive(number, ("A-1", 1))
    lose(number, ("A-1", 1))

    rooms = [[room.name for room in rooms_of(event)] for event in told() if event.entity == "transfer"]

    assert rooms == [["transfers"], *[["transfers", "transfer:1"]] * 2, ["transfers", "transfer:1", "sku:1"]]


def test_a_pushed_row_is_the_row_of_a_fresh_list(opened, person):
    moving()

    payload = pushed(opened, Room("transfers"))

    page = squeezed(person.get("/transfers").get_data(as_text=True))
    assert [(row.k, row.v) for row in payload.rows] == [("transfer-row-1", 2)]
    assert squeezed(payload.rows[0].html) in page
    assert payload.facets == {"open": 0, "in_transit": 1, "done": 0}
    assert pushed(opened, Room("transfers"), brief=True).ids[0].k == "transfer-row-1"


def test_pushed_parts_of_a_transfer_are_those_of_a_fresh_page(opened, person):
    number = moving()
    receive(number, ("A-1", 1, 1))

    payload = pushed(opened, Room("transfer", "1"))

    page = squeezed(person.get(f"/transfers/{number}").get_data(as_text=True))
    assert [row.k for row in payload.rows] == ["transfer-head-1", "transfer-lines-1", "transfer-steps-1"]
    for row in payload.rows:
        assert (squeezed(row.html) in page, row.v, "csrf" in row.html) == (True, 3, False), row.k
    assert pushed(opened, Room("transfer", "9")).rows == []


def test_what_is_on_the_way_follows_on_the_stock_page(opened, person):
    before = pushed(opened, Room("sku", "1"), stock=frozenset({(1, 1)}))
    moving()

    payload = pushed(opened, Room("sku", "1"), stock=frozenset({(1, 1)}))

    assert not [row for row in before.rows if row.k == "on-the-way-1"]
    way = next(row for row in payload.rows if row.k == "on-the-way-1")
    assert squeezed(way.html) in squeezed(person.get("/stock/A-1").get_data(as_text=True))


def test_a_loss_leaves_the_stock_page_though_no_balance_moved(opened, person):
    number = moving()
    lose(number, ("A-1", 4))

    payload = pushed(opened, Room("sku", "1"))

    way = next(row for row in payload.rows if row.k == "on-the-way-1")
    assert "hidden" in way.html and "A-1" not in way.html
    assert squeezed(way.html) in squeezed(person.get("/stock/A-1").get_data(as_text=True))
    assert payload.cells == []
