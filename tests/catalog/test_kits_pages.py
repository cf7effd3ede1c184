"""Kits on pages, on screens and over the API: the editor, what can be sold, and what is refused."""

import html
import re

import pytest

from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.commands import AdjustStock, SetLevels
from dashboard.inventory.planning import set_levels
from dashboard.inventory.store.matrix import matrix
from dashboard.kernel import clock, db
from dashboard.web.livepage import Changes, Room, payload_for
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.factories import do, dump, one, read
from tests.kits import kit
from tests.shop import TESTER, open_shop

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def shop(app):
    """A: 10 at N, 5 at S; B: 3 at N; a kit K of two A and one B."""
    open_shop({"A": {"N": 10, "S": 5}, "B": {"N": 3}, "C": {"S": 9}})
    kit("K", A=2, B=1)
    return app


def edit(person, parts, headers=None, **more):
    page = person.get("/skus/K/edit").get_data(as_text=True)
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("_key", "version")}
    data = {"name": "Kit K", "price": "10", "currency": "GBP", "weight_grams": "0", "active": "y", "base": base(page), **hidden, **more}
    sent = {"part_sku": [code for code, _ in parts], "part_quantity": [units for _, units in parts]}
    return person.post("/skus/K", data={**data, **sent}, headers=headers or {})


def base(page: str) -> str:
    return html.unescape(re.search(r'name="base" value="([^"]*)"', page).group(1))


def parts_of(code: str) -> list[tuple]:
    return read(
        "SELECT p.code, c.units FROM kit_component c JOIN sku p ON p.id = c.part_id JOIN sku k ON k.id = c.kit_id"
        " WHERE k.code = :code ORDER BY p.code",
        code=code,
    )


def test_a_kit_is_made_in_the_form(person):
    form = person.get("/skus/new").get_data(as_text=True)
    key = re.search(r'name="_key" value="([^"]+)"', form).group(1)
    data = {"code": "K9", "kind": "kit", "name": "Nine", "price": "9", "currency": "GBP", "active": "y", "_key": key}
    sent = {**data, "part_sku": ["b", "A", ""], "part_quantity": ["", "3", ""]}
    assert "There is no SKU X." in person.post("/skus", data={**sent, "part_sku": ["X"], "part_quantity": ["1"], "_key": "k"}).text
    answer = person.post("/skus", data=sent)
    assert (answer.status_code, answer.location) == (303, "/stock/K9")
    assert parts_of("K9") == [("A", 3), ("B", 1)]


def test_parts_are_added_changed_and_taken_out(person):
    assert edit(person, [("A", "4"), ("", ""), ("C", "1")]).status_code == 303
    assert parts_of("K") == [("A", 4), ("C", 1)]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([("A", "0")], "must be between 1 and"),
        ([("A", "-1")], "must be between 1 and"),
        ([("A", "1.5")], "is not a whole number"),
        ([("A", "99999999999")], "must be between 1 and"),
        ([("A", "20000")], "whole numbers from 1 to 10,000"),
        ([("NONE", "1")], "There is no SKU NONE."),
        ([("K", "1")], "A kit cannot be a part of itself."),
        ([("A", "1"), ("a", "1")], "A is named twice"),
        ([], "A kit has 1 to 50 parts, not 0."),
    ],
)
def test_bad_parts_stand_beside_their_rows(person, parts, said):
    before = dump()["kit_component"]
    answer = edit(person, parts, PART)
    assert answer.status_code == 422
    assert said in answer.text, re.findall(r'class="error"[^>]*>.*?</p>', answer.text)
    assert 'id="sku-form"' in answer.text
    assert dump()["kit_component"] == before


def test_more_rows_save_nothing(person):
    answer = edit(person, [("A", "7"), ("B", "1"), ("C", "1")], PART, more_parts="1")
    assert answer.status_code == 200
    assert answer.text.count('name="part_sku"') == 6
    assert parts_of("K") == [("A", 2), ("B", 1)]


