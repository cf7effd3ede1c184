"""/inventory and /stock/<sku>: what a person sees and changes."""

import re

import pytest
import sqlalchemy as sa

from dashboard.inventory.model import StockMovement
from dashboard.kernel.db import db
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.factories import place

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def on_hand(sku_code: str = "A-1", location: str = "N") -> int:
    with db.engine.connect() as connection:
        return connection.exec_driver_sql(
            "SELECT b.on_hand FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id"
            f" WHERE s.code = '{sku_code}' AND l.code = '{location}'"
        ).scalar()


def movements() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(StockMovement.__table__))


def adjust(client, sku="A-1", location="N", headers=None, **fields):
    data = {"location": location, "how": "change", "units": "2", "reason": "found", "expected": "10", **fields}
    return client.post(f"/stock/{sku}/adjustments", data=data, headers=headers or {})


def test_the_matrix_shows_every_sku_and_location_with_its_level(person):
    page = person.get("/inventory")

    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert [code in text for code in ("A-1", "B-2", "C-3", "D/4")] == [True] * 4
    assert re.search(r'id="stock-1-1"[^>]*data-level="ok"', text)
    assert 'href="/stock/A-1?location=N#adjust"' in text
    assert 'data-live="' in text


def test_search_views_and_pages_keep_each_other(person):
    assert "B-2" not in person.get("/inventory?q=a-1").get_data(as_text=True)
    assert "No SKU matches" in person.get("/inventory?q=zzz").get_data(as_text=True)
    assert "Nothing is out" in person.get("/inventory?view=out").get_data(as_text=True)

    first = person.get("/inventory?limit=2").get_data(as_text=True)
    more = re.search(r'href="(/inventory\?after=[^"]+)"', first).group(1)
    second = person.get(more).get_data(as_text=True)
    assert ("A-1" in first, "C-3" in first) == (True, False)
    assert ("A-1" in second, "C-3" in second) == (False, True)


def test_low_and_out_are_counted_and_listed(person):
    with db.engine.connect() as connection:
        raw = connection.connection
        raw.execute("PRAGMA query_only = OFF")
        raw.execute("UPDATE stock_balance SET reorder_point = 4 WHERE on_hand = 3")
        raw.execute("PRAGMA query_only = ON")
        raw.commit()
    adjust(person, "D/4", "S", units="-1", expected="1")

    text = person.get("/inventory").get_data(as_text=True)
    assert re.search(r'data-facet="low"[^>]*>1<', text)
    assert re.search(r'data-facet="out"[^>]*>1<', text)
    low, out = (person.get(f"/inventory?view={view}").get_data(as_text=True) for view in ("low", "out"))
    assert ("B-2" in low, "D/4" in low) == (True, False)
    assert ("B-2" in out, "D/4" in out) == (False, True)


def test_a_sku_page_explains_its_figure(person):
    adjust(person, units="-3", reason="lost", note="fell off")

    text = person.get("/stock/A-1").get_data(as_text=True)
    assert "Why 12?" in text
    assert "+15 received" in text
    assert "−3 adjusted" in text
    assert "sum checked" in text
    assert "fell off" in text


def test_a_code_in_another_case_leads_to_the_sku_and_an_unknown_one_to_a_404(person):
    assert person.get("/stock/a-1").headers["Location"].endswith("/stock/A-1")
    assert person.get("/stock/D/4").status_code == 200
    assert person.get("/stock/NOPE").status_code == 404
    assert person.get("/stock/%00").status_code == 404


def test_an_adjustment_without_javascript_is_done_and_said(person):
    answer = adjust(person)

    assert answer.status_code == 303
    assert on_hand() == 12
    assert "12 on hand" in person.get(answer.headers["Location"]).get_data(as_text=True)


def test_a_double_click_adjusts_once(person):
    for _ in range(2):
        assert adjust(person, _key="one-key").status_code == 303
    assert on_hand() == 12


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"units": ""}, "How many"), ({"units": "x"}, "Not a valid"), ({"units": "0"}, "Must not be 0"), ({"reason": ""}, "Choose why"),
     ({"units": "99999999999"}, "whole number"), ({"location": "X"}, "Not a valid choice"), ({"note": "x" * 501}, "500")],
)
def test_a_bad_adjustment_is_a_422_with_the_form_and_nothing_happens(person, fields, word):
    before = movements()

    for headers in ({}, PART):
        answer = adjust(person, headers=headers, **fields)
        assert answer.status_code == 422
        assert word in answer.get_data(as_text=True)
        assert ('<html' in answer.get_data(as_text=True)) is not bool(headers)
    assert (movements(), on_hand()) == (before, 10)


def test_setting_a_figure_somebody_changed_is_a_409_with_both_and_the_second_try_counts(person):
    adjust(person, units="5")

    refused = adjust(person, how="set", units="40", expected="10", headers=PART, _key="k1")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert refused.headers["HX-Retarget"] == "#adjust-form"
    assert "<b>15</b>" in text
    assert "set to 40" in text
    assert on_hand() == 15

    expected = re.search(r'name="expected" value="(\d+)"', text).group(1)
    key = re.search(r'name="_key" value="([^"]+)"', text).group(1)
    assert expected == "15"
    assert key != "k1"
    assert adjust(person, how="set", units="40", expected=expected, _key=key).status_code == 303
    assert on_hand() == 40


def test_taking_more_than_is_there_is_a_409_and_nothing_happens(person):
    answer = adjust(person, units="-11", headers=PART)

    assert answer.status_code == 409
    assert on_hand() == 10


