"""/api/v1/locations/{location}/bins, put-aways and bin-moves."""

import pytest

from dashboard.api import bin_schemas
from tests.api.conftest import Api
from tests.factories import read
from tests.shop import event_count


@pytest.fixture
def shelved(api):
    api.post("locations/N/bins", {"codes": ["a-01", "A-02"], "pick_order": 5})
    api.post("locations/N/bins", {"codes": ["CAGE"], "pick_order": 900, "pickable": False})
    api.post("locations/S/bins", {"codes": ["Z-01"]})
    return api


def put(api, **more):
    return api.post("locations/N/put-aways", {"sku": "A-1", "bin": "A-01", "units": 4, **more})


def test_bins_are_created_filled_moved_and_read(shelved):
    placed = put(shelved)
    assert (placed.status_code, placed.json) == (
        201, {"location": "N", "sku": "A-1", "bin": "A-01", "units": 4, "in_bin": 4, "loose": 6},
    )  # fmt: skip
    moved = shelved.post("locations/N/bin-moves", {"sku": "A-1", "from_bin": "A-01", "to_bin": "CAGE", "units": 1})
    assert bin_schemas.Placed.model_validate(moved.json).bin == "CAGE"
    out = shelved.post("locations/N/bin-moves", {"sku": "A-1", "from_bin": "A-01", "to_bin": None, "units": 1})
    assert out.json["bin"] is None and out.json["loose"] == 7
    found = shelved.get("locations/N/bins?limit=2").json
    bin_schemas.BinList.model_validate(found)
    assert [(one["code"], one["units"]) for one in found["items"]] == [("A-01", 2), ("A-02", 0)]
    assert [one["code"] for one in shelved.get(f"locations/N/bins?cursor={found['next']}").json["items"]] == ["CAGE"]
    assert bin_schemas.Bin.model_validate(shelved.get("locations/N/bins/A-01").json).contents[0].units == 2
    assert shelved.get("stock?sku=A-1&location=N").json["items"][0]["quarantine"] == 1


def test_a_bin_is_changed_as_it_was_seen(shelved):
    changed = shelved.patch("locations/N/bins/A-02", {"version": 1, "pick_order": 7})
    assert (changed.status_code, changed.json["pick_order"], changed.json["version"]) == (200, 7, 2)
    late = shelved.patch("locations/N/bins/A-02", {"version": 1, "active": False})
    assert late.status_code == 409 and late.json["facts"]["version"] == 2
    put(shelved)
    assert shelved.patch("locations/N/bins/A-01", {"version": 1, "active": False}).json["facts"]["units"] == 4


@pytest.mark.parametrize(("path", "body", "status", "field"), [
    ("put-aways", {"units": 0}, 422, "units"), ("put-aways", {"units": 1.5}, 422, "units"), ("put-aways", {"units": -3}, 422, "units"),
    ("put-aways", {"units": 2**31}, 422, "units"), ("put-aways", {"units": 11}, 409, "units"), ("put-aways", {"bin": "Z-01"}, 422, "bin"),
    ("put-aways", {"bin": "a\x00"}, 422, "bin"), ("put-aways", {"sku": "NOPE"}, 404, "sku"), ("put-aways", {"state": "x"}, 422, "state"),
    ("bin-moves", {"from_bin": "A-01", "to_bin": "A-01"}, 422, "to_bin"),
    ("bin-moves", {"from_bin": "A-02", "to_bin": "A-01"}, 409, "units"), ("bins", {"codes": []}, 422, "codes"),
    ("bins", {"codes": ["A-01"]}, 409, "codes"), ("bins", {"codes": ["B"], "pick_order": -1}, 422, "pick_order"),
])  # fmt: skip
def test_bad_input_is_named_by_field_and_nothing_changes(shelved, path, body, status, field):
    whole = {"sku": "A-1", "units": 1, **({"bin": "A-01"} if path == "put-aways" else {})} if path != "bins" else {}
    before = event_count()
    answer = shelved.post(f"locations/N/{path}", {**whole, **body})
    assert answer.status_code == status
    assert field in answer.json["facts"]["fields"], answer.json
    assert event_count() == before and read("SELECT * FROM bin_stock") == []


def test_a_key_puts_away_once_and_who_may_not_is_refused(shelved, shop):
    for _ in range(2):
        assert put(shelved, units=3) and shelved.post(
            "locations/N/put-aways", {"sku": "A-1", "bin": "A-02", "units": 3}, key="once"
        ).status_code == 201  # fmt: skip
    assert dict(read("SELECT b.code, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id")) == {"A-01": 6, "A-02": 3}
    assert put(Api(shop, "analyst")).status_code == 403
    assert shelved.get("locations/X/bins").status_code == 404


def test_picks_name_the_bins_they_came_from(shelved):
    put(shelved)
    put(shelved, bin="A-02", units=2)
    number = shelved.order(("A-1", 2)).json["number"]
    work = shelved.get(f"orders/{number}/fulfilment-orders").json["items"][0]
    here = f"fulfilment-orders/{work['id']}"
    shelved.post(f"{here}/release", {})
    line = {"id": work["lines"][0]["id"], "quantity": 1}
    assert shelved.post(f"{here}/picks", {"lines": [{**line, "bins": ["NOPE"]}]}).status_code == 422
    assert shelved.post(f"{here}/picks", {"lines": [{**line, "bins": ["a-02"]}]}).status_code == 201
    assert shelved.get("locations/N/bins/A-02").json["units"] == 1
