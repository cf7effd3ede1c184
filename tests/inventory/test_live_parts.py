"""What is pushed is what a fresh page would show, and nothing more than the room's weakest member may see."""

import datetime as dt
import html
import re

import pytest

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.tracked_units import Given, LotUnits
from dashboard.kernel import clock, db
from dashboard.web.livepage import Changes, Room, payload_for
from tests.shop import TESTER


def adjust(change: int) -> None:
    db.write(adjust_stock, AdjustStock("A-1", "N", "found", change=change), TESTER, clock.now())
    db.db.session.rollback()


def pushed(app, room: Room, **changes):
    with app.test_request_context("/"):
        found = payload_for(Changes(room, **changes))
    db.db.session.remove()
    return found


def figures(text: str, element: str) -> dict[str, str]:
    """The data-n numbers of an element of a page."""
    inside = re.search(rf'id="{element}".*?(?=</a>|</tr>)', text, re.S).group(0)
    return {name: html.unescape(value) for name, value in re.findall(r'data-n="(\w+)"[^>]*>([^<]*)<', inside)}


def squeezed(text: str) -> str:
    """Without its line breaks, and without the moment that parts which change with the clock have for a version."""
    return re.sub(r'data-v="\d{13}"', 'data-v="now"', re.sub(r"\s+", " ", text))


def test_a_pushed_cell_says_what_a_fresh_matrix_says(shop, person):
    adjust(7)

    payload = pushed(shop, Room("stock"), stock=frozenset({(1, 1)}))

    page = person.get("/inventory").get_data(as_text=True)
    cells = {cell.k: cell for cell in payload.cells}
    assert set(cells) == {"stock-1-1", "stock-total-1"}
    assert {name: str(value) for name, value in cells["stock-1-1"].n.items()} == figures(page, "stock-1-1")
    assert f'id="stock-1-1" href="/stock/A-1?location=N#adjust" data-v="{cells["stock-1-1"].v}"' in page
    assert f'id="stock-total-1" data-v="{cells["stock-total-1"].v}"' in page
    assert payload.facets == {"low": 0, "out": 0}


def test_pushed_parts_of_a_sku_are_those_of_a_fresh_page(shop, person):
    adjust(-4)

    payload = pushed(shop, Room("sku", "1"), stock=frozenset({(1, 1)}))

    page = squeezed(person.get("/stock/A-1").get_data(as_text=True))
    rows = {row.k: row for row in payload.rows}
    assert {"stock-head-1", "ledger-1"} <= set(rows)
    for row in payload.rows:
        assert squeezed(row.html).strip() in page
        assert "csrf" not in row.html


@pytest.mark.parametrize(("sku", "tracks", "part"), [("LOT", "lots", "stock-lots-5"), ("NUM", "serials", "stock-numbers-5")])
def test_lots_and_serial_numbers_are_pushed_as_they_stand_on_the_page(shop, person, sku, tracks, part):
    db.write(create_sku, CreateSku(sku, "Told apart", tracks=tracks), TESTER, clock.now())
    one_lot = LotUnits("L1", 2, clock.now().date() + dt.timedelta(days=400))
    given = Given((one_lot,)) if tracks == "lots" else Given((), ("S1", "S2"))
    db.write(receive_stock, ReceiveStock(sku, "N", 2, given=given), TESTER, clock.now())

    rows = {row.k: row for row in pushed(shop, Room("sku", "5"), stock=frozenset({(5, 1)})).rows}

    assert squeezed(rows[part].html).strip() in squeezed(person.get(f"/stock/{sku}").get_data(as_text=True))


def test_versions_rise_with_every_change(shop):
    seen = []
    for _ in range(3):
        adjust(1)
        payload = pushed(shop, Room("sku", "1"), stock=frozenset({(1, 1)}))
        seen.append((payload.cells[0].v, next(row.v for row in payload.rows if row.k == "stock-head-1")))

    assert seen == sorted(set(seen))


@pytest.mark.parametrize("room", [Room("stock"), Room("sku", "1")])
def test_many_changes_at_once_are_named_and_not_rendered(shop, room):
    payload = pushed(shop, room, stock=frozenset({(1, 1), (1, 2)}), brief=True)

    assert sorted(found.k for found in payload.ids) == ["stock-1-1", "stock-1-2"]
    assert payload.rows == payload.cells == []


def test_a_sku_that_is_not_there_pushes_nothing(shop):
    assert pushed(shop, Room("sku", "999"), stock=frozenset({(999, 1)})).rows == []
