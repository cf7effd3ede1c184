"""Bins as a person uses them: made, filled by scanning, moved, edited where they stand, and shown where stock is shown."""

import html
import re

import pytest

from dashboard.inventory.bin_commands import CreateBins, PutAway
from dashboard.inventory.bins import create_bins
from dashboard.inventory.putting import put_away
from dashboard.kernel import clock, db
from dashboard.web.livepage import Room
from tests.accounts.helpers import sign_in
from tests.factories import place, read, walk
from tests.inventory.test_live_parts import pushed, squeezed
from tests.shop import TESTER, event_count

PUT = {"sku": "a-1", "bin": "a-01", "units": "4", "state": "sellable"}


def write(action, command):
    db.write(action, command, TESTER, clock.now())
    db.db.session.rollback()


@pytest.fixture
def shelved(shop):
    write(create_bins, CreateBins("N", ("A-01", "A-02")))
    write(create_bins, CreateBins("N", ("CAGE",), 900, pickable=False))
    write(put_away, PutAway("A-1", "N", "A-02", 3))
    return shop


def text(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def lying():
    return dict(read("SELECT b.code, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id WHERE s.units > 0"))


def test_bins_are_made_listed_and_searched(person):
    given = {"codes": "b-01\nb-02, c-01", "pick_order": "10", "pickable": "1"}
    assert person.post("/locations/N/bins", data=given).status_code == 303
    page = text(person.get("/locations/N/bins"))
    assert "3 bins are there, B-01 to C-01." in page
    found = text(person.get("/locations/N/bins?q=c", headers={"HX-Request": "true", "HX-Target": "div#bins"}))
    assert "C-01" in found and "B-01" not in found
    again = person.post("/locations/N/bins", data=given)
    assert again.status_code == 409 and "already" in text(again)


def test_a_scanner_puts_units_away(shelved, person):
    first = person.post("/locations/N/put-aways", data={"sku": "A-1"})
    assert first.status_code == 422 and "Scan or type a bin." in text(first)

    answer = person.post("/locations/N/put-aways", data=PUT, headers={"HX-Request": "true"})

    assert answer.status_code == 200 and "4 of A-1 lie in A-01 now" in answer.headers["HX-Trigger"]
    assert lying() == {"A-01": 4, "A-02": 3}
    person.post("/locations/N/put-aways", data={**PUT, "_key": "k", "bin": "CAGE", "units": "1"})
    person.post("/locations/N/put-aways", data={**PUT, "_key": "k", "bin": "CAGE", "units": "1"})
    assert lying()["CAGE"] == 1
    assert "In no bin" in text(person.get("/locations/N/bins"))


@pytest.mark.parametrize(("change", "status", "word"), [
    ({"bin": "Z-9"}, 422, "There is no bin Z-9 at Location N."), ({"units": "0"}, 422, "1 or more"), ({"units": "1.5"}, 422, "valid"),
    ({"units": "99999999999"}, 422, "1 or more"), ({"units": "8"}, 409, "7 units of A-1 at Location N lie in no bin, not 8."),
    ({"sku": "NOPE"}, 422, "There is no SKU or barcode NOPE."), ({"state": "eaten"}, 422, "valid choice"),
])  # fmt: skip
def test_what_cannot_be_put_away_is_said_beside_its_field(shelved, person, change, status, word):
    before = event_count()
    answer = person.post("/locations/N/put-aways", data={**PUT, **change})
    assert answer.status_code == status
    assert word in text(answer) and 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert (lying(), event_count()) == ({"A-02": 3}, before)


def test_a_bin_shows_what_lies_in_it_and_lets_it_go(shelved, person):
    page = text(person.get("/locations/N/bins/A-02"))
    assert "Item A-1" in page and "Put away" in page
    assert person.post("/locations/N/bins/A-02/moves", data={"sku": "A-1", "units": "2", "to_bin": "a-01"}).status_code == 303
    assert lying() == {"A-01": 2, "A-02": 1}
    refused = person.post("/locations/N/bins/A-02/moves", data={"sku": "A-1", "units": "2", "to_bin": "A-01"})
    assert refused.status_code == 409 and "A-02 holds 1 units" in text(refused)
    itself = person.post("/locations/N/bins/A-02/moves", data={"sku": "A-1", "units": "1", "to_bin": "A-02"})
    assert itself.status_code == 422
    assert person.get("/locations/N/bins/NOPE").status_code == 404


def test_two_people_editing_one_bin_are_told(shelved, person):
    edit = {"version": "1", "pick_order": "7", "pickable": "1", "active": "1"}
    assert person.post("/locations/N/bins/A-01", data=edit).status_code == 303
    late = person.post("/locations/N/bins/A-01", data={**edit, "pick_order": "9"})
    assert late.status_code == 409 and "changed by" in text(late)
    full = person.post("/locations/N/bins/A-02", data={"version": "1", "pick_order": "1", "pickable": "1"})
    assert full.status_code == 409 and "3 units lie in A-02" in text(full)
    assert person.post("/locations/N/bins/A-02", data={**edit, "pick_order": "-1"}).status_code == 422
    assert read("SELECT code, pick_order, active FROM bin WHERE pick_order = 7") == [("A-01", 7, 1)]


def test_the_page_of_a_sku_says_where_it_lies_and_is_told_when_that_changes(shelved, person):
    page = squeezed(text(person.get("/stock/A-1")))
    assert re.search(r'A-02</span> <b class="num">3</b>', page)
    assert "in no bin" in page and "Put away at Location N" in page

    write(put_away, PutAway("A-1", "N", "A-01", 2))
    payload = pushed(shelved, Room("sku", "1"), stock=frozenset({(1, 1)}))

    (row,) = [row for row in payload.rows if row.k == "stock-lying-1"]
    assert squeezed(html.unescape(row.html)).strip() in squeezed(text(person.get("/stock/A-1")))
    assert row.v > int(re.search(r'id="stock-lying-1" data-v="(\d+)"', page).group(1))


def test_who_may_only_look_gets_no_form(shelved):
    client = shelved.test_client()
    sign_in(client, "analyst")
    page = text(client.get("/locations/N/bins"))
    assert "A-02" in page and "put-form" not in page and "bin-edit" not in page
    assert client.post("/locations/N/put-aways", data=PUT).status_code == 403
    assert client.post("/locations/N/bins", data={"codes": "X"}).status_code == 403


def test_the_pick_list_names_bins_and_a_pick_empties_them(shelved, person):
    order = place(("A-1", 4)).id
    walk(order, "released")
    page = text(person.get("/pick?status=released"))
    assert re.findall(r'<li>(?:<b class="mono">([^<]*)</b>)?.*?<b class="num">(\d+) ×</b></li>', page) == [("A-02", "3"), ("", "1")]
    told = re.findall(r'name="told" value="([^"]*)"', page)
    number = read("SELECT number FROM fulfilment_order")[0][0]

    assert person.post(f"/fulfilment-orders/{number}/pick", data={"told": told, "back": "/pick"}).status_code == 303

    assert lying() == {}
    refused = person.post(f"/fulfilment-orders/{number}/pick", data={"told": ["1 NOPE"]})
    assert refused.status_code in (409, 422)


def test_the_adjust_form_asks_which_bin_and_says_what_is_wrong_with_it(shelved, person):
    given = {"location": "N", "how": "change", "units": "-2", "reason": "lost", "bin": "A-02"}
    assert 'name="bin"' in text(person.get("/stock/A-1"))
    wrong = person.post("/stock/A-1/adjustments", data={**given, "bin": "NOPE"})
    assert wrong.status_code == 422 and "There is no bin NOPE" in text(wrong) and 'id="bin-page"' in text(wrong)
    assert person.post("/stock/A-1/adjustments", data=given).status_code == 303
    assert lying() == {"A-02": 1}
    more = person.post("/stock/A-1/adjustments", data=given)
    assert more.status_code == 409 and "A-02 holds 1 units" in text(more)
