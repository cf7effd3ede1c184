"""/receiving and /reorder as a person uses them, and what a SKU's stock page says is coming."""

import datetime as dt

from dashboard.kernel import clock
from tests.accounts.helpers import sign_in
from tests.factories import balance, dump, one, read
from tests.purchasing.helpers import draft, lines, ordered, status


def text_of(answer):
    return answer.get_data(as_text=True)


def set_levels(person, sku, point, safety=0):
    sent = {"reorder_point-N": point, "was_reorder_point-N": 0, "safety-N": safety, "was_safety-N": 0,
            "reorder_point-S": 0, "was_reorder_point-S": 0, "safety-S": 0, "was_safety-S": 0}  # fmt: skip
    assert person.post(f"/stock/{sku}/levels", data=sent).status_code == 303


def test_scanning_receives_and_says_so_in_big_words(person):
    number = ordered(("A-1", 3), location="N")

    one_unit = person.post("/receiving/scans", data={"code": "a-1", "location": "N", "units": "1"})
    two = person.post("/receiving/scans", data={"code": "A-1", "location": "N", "units": "2", "state": "damaged"})

    assert (one_unit.status_code, "+1 A-1" in text_of(one_unit), "2 still to come" in text_of(one_unit)) == (200, True, True)
    assert ("+2 A-1 as damaged" in text_of(two), "all of it is here" in text_of(two)) == (True, True)
    assert (status(number), balance("A-1", "N")) == ("received", (13, 0))


def test_a_wrong_scan_says_what_to_do_and_changes_nothing(person):
    ordered(("A-1", 3), location="N")
    before = dump()

    for data, code, word in (({"code": "zzz"}, 422, "Unknown: zzz"), ({"code": ""}, 422, "Scan something"),
                             ({"code": "B-2"}, 409, "Put it aside and ask"), ({"code": "A-1", "units": "4"}, 422, "Count again"),
                             ({"code": "A-1", "units": "-1"}, 422, "between 1 and"), ({"code": "A-1", "units": "1.5"}, 422, "whole number"),
                             ({"code": "A-1", "units": "2147483648"}, 422, "between 1 and"),
                             ({"code": "A-1", "location": "S"}, 409, "Put it"),
                             ({"code": "\x00"}, 422, "no SKU")):  # fmt: skip
        answer = person.post("/receiving/scans", data={"location": "N", "units": "1", **data})
        assert (answer.status_code, word in text_of(answer)) == (code, True), data
    assert dump() == before


def test_the_dock_shows_what_is_due_and_how_long_it_waits(person):
    assert "Nothing is due here" in text_of(person.get("/receiving"))
    late = ordered(("A-1", 3), location="N", expected_on=dt.date(2026, 1, 1))
    ordered(("A-1", 3), location="S")

    page = text_of(person.get("/receiving?location=N"))
    assert (late in page, "1 late" in page) == (True, True)
    assert person.post(f"/purchase-orders/{late}/arrivals", data={"back": "receiving"}).headers["Location"] == "/receiving"
    assert "At the dock since" in text_of(person.get("/receiving?location=N"))
    person.post("/receiving/scans", data={"code": "A-1", "location": "N", "units": "1"})
    assert "0 min" in text_of(person.get("/receiving?location=N"))
    assert one("SELECT count(*) FROM purchase_receipt WHERE arrived_at IS NOT NULL") == 1


def test_a_person_of_one_location_sees_its_dock_only(shop):
    ordered(("A-1", 3), location="N")
    client = shop.test_client()
    sign_in(client, "warehouse", locations="S")

    assert "Nothing is due here" in text_of(client.get("/receiving?location=N"))
    assert client.post("/receiving/scans", data={"code": "A-1", "location": "N", "units": "1"}).status_code == 403


def test_what_runs_low_is_explained_and_drafted_in_one_click(person):
    set_levels(person, "A-1", 10, 4)
    set_levels(person, "B-2", 5, 2)
    page = text_of(person.get("/reorder"))
    assert "0 a day × 12 days (5 lead + 7 review) = 0 + 4 safety, at least 11 to be above the reorder point − 10 available = 1" in page
    assert "= 1; in packs of 6: 6" in page
    ids = dict(read("SELECT code, id FROM sku"))
    keys = {sku: f"{ids[sku]}-{one('SELECT id FROM location WHERE code = :code', code='N')}" for sku in ids}
    sent = {"rows": list(keys.values())}
    for sku, key in keys.items():
        sent |= {f"sku-{key}": sku, f"location-{key}": "N", f"units-{key}": "6"}

    orphan = person.post("/reorder/drafts", data=sent)
    assert (orphan.status_code, "Nobody supplies B-2 yet" in text_of(orphan)) == (422, True)
    assert one("SELECT count(*) FROM purchase_order") == 0
    for bad in ("0", "-2", "1.5", "2147483648", ""):
        assert person.post("/reorder/drafts", data={**sent, "supplier": "Acme", f"units-{keys['A-1']}": bad}).status_code == 422
    assert person.post("/reorder/drafts", data={}).status_code == 422

    everything = {**sent, "rows": [], "step": "all", f"supplied-{keys['A-1']}": "1"}
    assert person.post("/reorder/drafts", data={**everything, f"units-{keys['A-1']}": "0"}).status_code == 422
    only = person.post("/reorder/drafts", data=everything).headers["Location"].rpartition("/")[2]
    assert lines(only) == [("A-1", 6, 0, 0, 0)]
    assert person.post(f"/purchase-orders/{only}/cancellation", data={"reason": "mistake"}).status_code == 303

    made = person.post("/reorder/drafts", data={**sent, "supplier": "Acme"})
    number = made.headers["Location"].rpartition("/")[2]
    assert (status(number), lines(number)) == ("draft", [("A-1", 6, 0, 0, 0), ("B-2", 6, 0, 0, 0)])
    assert read("SELECT unit_cost_e4 FROM purchase_order_line WHERE purchase_order_id = 2 ORDER BY position") == [(25_000,), (0,)]
    again = text_of(person.get("/reorder"))
    assert "6 in drafts" in again
    assert person.post(f"/purchase-orders/{number}/placement", data={}).status_code == 303
    assert "Nothing runs low" in text_of(person.get("/reorder"))


def test_the_stock_page_tells_what_comes_and_what_can_be_promised(person):
    assert "Nothing is on its way" in text_of(person.get("/stock/A-1"))
    day = clock.now().date() + dt.timedelta(days=9)
    number = ordered(("A-1", 20), location="S", expected_on=day)
    draft(("A-1", 500), location="S")

    page = text_of(person.get("/stock/A-1"))

    assert (number in page, "Incoming (20)" in page, f"{day:%d %b}" in page, ">35<" in page) == (True, True, True, True)
