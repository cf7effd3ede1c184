"""The pages of counts: blind for counters, with figures for approvers, with and without htmx, on both databases."""

import re

import pytest

from tests.accounts.helpers import add_user, sign_in
from tests.counts.acting import approved, counted, line_id, opened, status_of
from tests.factories import balance, place, read, shop
from tests.invariants import assert_whole

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def person(app, role="warehouse", **more):
    client = app.test_client()
    sign_in(client, role, **more)
    return client


def text(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def field(page, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page).group(0)
    return re.search(r'value="([^"]*)"', found).group(1)


def test_a_count_goes_from_due_to_done_by_its_pages(any_app):
    shop(north_A=77, north_B=13)
    tom, eva = person(any_app), person(any_app, "ops_manager")
    assert "never" in text(tom.get("/counts?view=due"))
    answer = tom.post("/counts", data={"due": "1", "location": "north", "_key": "k1"})
    assert (answer.status_code, answer.location) == (303, "/counts/C00001")
    assert tom.post("/counts", data={"due": "1", "location": "north", "_key": "k1"}).status_code == 303
    assert read("SELECT count(*) FROM stock_count") == [(1,)]
    assert "C00001" in text(tom.get("/counts"))

    answer = tom.post("/counts/C00001/lines", data={"sku": "a", "units": ""})
    assert (answer.status_code, answer.location) == (303, "/counts/C00001?sku=A#count-entry")
    page = text(tom.get(answer.location))
    assert "<b>Item A</b>: how many are there?" in page
    assert "is on it" in page
    assert tom.post("/counts/C00001/lines", data={"sku": "A", "units": "76"}).status_code == 303
    assert tom.post("/counts/C00001/lines", data={"sku": "B", "units": "13"}).status_code == 303
    assert status_of("C00001") == "review"

    assert "C00001" in text(eva.get("/counts?view=review"))
    page = text(eva.get("/counts/C00001/review"))
    assert "Approve all 2" in page
    assert "−1" in page
    answer = eva.post("/counts/C00001/decisions", data={"decision": "approve_all", "version": field(page, "version"), "from": "review"})
    assert (answer.status_code, answer.location) == (303, "/counts/C00001/review")
    assert "C00001" in text(eva.get("/counts?view=done"))
    assert "50.0 %" in text(eva.get("/counts"))
    assert balance("A", "north") == (76, 0)
    assert_whole()


def test_no_page_of_a_counter_says_what_is_expected(any_app):
    shop(north_A=7654, north_B=4321)
    number = opened("A", "B")
    counted(number, "A", 7653)
    tom = person(any_app)
    pages = [
        tom.get(f"/counts/{number}"),
        tom.get(f"/counts/{number}?sku=B"),
        tom.get(f"/counts/{number}", headers={**HTMX, "HX-Target": "section#count-lines"}),
        tom.post(f"/counts/{number}/lines", data={"sku": "B", "units": ""}, headers=HTMX),
        tom.post(f"/counts/{number}/lines", data={"sku": "B", "units": "-1"}, headers=HTMX),
        tom.post(f"/counts/{number}/lines", data={"sku": "A", "units": "1"}, headers=HTMX),
        tom.post(f"/counts/{number}/lines", data={"sku": "B", "units": "12"}, headers=HTMX),
        tom.get("/counts"),
    ]
    for answer in pages:
        assert answer.status_code in (200, 409, 422)
        page = re.sub(r"[\w.:=+-]{8,}", " ", re.sub(r"[\u202f,]", "", text(answer)))  # without keys, hashes and moments
        assert "4321" not in page
        assert "765" not in page
    assert tom.get(f"/counts/{number}/review").status_code == 403


@pytest.mark.parametrize(("sku", "units", "status", "said"), [
    ("A", "-1", 422, "whole number"), ("A", "1.5", 422, "whole number"), ("A", "2147483648", 422, "whole number"),
    ("A", "x", 422, "whole"),
    ("", "3", 422, "Scan or type"), ("", "", 422, "Scan or type"), ("NOPE", "3", 422, "no SKU or barcode NOPE"),
    ("B", "3", 422, "is not on count"),
    ("A", "9" * 400, 422, "whole number"),
])  # fmt: skip
def test_a_bad_entry_says_why_and_keeps_what_was_typed(app, sku, units, status, said):
    shop(north_A=5, north_B=5)
    number = opened("A")
    tom = person(app)
    for headers in (HTMX, {}):
        answer = tom.post(f"/counts/{number}/lines", data={"sku": sku, "units": units}, headers=headers)
        assert answer.status_code == status
        assert said in text(answer)
        assert 'aria-invalid="true"' in text(answer)
    assert field(text(answer), "sku") == sku
    assert read("SELECT count(*) FROM count_line WHERE counted IS NOT NULL") == [(0,)]


def test_the_second_counter_sees_who_was_first(app):
    shop(north_A=5)
    number = opened("A")
    tom, ann = person(app), person(app)
    assert tom.post(f"/counts/{number}/lines", data={"sku": "A", "units": "5"}).status_code == 303
    answer = ann.post(f"/counts/{number}/lines", data={"sku": "A", "units": "4"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#count-entry")
    assert "A is counted already, by Warehouse" in text(answer)


def test_one_who_is_on_it_is_named_to_the_next(app):
    shop(north_A=5)
    number = opened("A")
    tom, ann = person(app), person(app)
    tom.post(f"/counts/{number}/lines", data={"sku": "A", "units": ""}, headers=HTMX)
    assert "said before you" in text(ann.post(f"/counts/{number}/lines", data={"sku": "A", "units": ""}, headers=HTMX))
    assert "is on it" in text(ann.get(f"/counts/{number}"))


def test_chosen_skus_are_checked_and_opened(app):
    shop(north_A=5, north_B=5)
    tom = person(app)
    assert tom.get("/counts/new?sku=A&location=north").status_code == 200
    answer = tom.post("/counts", data={"location": "north", "skus": "A\nNOPE", "note": ""}, headers=HTMX)
    assert answer.status_code == 422
    assert "no SKU or barcode NOPE" in text(answer)
    assert tom.post("/counts", data={"location": "north", "skus": " \n ", "note": ""}).status_code == 422
    assert tom.post("/counts", data={"location": "moon", "skus": "A", "note": ""}).status_code == 422
    assert tom.post("/counts", data={"location": "north", "skus": "a, b; A", "note": "aisle 4"}).status_code == 303
    answer = tom.post("/counts", data={"location": "north", "skus": "A", "note": ""}, headers=HTMX)
    assert answer.status_code == 409
    assert "Being counted at North already: A (C00001)" in text(answer)
    assert "aisle 4" in text(tom.get("/counts/C00001"))


def test_a_person_counts_at_their_own_locations(app):
    shop(north_A=5, south_A=5)
    number = opened("A")
    sue = person(app, locations="south")
    assert "North" not in text(sue.get("/counts/new"))
    assert sue.post("/counts", data={"due": "1", "location": "north"}).status_code == 403
    assert sue.post(f"/counts/{number}/lines", data={"sku": "A", "units": "5"}).status_code == 403


def test_rows_are_decided_one_by_one_and_together(app):
    shop(north_A=5, north_B=5, north_C=5, north_D=5)
    number = opened("A", "B", "C", "D")
    for sku in "ABCD":
        counted(number, sku, 4)
    eva = person(app, "ops_manager")
    url = f"/counts/{number}/decisions"
    ids = {sku: line_id(number, sku) for sku in "ABCD"}
    answer = eva.post(url, data={"only": f"approve:{ids['A']}", "from": "review"}, headers=HTMX)
    assert answer.status_code == 200
    assert "toast" in answer.headers["HX-Trigger"]
    assert eva.post(url, data={"only": f"recount:{ids['B']}", "from": "review"}).status_code == 303
    assert eva.post(url, data={"decision": "reject", "line": [str(ids["C"]), str(ids["D"])], "from": "review"}).status_code == 303
    assert read("SELECT state FROM count_line ORDER BY id") == [("approved",), ("recount",), ("rejected",), ("rejected",), ("to_count",)]
    for bad in ({"decision": "approve"}, {"decision": "nonsense"}, {"only": "approve:x"}, {"only": "approve:"}, {}):
        assert eva.post(url, data=bad).status_code == 422
    assert eva.post(url, data={"only": f"approve:{ids['A']}"}, headers=HTMX).status_code == 409
    assert eva.post(url, data={"decision": "approve_all", "version": "1"}, headers=HTMX).status_code == 409
    assert_whole()


def test_the_orders_that_hold_the_units_are_named(app):
    shop(north_A=5)
    order = place(("A", 4))
    number = opened("A")
    counted(number, "A", 3)
    eva = person(app, "ops_manager")
    answer = eva.post(f"/counts/{number}/decisions", data={"decision": "approve_all", "from": "review", "_key": "k"}, headers=HTMX)
    assert answer.status_code == 409
    assert f"#{order.number}" in text(answer)
    assert "Close those orders&#39; picking short" in text(answer)
    assert balance("A", "north") == (5, 4)


def test_counters_post_what_is_within_the_tolerance_and_decide_nothing_else(app):
    shop(north_A=5, north_B=5)
    number = opened("A", "B")
    counted(number, "A", 4)
    tom = person(app)
    url = f"/counts/{number}/decisions"
    assert tom.post(url, data={"only": f"reject:{line_id(number, 'B')}"}).status_code == 403
    assert tom.post(url, data={"only": f"recount:{line_id(number, 'A')}"}).status_code == 403
    answer = tom.post(url, data={"decision": "approve_all"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/counts/{number}"
    assert balance("A", "north") == (4, 0)


def test_a_count_is_cancelled_by_who_opened_it_or_may_approve(app):
    shop(north_A=5)
    user = add_user(app, "warehouse")
    tom = app.test_client()
    sign_in(tom, user=user)
    tom.post("/counts", data={"due": "1", "location": "north"})
    assert person(app).post("/counts/C00001/cancellation").status_code == 403
    assert "Cancel this count" in text(tom.get("/counts/C00001"))
    assert tom.post("/counts/C00001/cancellation", data={"version": "1"}).status_code == 303
    assert status_of("C00001") == "cancelled"
    assert "count-entry" not in text(tom.get("/counts/C00001"))


def test_approving_ones_own_large_difference_is_refused(app):
    shop(north_A=100)
    user = add_user(app, "ops_manager")
    eva = app.test_client()
    sign_in(eva, user=user)
    number = opened("A")
    counted(number, "A", 90)
    assert eva.post(f"/counts/{number}/lines", data={"sku": "A", "units": "90"}).status_code == 303
    assert "you counted it yourself" in text(eva.get(f"/counts/{number}/review"))
    assert eva.post(f"/counts/{number}/decisions", data={"decision": "approve_all"}).status_code == 403
    assert approved(number).lines == 1


@pytest.mark.parametrize("path", ["/counts/C9", "/counts/%00", "/counts/C9/review", "/counts?view=due&location=x", "/counts?view=no"])
def test_addresses_that_lead_nowhere(app, path):
    shop(north_A=5)
    assert person(app, "owner").get(path).status_code == (200 if "?" in path else 404)


def test_older_counts_are_a_page_away(app, monkeypatch):
    monkeypatch.setattr("dashboard.counts.views.listing.PAGE", 2)
    shop(north_A=1, north_B=1, north_C=1)
    for sku in "ABC":
        opened(sku)
    tom = person(app)
    page = text(tom.get("/counts"))
    assert "C00003" in page
    assert "C00001" not in page
    older = re.search(r'href="(/counts\?before=[^"]+)"', page).group(1)
    assert "C00001" in text(tom.get(older))
    assert tom.get("/counts?before=zzz").status_code == 422


def test_one_who_may_only_look_sees_where_a_count_stands_and_no_form(app):
    shop(north_A=5)
    number = opened("A")
    ana = person(app, "analyst")
    page = text(ana.get(f"/counts/{number}"))
    assert "0 of 1 counted" in page
    assert "count-entry" not in page.replace("#count-entry", "")
    assert ana.get("/counts/new").status_code == 403
    assert ana.post(f"/counts/{number}/lines", data={"sku": "A", "units": "5"}).status_code == 403


def test_the_ledger_names_the_count_and_the_stock_page_starts_one(app):
    shop(north_A=5)
    number = opened("A")
    counted(number, "A", 4)
    approved(number)
    page = text(person(app).get("/stock/A?location=north"))
    assert f'href="/counts/{number}"' in page
    assert 'href="/counts/new?sku=A&amp;location=north"' in page