def test_two_people_see_each_others_parts(person):
    page = person.get("/skus/K/edit").get_data(as_text=True)
    assert edit(person, [("A", "1")]).status_code == 303
    answer = edit(person, [("B", "5")], PART, version="1", base=base(page))
    assert answer.status_code == 409
    assert "1 × A" in answer.text
    assert "5 × B" in answer.text
    assert parts_of("K") == [("A", 1)]


def test_the_page_of_a_kit_and_of_a_part(person):
    page = person.get("/stock/K").get_data(as_text=True)
    assert re.search(r'id="stock-4-1"[^>]*>\s*<th[^>]*>.*?</th>\s*<td class="num"><b data-n="available">3<', page, re.S)
    assert "A kit has no stock of its own" in page
    assert 'href="/stock/A"' in page
    part = person.get("/stock/A").get_data(as_text=True)
    assert "Part of 1 kit" in part
    assert "2 in each" in part
    assert "Part of" not in person.get("/stock/C").get_data(as_text=True)


def test_the_matrix_shows_what_can_be_sold(person):
    page = person.get("/inventory").get_data(as_text=True)
    cell = re.search(r'<a class="cell" id="stock-4-1".*?</a>', page, re.S).group(0)
    assert 'data-n="available">3<' in cell
    assert "hx-get" not in cell
    assert person.get("/stock/K/adjustments/new?location=N", headers=PART).status_code == 422
    answer = person.post("/stock/K/adjustments", data={"location": "N", "how": "change", "units": "1", "reason": "found"})
    assert answer.status_code == 422
    assert "A, B" in answer.text


def test_a_part_that_moves_moves_its_kits(shop, person):
    db.write(adjust_stock, AdjustStock("B", "N", "lost", change=-2), TESTER, clock.now())
    db.db.session.rollback()
    with shop.test_request_context("/"):
        changes = Changes(Room("stock"), stock=frozenset({(2, 1)}))
        cells = {cell.k: cell for cell in payload_for(changes).cells}
    db.db.session.remove()
    assert cells["stock-4-1"].n == {"available": 1}
    assert cells["stock-total-4"].n == {"available": 1}
    page = person.get("/inventory").get_data(as_text=True)
    assert f'data-v="{cells["stock-4-1"].v}"' in page


def test_the_new_order_form_knows_kits(person):
    page = person.get("/orders/new/line?lines-0-sku=k", headers=PART).get_data(as_text=True)
    assert re.search(r'id="stock-4-1"[^>]*>Location N <b data-n="available">3<', page)


def test_the_api_reads_and_writes_kits(shop):
    api = Api(shop)
    made = api.post("skus", {"sku": "K2", "name": "Two", "kind": "kit", "components": [{"sku": "c", "quantity": 2}]})
    assert (made.status_code, made.json["components"]) == (201, [{"sku": "C", "quantity": 2}])
    changed = api.patch("skus/K2", {"version": 1, "components": [{"sku": "C", "quantity": 3}]})
    assert (changed.status_code, changed.json["components"], changed.json["version"]) == (200, [{"sku": "C", "quantity": 3}], 2)
    assert api.get("skus/A").json["components"] == []
    assert {row["sku"]: len(row["components"]) for row in api.get("skus").json["items"]} == {"A": 0, "B": 0, "C": 0, "K": 2, "K2": 1}
    rows = {(row["sku"], row["location"]): row["available"] for row in api.get("stock").json["items"]}
    assert rows == {("A", "N"): 10, ("A", "S"): 5, ("B", "N"): 3, ("C", "S"): 9, ("K", "N"): 3, ("K2", "S"): 3}


def test_stock_of_kits_pages_like_any_other(shop):
    api, seen, cursor = Api(shop), [], ""
    while cursor is not None:
        page = api.get(f"stock?limit=2&cursor={cursor}" if cursor else "stock?limit=2").json
        seen += [(row["sku"], row["location"]) for row in page["items"]]
        cursor = page["next"]
    assert seen == [("A", "N"), ("A", "S"), ("B", "N"), ("C", "S"), ("K", "N")]
    assert [row["sku"] for row in api.get("stock?sku=k").json["items"]] == ["K"]


