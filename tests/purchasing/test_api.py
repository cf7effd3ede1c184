"""/api/v1/purchase-orders: the whole way of one, refusals with field and reason, and one answer per key."""

import pytest

from dashboard.api.purchasing_schemas import PurchaseOrder, PurchaseOrderList
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.factories import balance, dump
from tests.purchasing.helpers import supplier
from tests.shop import open_shop


@pytest.fixture
def api(shop):
    return Api(shop)


def draft(api, *lines, **more):
    wanted = [{"sku": sku, "quantity": units} for sku, units in lines]
    return api.post("purchase-orders", {"supplier": "Acme", "location": "N", "lines": wanted, **more})


def placed(api, *lines):
    number = draft(api, *lines).json["number"]
    assert api.post(f"purchase-orders/{number}/placement").status_code == 200
    return number


def test_a_purchase_order_is_written_placed_received_and_listed(any_app):
    open_shop({"A-1": {"N": 10}, "B-2": {"N": 3}})
    supplier()
    api = Api(any_app)

    made = draft(api, ("a-1", 12), ("B-2", 2), expected_on="2026-12-01", note="by lorry")
    PurchaseOrder.model_validate(made.json)
    number = made.json["number"]
    assert (made.status_code, made.json["status"], made.json["expected_on"]) == (201, "draft", "2026-12-01")
    assert api.post(f"purchase-orders/{number}/placement", {"version": 1}).json["status"] == "ordered"
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["incoming"] == 12

    items = [{"sku": "A-1", "units": 5, "damaged": 1}]
    got = api.post(f"purchase-orders/{number}/receipts", {"items": items, "note": "wet"})
    PurchaseOrder.model_validate(got.json)
    assert (got.status_code, got.json["status"], got.json["lines"][0]["incoming"]) == (201, "partially_received", 7)
    assert [(receipt["sku"], receipt["units"], receipt["damaged"], receipt["note"]) for receipt in got.json["receipts"]] == [
        ("A-1", 5, 1, "wet")
    ]
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["incoming"] == 7
    listed = api.get(f"purchase-orders?view=incoming&q={number}").json
    PurchaseOrderList.model_validate(listed)
    assert [(row["number"], row["units"], row["received"]) for row in listed["items"]] == [(number, 14, 5)]
    assert api.get(f"purchase-orders/{number}").json == got.json
    assert api.post(f"purchase-orders/{number}/cancellation", {"reason": "mistake"}).status_code == 409
    assert_clean()


def test_one_key_is_one_receipt(api):
    number = placed(api, ("A-1", 12))
    body = {"items": [{"sku": "A-1", "units": 2}]}

    first, second = (api.post(f"purchase-orders/{number}/receipts", body, key="box-1") for _ in range(2))

    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert balance("A-1", "N") == (12, 0)
    assert api.post(f"purchase-orders/{number}/receipts", {"items": [{"sku": "A-1", "units": 3}]}, key="box-1").status_code == 422
    assert api.post(f"purchase-orders/{number}/receipts", body, key=None).status_code == 400


@pytest.mark.parametrize(("body", "status", "field"), [
    ({"items": []}, 422, "items"),
    ({"items": [{"sku": "A-1", "units": 13}]}, 422, "items.0.units"),
    ({"items": [{"sku": "A-1", "units": 14}], "over_reason": "free_goods"}, 422, "items.0.units"),
    ({"items": [{"sku": "A-1", "units": 13}], "over_reason": "because"}, 422, "over_reason"),
    ({"items": [{"sku": "A-1", "units": -1}]}, 422, "items.0.units"),
    ({"items": [{"sku": "A-1", "units": 1.5}]}, 422, "items.0.units"),
    ({"items": [{"sku": "A-1", "units": "1"}]}, 422, "items.0.units"),
    ({"items": [{"sku": "A-1", "units": 2**31}]}, 422, "items.0.units"),
    ({"items": [{"sku": "A-1", "units": 1, "damaged": 2}]}, 422, "items.0.damaged"),
    ({"items": [{"sku": "B-2", "units": 1}]}, 404, "items.0.sku"),
    ({"items": [{"sku": "NOPE", "units": 1}]}, 404, "items.0.sku"),
])  # fmt: skip
def test_a_bad_receipt_names_the_field_and_changes_nothing(api, body, status, field):
    number = placed(api, ("A-1", 12))
    before = dump()

    answer = api.post(f"purchase-orders/{number}/receipts", body)

    assert (answer.status_code, field in answer.json["facts"]["fields"]) == (status, True), answer.json
    assert dump() == before


def test_a_version_that_is_not_todays_is_a_409(api):
    number = placed(api, ("A-1", 12))

    for step, body in (("receipts", {"items": [{"sku": "A-1", "units": 1}]}), ("cancellation", {"reason": "mistake"}), ("placement", {})):
        answer = api.post(f"purchase-orders/{number}/{step}", {**body, "version": 1})
        assert (answer.status_code, answer.json["facts"]["version"]) == (409, 2)
    assert balance("A-1", "N") == (10, 0)


@pytest.mark.parametrize(("change", "status"), [
    ({"supplier": "Nobody"}, 422), ({"location": "X"}, 422), ({"expected_on": "soon"}, 422), ({"lines": []}, 422),
    ({"lines": [{"sku": "NOPE", "quantity": 1}]}, 404), ({"lines": [{"sku": "A-1", "quantity": 0}]}, 422),
    ({"lines": [{"sku": "A-1", "quantity": 2**31}]}, 422), ({"lines": [{"sku": "A-1", "quantity": 1, "unit_cost": "-1"}]}, 422),
    ({"colour": 1}, 422),
])  # fmt: skip
def test_a_bad_draft_is_refused(api, change, status):
    assert draft(api, ("A-1", 1), **change).status_code == status
    assert api.get("purchase-orders").json["items"] == []


def test_an_unknown_number_is_a_404_and_a_role_reaches_as_far_as_its_table(shop, api):
    number = placed(api, ("A-1", 12))

    assert api.get("purchase-orders/PO-9").status_code == 404
    assert api.get("purchase-orders?view=odd").status_code == 422
    warehouse = Api(shop, "warehouse")
    assert "unit_cost" not in warehouse.get(f"purchase-orders/{number}").json["lines"][0]
    assert warehouse.post(f"purchase-orders/{number}/cancellation", {"reason": "mistake"}).status_code == 403
    assert Api(shop, "api_reader").get("purchase-orders").status_code == 403
