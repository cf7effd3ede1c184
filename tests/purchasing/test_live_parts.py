"""What is pushed about purchase orders is what a fresh page shows, without forms or costs, and it reaches every receiver."""

import re

import pytest

from dashboard.kernel import db
from dashboard.kernel.outbox import after
from dashboard.live.pushes import rooms_of
from dashboard.purchasing.receiving import receive_purchase
from dashboard.web.livepage import Changes, Room, payload_for
from tests.factories import do
from tests.purchasing.helpers import draft, ordered, receipt

ROOM = Room("purchases")


def told() -> list:
    """Every event of a purchase order so far."""
    with db.db.engine.connect() as connection:
        return [event for event in after(connection, 0, 1000) if event.entity == "purchase_order"]


def pushed(app, **changes):
    with app.test_request_context("/"):
        found = payload_for(Changes(ROOM, events=tuple(told()), **changes))
    db.db.session.remove()
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture
def half_received(shop):
    """6 of 10 A-1 are here."""
    number = ordered(("A-1", 10), location="N")
    do(receive_purchase, receipt(number, ("A-1", 6, 1)))
    return number


def test_every_step_is_told_to_the_list_and_what_is_on_its_way_to_the_page_of_its_sku(half_received):
    drafted, placed, received = ([*rooms_of(event)] for event in told())

    assert drafted == [ROOM]
    assert placed == received == [ROOM, Room("sku", "1")]


def test_what_is_pushed_is_what_fresh_pages_show(shop, person, half_received):
    payload = pushed(shop)

    pages = {
        "purchase-row": person.get("/purchase-orders"), "purchase-totals": person.get(f"/purchase-orders/{half_received}"),
        "line-received": person.get(f"/purchase-orders/{half_received}"), "due-received": person.get("/receiving?location=N"),
    }  # fmt: skip
    assert [row.k for row in payload.rows] == [f"{name}-1" for name in pages]
    for row, page in zip(payload.rows, pages.values(), strict=True):
        assert squeezed(row.html) in squeezed(page.get_data(as_text=True)), row.k
        assert (row.v, "csrf" in row.html, "2.50" in row.html) == (3, False, False), row.k
    assert [known.k for known in payload.ids] == ["dock-due", "purchase-steps-1"]
    assert (payload.facets["incoming"], payload.facets["draft"]) == (1, 0)


def test_many_changes_at_once_are_named_not_rendered(shop, half_received):
    draft(("B-2", 1), location="N")

    payload = pushed(shop, brief=True)

    assert payload.rows == []
    named = ["dock-due", "purchase-steps-1", "purchase-steps-2", "purchase-row-1", "purchase-row-2"]
    assert [known.k for known in payload.ids] == named


def test_the_pages_follow_the_room(shop, person, half_received):
    for path in ("/purchase-orders", f"/purchase-orders/{half_received}", "/receiving?location=N"):
        assert "data-live=" in person.get(path).get_data(as_text=True), path