@pytest.mark.parametrize(
    "components",
    [[], None, [{"sku": "A", "quantity": 0}], [{"sku": "A", "quantity": -1}], [{"sku": "A", "quantity": 1.5}],
     [{"sku": "NONE", "quantity": 1}], [{"sku": "K", "quantity": 1}], [{"sku": "A", "quantity": 2**31}], [{"sku": "A"}]],
)  # fmt: skip
def test_the_api_refuses_bad_parts(shop, components):
    api = Api(shop)
    before = dump()["kit_component"]
    for answer in (
        api.patch("skus/K", {"version": 1, "components": components}),
        api.post("skus", {"sku": "K3", "name": "Three", "kind": "kit", "components": components}),
    ):
        assert answer.status_code in (400, 422), answer.json
        assert answer.json.get("errors") or answer.json.get("fields") or "detail" in answer.json
    assert dump()["kit_component"] == before
    assert one("SELECT count(*) FROM sku WHERE code = 'K3'") == 0


def test_a_kit_takes_no_stock_over_the_api(shop):
    answer = Api(shop).post("stock/adjustments", {"sku": "K", "location": "N", "change": 1, "reason": "found"})
    assert answer.status_code == 422
    assert "A, B" in answer.json["detail"]


def test_an_order_of_kits_over_the_api_is_picked_as_parts(shop):
    api = Api(shop)
    order = api.order(("K", 2))
    assert order.status_code == 201
    assert order.json["lines"][0]["allocated"] == 2
    lines = api.get(f"orders/{order.json['number']}/fulfilment-orders").json["items"][0]["lines"]
    assert [(line["sku"], line["kit"], line["quantity"]) for line in lines] == [("A", "K", 4), ("B", "K", 2)]
    assert api.get("stock?sku=K").json["items"][0]["available"] == 1
    assert api.order(("K", 1), ("A", 10)).status_code == 409


def test_a_kits_cap_is_shown_and_set_and_it_has_no_levels(person):
    page = person.get("/stock/K").get_data(as_text=True)
    assert 'id="kit-selling"' in page and "Any number" in page
    form = person.get("/stock/K/levels").get_data(as_text=True)
    assert ('id="levels-form"' in form, 'id="selling-form"' in form, "Selling of K" in form) == (False, True, True)

    sent = {"policy": "allowed", "was_policy": "default", "cap": "3", "was_cap": ""}
    assert person.post("/stock/K/selling", data=sent).status_code == 303

    assert read("SELECT policy, cap FROM sku_backorder JOIN sku ON sku.id = sku_id WHERE code = 'K'") == [("allowed", 3)]
    assert "Yes, up to the cap" in person.get("/stock/K").get_data(as_text=True)
    before = dump()
    levels = {"reorder_point-N": "5", "was_reorder_point-N": "0", "safety-N": "0", "was_safety-N": "0"}
    assert person.post("/stock/K/levels", data=levels).status_code == 422
    assert dump() == before


def test_low_and_out_count_and_list_kits_by_what_can_be_made(any_app):
    open_shop({"A": {"N": 2, "S": 5}, "B": {"N": 3}, "C": {"S": 9}})
    kit("K", A=2, B=1)
    kit("L", A=1, C=1)
    client = any_app.test_client()
    sign_in(client)

    def listed(view):
        text = client.get(f"/inventory?view={view}").get_data(as_text=True)
        count = re.search(rf'data-facet="{view}">([^<]*)<', text)
        return re.findall(r'<a data-row-link href="/stock/([^"]+)"', text), count and int(count.group(1))

    assert listed("out") == ([], 0)
    do(adjust_stock, AdjustStock("A", "N", "correction", change=-1))
    assert listed("out") == (["K"], 1)
    assert listed("low") == ([], 0)
    do(set_levels, [SetLevels("C", "S", 20, 0, (0, 0))])
    assert listed("low") == (["C", "L"], 2)
    assert [row.code for row in matrix("low", "", "C", 5, clock.now())] == ["L"]
    assert [row.code for row in matrix("low", "L", "", 5, clock.now())] == ["L"]