def test_the_matrix_adjusts_in_its_own_row_and_gives_the_focus_back(person):
    opened = person.get("/stock/A-1/adjustments/new?location=N", headers=PART).get_data(as_text=True)
    assert opened.strip().startswith('<tr id="adjust-1"')
    assert 'name="location" value="N"' in opened

    saved = adjust(person, headers=PART, **{"from": "matrix"})
    text = saved.get_data(as_text=True)
    assert saved.status_code == 200
    assert 'hx-target="#stock-1-1"' in text
    assert ">12<" in text
    assert "autofocus" in text
    assert "12 on hand" in saved.headers["HX-Trigger"]


def test_without_javascript_the_cell_leads_to_the_form_on_the_page(person):
    answer = person.get("/stock/A-1/adjustments/new?location=S")

    assert answer.headers["Location"].endswith("/stock/A-1?location=S#adjust")
    page = person.get("/stock/A-1?location=S").get_data(as_text=True)
    assert re.search(r'<option selected value="S"', page)


def test_the_warehouse_adjusts_within_its_limit_and_its_locations(shop):
    client = shop.test_client()
    sign_in(client, "warehouse", locations="N")

    assert adjust(client, units="20").status_code == 303
    assert adjust(client, units="21").status_code == 403
    assert adjust(client, location="S", units="1").status_code == 422
    assert on_hand() == 30


def test_readers_see_stock_and_no_form(shop):
    client = shop.test_client()
    sign_in(client, "support")

    assert 'id="adjust-form"' not in client.get("/stock/A-1").get_data(as_text=True)
    assert adjust(client).status_code == 403
    assert on_hand() == 10


def test_the_ledger_pages_back_to_its_first_row(person):
    for n in range(60):
        adjust(person, units="1", note=f"step {n}")

    first = person.get("/stock/A-1").get_data(as_text=True)
    older = re.search(r'href="(/stock/A-1\?before=[^"#]+)', first).group(1)
    rest = person.get(older, headers={**PART, "HX-Target": "p#ledger-more"}).get_data(as_text=True)

    seen = re.findall(r'id="ledger-(\d+)"', first) + re.findall(r'id="ledger-(\d+)"', rest)
    assert len(seen) == len(set(seen)) == 62
    assert 'hx-target="#ledger-rows"' in rest


def test_a_drift_between_ledger_and_balance_is_said(person):
    with db.engine.connect() as connection:
        raw = connection.connection
        raw.execute("PRAGMA query_only = OFF")
        raw.execute("UPDATE stock_balance SET on_hand = on_hand + 1 WHERE id = 1")
        raw.execute("PRAGMA query_only = ON")
        raw.commit()

    assert "ledger differs" in person.get("/stock/A-1").get_data(as_text=True)


def test_levels_are_set_per_location_and_make_a_sku_low(person):
    sent = {"reorder_point-N": "12", "safety-N": "4", "was_reorder_point-N": "0", "was_safety-N": "0"}

    assert person.post("/stock/A-1/levels", data=sent).status_code == 303
    assert 'data-level="low"' in person.get("/inventory").get_data(as_text=True)
    page = person.get("/stock/A-1/levels").get_data(as_text=True)
    assert 'name="reorder_point-N" value="12"' in page

    late = person.post("/stock/A-1/levels", data={**sent, "reorder_point-N": "20"})
    assert late.status_code == 409
    assert 'name="was_reorder_point-N" value="12"' in late.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["-1", "x", "99999999999", "1.5"])
def test_a_level_that_is_none_is_a_422_beside_its_field(person, typed):
    answer = person.post("/stock/A-1/levels", data={"reorder_point-N": typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def test_safety_units_are_not_sold(person, shop):
    person.post("/stock/B-2/levels", data={"safety-N": "2"})

    answer = Api(shop).order(("B-2", 2))
    assert answer.status_code == 409
    assert answer.json["facts"]["short"] == [{"sku": "B-2", "wanted": 2, "available": 1}]


CELL = {"from": "cell", "how": "set", "reason": "counted"}


def test_a_figure_typed_into_a_cell_answers_the_cell(person):
    answer = adjust(person, headers=PART, **CELL, units="7", expected="10")

    assert answer.status_code == 200
    assert 'id="stock-1-1"' in answer.text
    assert '<span data-n="on_hand">7</span>' in answer.text
    assert "7 on hand" in answer.headers["HX-Trigger"]


def test_a_cell_somebody_changed_shows_theirs_and_mine_and_changes_nothing(person):
    before = movements()

    answer = adjust(person, headers=PART, **CELL, units="7", expected="9")

    assert answer.status_code == 409
    assert 'data-theirs="10"' in answer.text
    assert "Apply mine, 7" in answer.text
    assert (on_hand(), movements()) == (10, before)


@pytest.mark.parametrize("units", ["", "-1", "1.5", "x", str(2**31)])
def test_a_cell_refuses_what_is_no_figure(person, units):
    before = movements()

    answer = adjust(person, headers=PART, **CELL, units=units, expected="10")

    assert answer.status_code == 422
    assert "problem-message" in answer.text
    assert (on_hand(), movements()) == (10, before)


def test_a_cell_below_what_orders_took_says_so_and_offers_no_choice(person):
    place(("A-1", 6), currency="GBP")

    answer = adjust(person, headers=PART, **CELL, units="5", expected="10")

    assert answer.status_code == 409
    assert "not enough" in answer.text and "data-theirs" not in answer.text
    assert on_hand() == 10
