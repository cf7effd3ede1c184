"""The pages of lots and serial numbers: fields only where a SKU asks, complaints beside them, recall, expiring, a number's life."""

import datetime as dt

import pytest

from dashboard.fulfilment.actions import pick_units
from dashboard.fulfilment.commands import PickUnits
from dashboard.inventory.expiry import AT_ONCE, expire_lots
from dashboard.kernel import clock
from tests.accounts.helpers import sign_in
from tests.factories import do, dump, one, place, skus, step_work, walk, work_of
from tests.inventory.tracking import buckets, in_lots, lines_of, lots, numbered, receive, serials, shop

DAY = dt.timedelta(days=1)
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def today() -> dt.date:
    return clock.now().date()


@pytest.fixture
def page(app, today):
    """A signed-in person; A is kept by lot: 3 units expire in ten days, 4 in a hundred."""
    shop()
    receive(3, lots(("L1", 3, today + 10 * DAY)))
    receive(4, lots(("L2", 4, today + 100 * DAY)))
    client = app.test_client()
    sign_in(client)
    return client


@pytest.fixture
def numbers_page(app):
    """A signed-in person; A has serial numbers S1 to S3 at north."""
    shop("serials")
    receive(3, serials("S1", "S2", "S3"))
    client = app.test_client()
    sign_in(client)
    return client


def adjust(client, **fields):
    data = {"location": "north", "how": "change", "units": "2", "reason": "found", "expected": "7", **fields}
    return client.post("/stock/A/adjustments", data=data, headers=PART)


def test_the_stock_page_shows_lots_with_their_state_and_asks_for_them(page):
    html = page.get("/stock/A").get_data(as_text=True)

    assert [word in html for word in ("L1", "L2", "Expires soon", "In date", "in 10 days", 'name="lot"', 'name="expires_on"')] == [True] * 7
    assert 'name="serials"' not in html


def test_an_ordinary_sku_is_asked_for_neither(page):
    skus("B")

    html = page.get("/stock/B").get_data(as_text=True)

    assert [name in html for name in ('name="lot"', 'name="serials"', "stock-lots")] == [False] * 3


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "lot"),
        ({"lot": "L9"}, "expires_on"),
        ({"lot": "L9", "expires_on": "soon"}, "expires_on"),
        ({"lot": "L1", "expires_on": "2030-01-01"}, "expires_on"),
    ],
)
def test_a_lot_without_expiry_is_refused_beside_its_field(page, typed, field):
    before = dump()

    answer = adjust(page, **typed)

    assert answer.status_code == 422 and f'id="{field}-error"' in answer.get_data(as_text=True)
    assert dump() == before


def test_a_found_unit_goes_into_its_lot(page, today):
    adjust(page, lot="l3", expires_on=str(today + DAY))

    assert in_lots()["L3"] == (2, 0, 0)


def test_what_is_taken_away_by_setting_the_figure_is_of_the_named_lot(page):
    adjust(page, how="set", units="5", reason="damaged", lot="L2")

    assert in_lots() == {"L1": (3, 0, 0), "L2": (2, 0, 0)}


def test_the_expiring_list_is_sorted_and_narrowed(page, today):
    month, quarter = (page.get(f"/lots?days={days}").get_data(as_text=True) for days in (30, 90))
    week = page.get("/lots?days=7").get_data(as_text=True)

    assert ("L1" in month, "L2" in month, "L1" in quarter, "Nothing expires" in week) == (True, False, True, True)
    assert page.get("/lots?after=x").status_code == 422


def test_the_lot_page_says_which_orders_got_it_and_writes_off_what_expired(page, today):
    order = place(("A", 2))
    walk(order.id, "shipped")
    lot_id = one("SELECT id FROM lot WHERE code = 'L1'")
    do(expire_lots, AT_ONCE, clock.now() + 11 * DAY)

    html = page.get(f"/lots/{lot_id}").get_data(as_text=True)
    assert f'href="/orders/{order.number}"' in html and "Write off 1 at North" in html
    page.post(f"/lots/{lot_id}/write-offs", data={"location": "north"})

    assert buckets() == (4, 0, 0)
    assert page.post(f"/lots/{lot_id}/write-offs", data={"location": "north"}).status_code == 409
    assert page.get("/lots/999").status_code == 404


def test_serial_numbers_are_found_and_tell_their_life(numbers_page):
    order = place(("A", 1))
    work = work_of(order.id)
    step_work(work, "released")
    do(pick_units, PickUnits(work, given={lines_of(work)[0]: serials("S2")}))
    walk(order.id, "shipped")

    listed = numbers_page.get("/serials?q=s").get_data(as_text=True)
    assert [code in listed for code in ("S1", "S2", "S3", "Shipped", f"#{order.number}")] == [True] * 5
    alone = numbers_page.get("/serials?q=S2")
    life = numbers_page.get(alone.location).get_data(as_text=True)
    assert alone.status_code == 303 and [word in life for word in ("Received", "Picked", "Shipped")] == [True] * 3
    assert "No serial number begins" in numbers_page.get("/serials?q=zz").get_data(as_text=True)
    assert numbers_page.get("/serials/999").status_code == 404


def test_serial_numbers_come_one_per_line(numbers_page):
    refused = adjust(numbers_page, serials="S8\n")
    assert refused.status_code == 422 and 'id="serials-error"' in refused.get_data(as_text=True)

    adjust(numbers_page, serials="S8\r\n\r\n s9 \n")

    assert numbered()["S9"] == ("in_stock", "north")


def test_lots_begin_with_an_opening_lot_on_the_page(app, today):
    shop("none")
    receive(3, lots())
    client = app.test_client()
    sign_in(client)
    form = client.get("/stock/A/tracking").get_data(as_text=True)
    assert "3 units are on hand" in form

    def choose(**fields):
        return client.post("/stock/A/tracking", data={"tracks": "lots", "version": "1", **fields})

    assert choose().status_code == 409
    assert choose(tracks="serials").status_code == 409
    refused = choose(opening_lot="OPEN")
    assert refused.status_code == 422 and 'id="expires_on-error"' in refused.get_data(as_text=True)
    assert choose(opening_lot="OPEN", expires_on="never").status_code == 422
    assert choose(opening_lot="OPEN", expires_on=str(today + DAY)).status_code == 303

    assert in_lots() == {"OPEN": (3, 0, 0)}


def test_several_lots_are_adjusted_at_once_and_one_more_row_changes_nothing(page, today):
    number_of_rows = lambda answer: answer.get_data(as_text=True).count('name="lot"')  # noqa: E731
    rows = {"units": "5", "lot": ["L1", "L4"], "lot_units": ["2", ""], "expires_on": ["", str(today + DAY)]}
    before = dump()

    more = adjust(page, **rows, another="-")
    wrong = adjust(page, **{**rows, "lot_units": ["9", "1"]})

    assert (more.status_code, number_of_rows(more)) == (200, 3)
    assert wrong.status_code == 422 and 'id="lot-error"' in wrong.get_data(as_text=True)
    assert dump() == before
    adjust(page, **rows)
    assert (in_lots()["L1"][0], in_lots()["L4"][0]) == (5, 3)
