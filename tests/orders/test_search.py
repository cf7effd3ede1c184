"""What orders are found by, for whom, and that no text breaks the search."""

import json

import pytest

from dashboard.kernel import db
from dashboard.orders import search, store
from dashboard.orders.commands import Address, Customer
from dashboard.orders.store import ListQuery
from tests import factories
from tests.factories import NOW, place, shop


def placed(**more):
    order = place(("MUG-1", 1), now=NOW, **more)
    db.write(search.index_orders, [order.id])
    return order


def found(text: str, people: bool = True, sort: str = "number") -> list[str]:
    store.refresh()
    query = ListQuery(text=text, sort=sort, descending=True, people=people)
    return [row.number for row in store.page(store.reader(), query, NOW, {}).rows]


@pytest.fixture
def orders(any_app):
    shop(north_MUG=0)
    factories.skus("MUG-1", "LAMP-2")
    factories.stock(**{"north_MUG-1": 50, "north_LAMP-2": 50})
    ada = placed(
        external_id="SHOP-77", customer=Customer("Ada Byron", "ada@example.com", ""), ship_to=Address(postal_code="LS1 4AP")
    )
    grace = place(("LAMP-2", 2), customer=Customer("Grace Hopper", "grace@example.org", ""))
    db.write(search.index_orders, [grace.id])
    return {"ada": ada.number, "grace": grace.number}


def test_an_order_is_found_by_what_people_know_of_it(orders):
    for text in ["ada", "BYRON", "ada@example", "byron ada", "SHOP-77", "mug-1", "Item MUG", "LS1 4AP"]:
        assert found(text) == [orders["ada"]], text


def test_the_exact_number_comes_first_and_once(orders):
    place(("MUG-1", 1), external_id=f"again-{orders['ada']}")
    db.write(search.index_orders, [3])

    assert found(f"#{orders['ada']}")[0] == orders["ada"]
    assert sorted(found(orders["ada"])) == sorted({*found(orders["ada"])})
    assert len(found(orders["ada"])) == 2


def test_under_three_characters_only_numbers_are_searched_by_prefix(orders):
    assert found("10") == [orders["grace"], orders["ada"]]
    assert found("ad") == []


def test_who_may_not_see_people_cannot_find_them_either(orders):
    for text in ["ada", "ada@example.com", "Hopper"]:
        assert found(text, people=False) == []


def test_items_are_found_by_everybody(orders):
    assert found("lamp", people=False) == [orders["grace"]]


def test_accents_matter_neither_in_what_is_looked_for_nor_in_what_is_found(any_app):
    shop(**{"north_MUG-1": 50})
    celine = placed(customer=Customer("Céline Ibáñez", "", ""), ship_to=Address(name="Łukasz Bjørn Groß"))
    plain = placed(customer=Customer("Celine Muller", "", ""))

    for text in ["celine ibanez", "CÉLINE ibañez", "lukasz", "bjorn", "gross", "Groß"]:
        assert found(text) == [celine.number], text
    assert found("müller") == [plain.number]
    assert found("céline") == found("celine") == [plain.number, celine.number]


def test_a_search_can_be_sorted(orders):
    for sort in ("number", "placed", "ship_by", "total"):
        assert sorted(found("example", sort=sort)) == sorted(orders.values())


NASTY = [
    '"',
    "''",
    '" OR "',
    "NEAR(a b)",
    "body:x",
    "{person}:ada",
    "a*",
    "-ada",
    "^ada",
    "(",
    "%%%",
    "___",
    "\\\\\\",
    "ada\x00da",
    "\ud800ab",
]


def test_no_syntax_of_the_index_gets_through(orders):
    for text in NASTY:
        assert found(text) in ([], [orders["ada"]])


def test_every_naughty_string_is_only_text(orders, shared_data):
    for text in json.loads((shared_data / "evil" / "blns" / "blns.json").read_text(encoding="utf-8")):
        found(text)


def test_indexing_again_replaces(orders, any_app):
    db.write(search.index_orders, [1, 1])

    assert found("ada") == [orders["ada"]]
