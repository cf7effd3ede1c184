"""/api/v1/skus and /api/v1/stock."""

import pytest

from dashboard.api import schemas
from tests.api.conftest import Api


def test_stock_is_listed_by_sku_and_location(api):
    listed = api.get("stock?limit=2").json
    schemas.StockList.model_validate(listed)
    rest = api.get(f"stock?cursor={listed['next']}").json

    assert [(row["sku"], row["location"]) for row in listed["items"] + rest["items"]] == [
        ("A-1", "N"),
        ("A-1", "S"),
        ("B-2", "N"),
    ]
    one = api.get("stock?sku=a-1&location=N").json["items"]
    assert [(row["on_hand"], row["available"], row["incoming"]) for row in one] == [(10, 10, 0)]
    assert api.get("stock?sku=NOPE").json == {"items": [], "next": None}


def test_a_change_and_a_set_move_stock_and_tell_the_balance(api):
    changed = api.post("stock/adjustments", {"sku": "A-1", "location": "N", "change": -2, "reason": "damaged", "note": "wet"})
    schemas.Stock.model_validate(changed.json)
    assert (changed.status_code, changed.json["on_hand"]) == (201, 8)

    wrong = api.post("stock/adjustments", {"sku": "A-1", "location": "N", "on_hand": 40, "expected": 10, "reason": "counted"})
    assert wrong.status_code == 409
    assert wrong.json["facts"]["on_hand"] == 8
    right = api.post("stock/adjustments", {"sku": "A-1", "location": "N", "on_hand": 40, "expected": 8, "reason": "spring count"})
    assert right.json["on_hand"] == 40

    moves = api.get("stock/movements?sku=A-1&location=N").json
    schemas.MovementList.model_validate(moves)
    assert [(move["kind"], move["change"], move["reason"]) for move in moves["items"]] == [
        ("adjusted", {"on_hand": 32}, "other"), ("adjusted", {"on_hand": -2}, "damaged"), ("received", {"on_hand": 10}, None),
    ]  # fmt: skip
    assert moves["items"][0]["note"] == "spring count."


@pytest.mark.parametrize(
    "body",
    [{}, {"change": 1, "on_hand": 1, "expected": 10}, {"change": 0}, {"on_hand": 5}, {"on_hand": -1, "expected": 10}, {"change": 2**31},
     {"change": 1.5}, {"change": "1"}, {"change": 1, "reason": ""}, {"change": 1, "colour": 1}],
)  # fmt: skip
def test_a_bad_adjustment_is_a_422_and_moves_nothing(api, body):
    answer = api.post("stock/adjustments", {"sku": "A-1", "location": "N", "reason": "found", **body})

    assert answer.status_code == 422
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["on_hand"] == 10


def test_an_unknown_sku_or_location_is_a_404_and_too_much_a_409(api):
    for change, status in (({"sku": "NOPE"}, 404), ({"location": "X"}, 404), ({"change": -11}, 409)):
        body = {"sku": "A-1", "location": "N", "change": 1, "reason": "found", **change}
        assert api.post("stock/adjustments", body).status_code == status


def test_a_warehouse_tokens_reach_is_its_roles(shop):
    token = Api(shop, "warehouse")

    assert token.post("stock/adjustments", {"sku": "A-1", "location": "N", "change": 21, "reason": "found"}).status_code == 403
    assert token.post("stock/adjustments", {"sku": "A-1", "location": "N", "change": 20, "reason": "found"}).status_code == 201


def test_skus_are_created_read_listed_and_changed(api):
    made = api.post("skus", {"sku": "mug/9", "name": "Mug", "unit_price": "2.555", "barcode": "4006381333931"})
    schemas.Sku.model_validate(made.json)
    assert (made.status_code, made.json["sku"], made.json["unit_price"]) == (201, "MUG/9", "2.555")
    assert api.post("skus", {"sku": "MUG/9", "name": "Mug"}).status_code == 409
    assert api.get("skus/mug/9").json == made.json

    changed = api.patch("skus/MUG/9", {"version": 1, "unit_price": "3.00", "active": False})
    assert (changed.json["unit_price"], changed.json["active"], changed.json["version"]) == ("3.00", False, 2)
    assert api.patch("skus/MUG/9", {"version": 1, "name": "Other"}).status_code == 409
    assert api.patch("skus/MUG/9", {"version": 2, "name": None}).status_code == 422

    listed = api.get("skus?q=mug").json
    schemas.SkuList.model_validate(listed)
    assert [sku["sku"] for sku in listed["items"]] == ["MUG/9"]


@pytest.mark.parametrize(
    "body",
    [
        {"sku": "?"},
        {"name": " "},
        {"barcode": "4006381333932"},
        {"unit_price": "-1"},
        {"currency": "XXQ"},
        {"kind": "magic"},
        {"weight_grams": -1},
    ],
)
def test_a_bad_sku_is_a_422(api, body):
    assert api.post("skus", {"sku": "NEW", "name": "New", **body}).status_code == 422
    assert api.get("skus/NEW").status_code == 404
