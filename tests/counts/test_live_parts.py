"""What is pushed to a count's screens is what a fresh page would show, and never a figure."""

import re

import pytest

from dashboard.counts.actions import open_count
from dashboard.counts.commands import OpenCount
from dashboard.kernel import db
from dashboard.kernel.outbox import Recorded
from dashboard.live import pushes
from dashboard.web.livepage import Changes, Room, payload_for
from dashboard.web.rooms import may_join
from tests.accounts.helpers import sign_in
from tests.counts.acting import ANN, TOM, approved, begun, counted, recounted
from tests.factories import NOW, do, shop

ROOM = Room("count", "C00001")


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def pushed(app, *skus):
    """The payload of the room after events about these SKUs."""
    found = [type("Event", (), {"data": {"sku": sku}})() for sku in skus]
    with app.test_request_context("/"):
        payload = payload_for(Changes(ROOM, events=tuple(found)))
    db.db.session.remove()
    return payload


def test_pushed_lines_are_those_of_a_fresh_page_and_blind(app):
    shop(north_A=4321, north_B=5, north_C=5)
    do(open_count, OpenCount("north", ("A", "B", "C")), NOW, TOM)
    begun("C00001", "A")
    counted("C00001", "B", 5, ANN)
    client = app.test_client()
    sign_in(client)

    payload = pushed(app, "A", "B")

    page = squeezed(client.get("/counts/C00001").get_data(as_text=True))
    rows = {row.k: row for row in payload.rows}
    assert set(rows) == {"count-line-1", "count-line-2", "count-head-1"}
    for row in payload.rows:
        assert squeezed(row.html).strip() in page
        assert "csrf" not in row.html
        assert "4321" not in row.html
    assert "Tom Counter is on it" in rows["count-line-1"].html
    assert "Counted by Ann Counter" in rows["count-line-2"].html
    assert [found.k for found in payload.ids] == ["review-1"]
    assert 'id="review-1"' in client.get("/counts/C00001/review").get_data(as_text=True)


def test_a_recount_takes_the_place_of_its_line_with_a_higher_version(app):
    shop(north_A=100)
    do(open_count, OpenCount("north", ("A",)), NOW, TOM)
    seen = []
    for step in (lambda: counted("C00001", "A", 1), lambda: counted("C00001", "A", 99, ANN), lambda: recounted("C00001", "A"),
                 lambda: counted("C00001", "A", 99, TOM), lambda: approved("C00001")):  # fmt: skip
        step()
        row = pushed(app, "A").rows[0]
        seen.append((row.k, row.v, re.search(r'data-state="(\w+)"', row.html).group(1)))
    assert {key for key, _, _ in seen} == {"count-line-1"}
    assert [version for _, version, _ in seen] == sorted({version for _, version, _ in seen})
    assert [state for _, _, state in seen] == ["to_count", "counted", "to_count", "counted", "approved"]


def test_a_count_that_is_not_there_pushes_nothing(app):
    assert pushed(app, "A").rows == []


def test_every_step_of_a_count_is_pushed_to_its_room():
    for name in ("CountMoved", "LineBegun", "LineCounted", "LineDecided"):
        event = Recorded(1, name, "count", "1", 2, None, "user:11", "Tom Counter", NOW, {"number": "C00001"})
        assert list(pushes.rooms_of(event)) == [ROOM]


@pytest.mark.parametrize(("actor", "may"), [(TOM, True), (TOM.__class__("user", "5", "Ana", "analyst", frozenset({"kpis.read"})), False)])
def test_the_room_is_for_those_who_see_stock(actor, may):
    assert may_join(actor, ROOM) is may
