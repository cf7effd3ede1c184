"""What is pushed to the screens of bins is what a fresh page would show: figures of the list, contents and movements of one bin."""

import re

import pytest

from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway, UpdateBin
from dashboard.inventory.bins import create_bins, update_bin
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.putting import move_units, put_away
from dashboard.kernel import db, outbox
from dashboard.live import pushes
from dashboard.web.livepage import Changes, Room, payload_for
from tests.accounts.helpers import sign_in
from tests.factories import do, place, shop


@pytest.fixture
def person(app):
    """Somebody who looks; A-01 holds 4 of A, A-02 holds nothing; all of this has been told."""
    shop(north_A=10, south_A=5)
    do(create_bins, CreateBins("north", ("A-01", "A-02")))
    do(put_away, PutAway("A", "north", "A-01", 4))
    client = app.test_client()
    sign_in(client)
    return client


def told(since: int) -> list:
    with db.db.engine.connect() as connection:
        return [event for event in outbox.after(connection, since, 100)]


def newest() -> int:
    return told(0)[-1].seq


def pushed(app, room: Room, since: int):
    events = tuple(event for event in told(since) if room in pushes.rooms_of(event))
    with app.test_request_context("/"):
        payload = payload_for(Changes(room, events=events))
    db.db.session.remove()
    return payload


def squeezed(text: str) -> str:
    return re.sub(r'data-v="\d{13}"', 'data-v="now"', re.sub(r"\s+", " ", text))


def test_the_list_hears_how_much_lies_in_the_bins_that_moved(app, person):
    since = newest()
    do(move_units, MoveUnits("A", "north", "A-01", "A-02", 1))

    payload = pushed(app, Room("bins", "north"), since)

    cells = {cell.k: dict(cell.n) for cell in payload.cells}
    assert cells == {"bin-1": {"skus": 1, "units": 3}, "bin-2": {"skus": 1, "units": 1}}
    assert [one.k for one in payload.ids] == ["bins-loose"]
    page = person.get("/locations/north/bins").get_data(as_text=True)
    for key, figures in cells.items():
        row = re.search(rf'<tr id="{key}".*?</tr>', page, re.S).group(0)
        assert dict(re.findall(r'data-n="(\w+)">(\d+)<', row)) == {name: str(units) for name, units in figures.items()}
    assert 'data-live="' in page and 'id="bins-loose" data-live-part' in page


def test_one_bin_hears_what_lies_in_it_and_how_it_came(app, person):
    since = newest()
    do(move_units, MoveUnits("A", "north", "A-01", "A-02", 1))

    payload = pushed(app, Room("bin", "north/A-02"), since)

    page = squeezed(person.get("/locations/north/bins/a-02").get_data(as_text=True))
    assert [row.k for row in payload.rows] == ["bin-contents-2", "bin-movements-2"]
    for row in payload.rows:
        assert squeezed(row.html).strip() in page
        assert "csrf" not in row.html
    assert [one.k for one in payload.ids] == ["bin-page"] and 'id="bin-page" class="col" data-live-part' in page


def test_each_change_is_told_where_it_shows_and_nowhere_else(app, person):
    since = newest()
    place(("A", 1))
    do(adjust_stock, AdjustStock("A", "north", "found", change=1))
    do(create_bins, CreateBins("north", ("A-03",)))
    do(update_bin, UpdateBin("north", "A-02", 1, 7, True, True))

    heard = [{room.name for room in pushes.rooms_of(event) if room.kind in ("bins", "bin")} for event in told(since)]

    assert [rooms for rooms in heard if rooms] == [{"bins:north"}, {"bins:north"}, {"bins:north", "bin:north/A-02"}]
    assert [one.k for one in pushed(app, Room("bins", "north"), since).ids] == ["bins", "bins-loose"]


def test_a_bin_that_is_not_there_is_no_room_to_render(app, person):
    assert pushed(app, Room("bin", "north/NOPE"), 0).rows == []
    assert person.get("/locations/north/bins/NOPE").status_code == 404
