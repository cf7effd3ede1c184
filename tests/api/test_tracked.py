"""Lots and serial numbers over the API: said with what moves, listed, found."""

import pytest

from tests.api.conftest import Api
from tests.factories import dump, one
from tests.inventory.tracking import in_lots, numbered, shop

DAY = "2030-01-31"


@pytest.fixture
def api(app) -> Api:
    """A is kept by lot, S has serial numbers; nothing is in stock."""
    shop()
    api = Api(app)
    made = api.post("skus", {"sku": "S", "name": "Scale", "tracks": "serials"})
    assert (made.status_code, made.json["tracks"]) == (201, "serials")
    return api


def found(api, units, **more):
    return api.post("stock/adjustments", {"sku": "A", "location": "north", "reason": "found", "change": units, **more})


def kept() -> dict:
    """Every row but those of the answers that are kept for a repeated request."""
    return {name: rows for name, rows in dump().items() if name != "idempotency_key"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "lots"),
        ({"lots": [{"lot": "L1", "units": 3}]}, "lots.0.expires_on"),
        ({"lots": [{"lot": "L1", "units": 3, "expires_on": "soon"}]}, "lots.0.expires_on"),
        ({"lots": [{"lot": "L1", "units": 2, "expires_on": DAY}]}, "lots"),
        ({"lots": [{"lot": "", "units": 3, "expires_on": DAY}]}, "lots.0.lot"),
        ({"lots": [{"lot": "L1", "units": 0, "expires_on": DAY}]}, "lots.0.units"),
        ({"lots": [{"lot": "L1", "units": 2147483648, "expires_on": DAY}]}, "lots.0.units"),
        ({"lots": [{"lot": "L1", "units": 1.5, "expires_on": DAY}]}, "lots.0.units"),
        ({"serials": ["S1", "S2", "S3"]}, "serials"),
    ],
)
def test_a_lot_without_expiry_and_other_nonsense_is_refused_with_its_field(api, more, field):
    before = kept()

    answer = found(api, 3, **more)

    assert (answer.status_code, list(answer.json["facts"]["fields"])) == (422, [field])
    assert kept() == before


def test_lots_are_listed_and_recalled(api):
    lots = [{"lot": "l1", "units": 2, "expires_on": DAY}, {"lot": "L2", "units": 3, "expires_on": "2031-01-31"}]
    assert found(api, 5, lots=lots).status_code == 201
    order = api.order(("A", 3)).json["number"]
    work, line = one("SELECT id FROM fulfilment_order"), str(one("SELECT id FROM fulfilment_line"))
    api.post(f"fulfilment-orders/{work}/release")
    wrong = api.post(f"fulfilment-orders/{work}/picks", {"lines": [{"id": line, "quantity": 1, "lots": [{"lot": "L9", "units": 1}]}]})
    assert (wrong.status_code, list(wrong.json["facts"]["fields"])) == (422, [f"{line}.lots.0.lot"])
    picked = [{"id": line, "quantity": 3, "lots": [{"lot": "L2", "units": 3}]}]
    assert api.post(f"fulfilment-orders/{work}/picks", {"lines": picked}).status_code == 201

    listed = api.get("stock/lots?sku=a").json["items"]
    assert [(lot["lot"], lot["expires_on"], lot["units"]) for lot in listed] == [("L1", DAY, 2), ("L2", "2031-01-31", 3)]
    assert listed[1]["locations"] == [{"location": "north", "units": 3, "picked": 3, "set_aside": 0, "state": "fresh"}]
    orders = api.get(f"stock/lots/{listed[1]['id']}/orders").json["orders"]
    assert orders == [{"order": order, "picked": 3, "shipped": 0, "returned": 0}]
    assert in_lots()["L2"] == (3, 3, 0)


def test_what_expires_is_listed_page_by_page(api):
    found(api, 1, lots=[{"lot": "L2", "units": 1, "expires_on": "2031-01-31"}])
    found(api, 1, lots=[{"lot": "L1", "units": 1, "expires_on": DAY}])

    assert api.get("stock/lots?within=30").json == {"items": [], "next": None}
    first = api.get("stock/lots?within=3650&limit=1").json
    second = api.get(f"stock/lots?within=3650&limit=1&cursor={first['next']}").json
    assert [page["items"][0]["lot"] for page in (first, second)] == ["L1", "L2"]
    codes = [api.get(f"stock/lots?{asked}").status_code for asked in ("within=x", "within=9999", "cursor=x", "sku=none")]
    assert codes == [422, 422, 422, 404]


def test_serial_numbers_are_received_and_found(api):
    sent = {"sku": "S", "location": "north", "reason": "found", "change": 2}
    assert api.post("stock/adjustments", {**sent, "serials": ["S1"]}).status_code == 422
    assert api.post("stock/adjustments", {**sent, "serials": ["s1", "S2"]}).status_code == 201

    rows = api.get("stock/serials?serial=s1").json["items"]
    assert [(row["serial"], row["state"], row["location"], row["order"]) for row in rows] == [("S1", "in_stock", "north", None)]
    assert len(api.get("stock/serials?sku=s&state=in_stock").json["items"]) == 2
    assert list(numbered("S")) == ["S1", "S2"]


def test_a_kit_or_service_tracks_nothing(api):
    for body in ({"kind": "service", "tracks": "lots"}, {"tracks": "batches"}):
        answer = api.post("skus", {"sku": "X", "name": "X", **body})
        assert (answer.status_code, list(answer.json["facts"]["fields"])) == (422, ["tracks"])
