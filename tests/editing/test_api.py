"""PATCH /api/v1/orders/{number}, its preview and history, undo and part cancellations."""

import pytest

from dashboard.api import schemas
from dashboard.api.editing_schemas import EditList, EditPlan, SplitAnswer
from tests.api.conftest import Api
from tests.factories import line_rows, order_row, place, shop


@pytest.fixture
def placed(app):
    shop(north_A=10, north_B=5)
    return place(("A", 2), ("B", 1))


@pytest.fixture
def api(app, placed):
    return Api(app)


def test_an_order_is_patched_as_its_preview_said(api, placed):
    at = f"orders/{placed.number}"
    body = {
        "version": 1,
        "lines": [{"line": 1, "quantity": 4, "discount": "1.00"}, {"line": 2, "sku": "A"}],
        "add": [{"sku": "B", "quantity": 2, "unit_price": "3.50", "tax": "0.70"}],
        "shipping_address": {"city": "Leeds"},
        "shipping_method": "express",
        "shipping_price": "4.00",
        "priority": 1,
    }

    plan = api.post(f"{at}/edit-previews", body)
    EditPlan.model_validate(plan.json)
    patched = api.patch(at, body | {"expected": plan.json["fingerprint"]})

    assert patched.status_code == 200, patched.json
    schemas.Order.model_validate(patched.json)
    assert patched.json["total"] == plan.json["total"] == "60.70"
    assert plan.json["due"] == "30.70"
    assert (patched.json["shipping_method"], patched.json["priority"], patched.json["version"]) == ("express", 1, 2)
    assert patched.json["shipping_address"]["city"] == "Leeds"
    assert [line["sku"] for line in patched.json["lines"]] == ["A", "B", "A", "B"]


def test_edits_are_listed_and_taken_back(api, placed):
    at = f"orders/{placed.number}"
    api.patch(at, {"lines": [{"line": 1, "quantity": 5}], "reason": "she called"})

    listed = api.get(f"{at}/edits").json
    EditList.model_validate(listed)
    assert listed["items"][0]["reason"] == "she called"
    undone = api.post(f"{at}/edits/{listed['items'][0]['id']}/undo")

    assert undone.status_code == 200, undone.json
    assert undone.json["total"] == "30.00"
    assert api.get(f"{at}/edits").json["items"][1]["undone"] is True
    assert api.post(f"{at}/edits/999/undo").status_code == 404


def test_a_stale_patch_merges_where_it_can_and_names_both_sides_where_not(api, placed):
    at = f"orders/{placed.number}"
    api.patch(at, {"version": 1, "lines": [{"line": 1, "quantity": 3}]})

    merged = api.patch(at, {"version": 1, "priority": 2})
    clash = api.patch(at, {"version": 1, "lines": [{"line": 1, "quantity": 1}]})

    assert merged.status_code == 200
    assert clash.status_code == 409
    line = line_rows(placed.id)[0].id
    assert clash.json["facts"]["theirs"] == {f"line:{line}:quantity": 3}
    assert clash.json["facts"]["yours"] == {f"line:{line}:quantity": 1}
    assert list(clash.json["facts"]["changed"]) == [f"line:{line}:quantity"]


def test_if_match_is_the_version_that_was_seen(api, placed):
    at = f"/api/v1/orders/{placed.number}"
    api.patch(f"orders/{placed.number}", {"priority": 1})

    def patch(seen, priority):
        return api.client.patch(at, json={"priority": priority}, headers={**api.headers, "If-Match": seen}).status_code

    assert (patch('"1"', 2), patch('"2"', 2), patch('"x"', 0)) == (409, 200, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"lines": [{"line": 9, "quantity": 1}]}, 422),
        ({"lines": [{"line": 1, "quantity": 99}]}, 409),
        ({"lines": [{"line": 1, "price": "1"}]}, 422),
        ({"discount": {"amount": "1", "percent": 1}}, 422),
        ({"shipping_price": "-1"}, 422),
        ({"shipping_method": "rocket"}, 422),
        ({"lines": [{"line": 1, "quantity": 3}], "expected": "0" * 32}, 409),
    ],
)
def test_a_bad_patch_changes_nothing(api, placed, body, status):
    assert api.patch(f"orders/{placed.number}", body).status_code == status
    assert order_row(placed.id).version == 1


def test_units_are_cancelled_and_refunded_only_by_who_may(app, placed):
    at = f"orders/{placed.number}/cancelled-units"
    body = {"lines": [{"line": 1, "quantity": 1}], "reason": "customer"}

    assert Api(app, "warehouse").post(at, body).status_code == 403
    api = Api(app, "support")
    cancelled = api.post(at, body | {"refund": True})

    assert cancelled.status_code == 201, cancelled.json
    assert (cancelled.json["lines"][0]["cancelled"], cancelled.json["total"]) == (1, "20.00")
    assert api.post(at, {"lines": [{"line": 1, "quantity": 9}], "reason": "customer"}).status_code == 422


def test_another_channels_order_is_not_there(app, placed):
    assert Api(app, channel="amazon").patch(f"orders/{placed.number}", {"priority": 1}).status_code == 404


def test_an_order_is_split_and_merged_again(api, placed):
    at = f"orders/{placed.number}"

    split = api.post(f"{at}/splits", {"lines": [{"line": 1, "quantity": 1}], "version": 1})
    assert split.status_code == 201, split.json
    SplitAnswer.model_validate(split.json)
    assert (split.json["order"]["total"], split.json["split"]["total"], split.json["carried"]) == ("20.00", "10.00", "10.00")
    number = split.json["split"]["number"]
    assert split.json["split"]["payment_status"] == "authorized"
    assert api.post(f"{at}/splits", {"lines": [{"line": 1, "quantity": 9}]}).status_code == 422

    merged = api.post(f"{at}/merges", {"other": number})
    assert merged.status_code == 201, merged.json
    assert merged.json["total"] == "30.00"
    assert api.get(f"orders/{number}").json["status"] == "cancelled"
    assert api.post(f"{at}/merges", {"other": number}).status_code == 409
    assert api.post(f"{at}/merges", {"other": "99"}).status_code == 404
