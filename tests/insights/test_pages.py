"""The board over HTTP: page, API and push show the same numbers; who may see what."""

import re

import pytest

from dashboard.insights import board
from dashboard.insights.rules import KPIS
from dashboard.insights.views.live_parts import changed_tiles
from dashboard.kernel import clock
from dashboard.orders.store import reader
from dashboard.web.livepage import Changes, Room
from tests.accounts.helpers import api_token, sign_in
from tests.insights.conftest import NOW, D, H


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def busy(shop):
    """Something on every tile."""
    shop.shipped(NOW - H / 2, ship_by=NOW - H)
    shop.shipped(NOW - 8 * D, pack_errors=1)
    shop.order("to_pick", ready_at=NOW - 5 * H, ship_by=NOW - H)
    shop.order("to_pack", ready_at=NOW - 3 * H, ship_by=NOW + H, at=(shop.south,))
    waits = shop.order("out_of_stock", ship_by=NOW + H)
    shop.backordered(waits, shop.sku("A", north=(0, 0, 3)))
    shop.exception(NOW - H, order_id=waits, summary="<b>Count</b> A again")
    return shop


def value_on(page, key):
    return re.search(rf'id="tile-{key}".*?data-part="value">([^<]*)<', page.text, re.DOTALL).group(1)


def test_page_wall_api_push_and_measure_agree(busy, client, app):
    sign_in(client)
    today, kpis, wall = client.get("/"), client.get("/kpis"), client.get("/wall")
    api = {item["name"]: item for item in client.get("/api/v1/kpis", headers=api_token(app, "api_reader")).json["items"]}
    with app.test_request_context("/"):
        pushed = {row.k: row.html for row in changed_tiles(Changes(Room("kpi")), None).rows}
        tiles = {tile.key: tile for tile in board.tiles(reader(), NOW, board.of_location(reader(), None))}

    assert set(api) == set(tiles) == set(KPIS)
    for key, tile in tiles.items():
        assert value_on(today, key) == value_on(kpis, key) == value_on(wall, key) == tile.value
        assert api[key]["value"] == tile.measure.value
        assert (api[key]["numerator"], api[key]["denominator"]) == (tile.measure.numerator, tile.measure.denominator)
        assert api[key]["status"] == tile.status
        assert pushed[f"tile-{key}"] in wall.text


@pytest.mark.parametrize("key", KPIS)
def test_every_kpi_has_a_page_with_its_definition_and_failing_orders(busy, client, key):
    sign_in(client)

    page = client.get(f"/kpis/{key}")

    assert page.status_code == 200
    assert KPIS[key].window_words in page.text
    assert KPIS[key].failing in page.text
    assert "View as table" in page.text


def test_the_page_lists_the_orders_that_the_api_lists(busy, client, app):
    sign_in(client)
    page = client.get("/kpis/backlog")
    api = client.get("/api/v1/kpis/backlog/orders", headers=api_token(app, "api_reader")).json

    assert re.findall(r'href="/orders/(T\d+)"', page.text) == [item["number"] for item in api["items"]] == ["T3", "T4"]
    assert api["items"][0] == {"number": "T3", "phase": "to_pick", "why": "ready for 5 h", "ship_by": "2026-11-25T11:20:00.000Z"}
    assert (api["total"], api["next"]) == (2, None)


def test_the_api_pages_failing_orders(busy, client, app):
    token = api_token(app, "api_reader")
    first = client.get("/api/v1/kpis/backlog/orders?limit=1", headers=token).json
    second = client.get(f"/api/v1/kpis/backlog/orders?limit=1&after={first['next']}", headers=token).json

    assert [first["items"][0]["number"], second["items"][0]["number"]] == ["T3", "T4"]
    assert second["next"] is None


def test_an_empty_shop_has_no_data_and_no_zeros_in_its_place(app, shop, client):
    items = {item["name"]: item for item in client.get("/api/v1/kpis", headers=api_token(app, "api_reader")).json["items"]}

    assert items["order_accuracy"]["value"] is None
    assert items["order_accuracy"]["status"] == "nodata"
    assert items["processing_time"]["value"] is None
    assert items["backlog"]["value"] == 0


@pytest.mark.parametrize("path", ["/api/v1/kpis/nonsense", "/api/v1/kpis/nonsense/orders", "/api/v1/kpis?location=X"])
def test_what_does_not_exist_is_not_found(app, shop, client, path):
    answer = client.get(path, headers=api_token(app, "api_reader"))

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_the_api_takes_a_bearer_token_only_and_of_a_role_that_may(app, shop, client):
    sign_in(client)

    assert client.get("/api/v1/kpis").status_code == 401
    assert client.get("/api/v1/kpis", headers=api_token(app, "api_stock")).status_code == 403


def test_somebody_of_one_location_sees_that_location_only(busy, client):
    sign_in(client, "warehouse", locations="S")

    page = client.get("/kpis/backlog")

    assert re.findall(r'href="/orders/(T\d+)"', page.text) == ["T4"]
    assert client.get("/kpis/backlog?location=N").status_code == 403


def test_a_push_to_one_location_shows_that_location(busy, app):
    with app.test_request_context("/"):
        pushed = {row.k: row.html for row in changed_tiles(Changes(Room("kpi", str(busy.south))), None).rows}

    assert '<b data-part="value">1</b>' in pushed["tile-backlog"]


def test_between_two_looks_of_the_clock_the_slow_windows_wait_for_a_shipment(busy, app):
    event = type("E", (), {"type": "StockChanged", "data": {}})()
    with app.test_request_context("/"):
        first = changed_tiles(Changes(Room("kpi"), events=(event,)), None).rows
        second = changed_tiles(Changes(Room("kpi"), events=(event,)), None).rows

    assert len(first) == 9
    assert {row.k for row in second} == {"ready-now"} | {f"tile-{key}" for key in KPIS if key not in board.SLOW}


@pytest.mark.parametrize("path", ["/", "/kpis", "/kpis/backlog", "/exceptions"])
def test_a_visitor_is_asked_to_sign_in(app, shop, client, path):
    assert client.get(path).status_code == 303


def test_the_list_of_failing_orders_names_no_person(busy, client, app):
    token = api_token(app, "api_reader")

    for key in KPIS:
        for item in client.get(f"/api/v1/kpis/{key}/orders", headers=token).json["items"]:
            assert set(item) == {"number", "phase", "why", "ship_by"}
