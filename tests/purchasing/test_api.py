"""/api/v1/purchase-orders: the whole way of one, refusals with field and reason, and one answer per key."""

import pytest

from dashboard.api.purchasing_schemas import PurchaseOrder, PurchaseOrderList, Supplier
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


def test_arrival_schedule_and_the_rest_that_will_not_come(any_app):
    open_shop({"A-1": {"N": 10}})
    supplier()
    api = Api(any_app)
    number = placed(api, ("A-1", 12))

    arrived = api.post(f"purchase-orders/{number}/arrivals", {})
    assert (arrived.status_code, arrived.json["arrived_at"] is not None) == (201, True)
    later = api.post(f"purchase-orders/{number}/schedule", {"expected_on": "2027-01-02", "version": arrived.json["version"]})
    assert (later.status_code, later.json["expected_on"]) == (200, "2027-01-02")
    assert api.post(f"purchase-orders/{number}/closing", {"reason": "supplier_out"}).status_code == 409
    api.post(f"purchase-orders/{number}/receipts", {"items": [{"sku": "A-1", "units": 5}]})
    closed = api.post(f"purchase-orders/{number}/closing", {"reason": "supplier_out"})
    PurchaseOrder.model_validate(closed.json)
    assert (closed.status_code, closed.json["status"], closed.json["lines"][0]["cancelled"]) == (200, "received", 7)
    assert_clean()


@pytest.mark.parametrize(("step", "body", "status", "field"), [
    ("arrivals", {"arrived_at": "soon"}, 422, "arrived_at"), ("arrivals", {"arrived_at": "2190-01-01T00:00:00Z"}, 422, "arrived_at"),
    ("schedule", {"expected_on": "soon"}, 422, "expected_on"), ("schedule", {"expected_on": "1969-01-01"}, 422, "expected_on"),
    ("schedule", {}, 422, "expected_on"), ("closing", {"reason": "bored"}, 422, "reason"),
])  # fmt: skip
def test_a_bad_step_names_the_field_and_changes_nothing(api, step, body, status, field):
    number = placed(api, ("A-1", 12))
    before = dump()

    answer = api.post(f"purchase-orders/{number}/{step}", body)

    assert (answer.status_code, field in answer.json["facts"]["fields"]) == (status, True), answer.json
    assert dump() == before
    assert api.post(f"purchase-orders/{number}/{step}", body, key=None).status_code in (400, 422)


def test_suppliers_are_written_read_and_changed_by_one_at_a_time(any_app):
    open_shop({"A-1": {"N": 10}})
    api = Api(any_app)

    made = api.post("suppliers", {"name": "Brook", "lead_days": 9})
    Supplier.model_validate(made.json)
    assert (made.status_code, made.json["review_days"], made.json["version"]) == (201, 7, 1)
    here = f"suppliers/{made.json['id']}"
    supplied = api.post(f"{here}/skus", {"sku": "a-1", "pack_size": 6, "unit_cost": "2.50"})
    assert (supplied.status_code, supplied.json["version"]) == (201, 2)
    sent = {"name": "Brook & Co", "lead_days": 10, "version": 2}
    changed = api.put(here, sent)
    assert (changed.status_code, api.get(here).json) == (200, changed.json)
    assert api.put(here, {**sent, "lead_days": 3}).status_code == 409
    assert api.get("suppliers").json == {"items": [changed.json], "next": None}
    assert api.get(f"{here}/skus").json["items"] == [{"sku": "A-1", "name": "Item A-1", "pack_size": 6, "unit_cost": "2.50"}]
    assert "unit_cost" not in Api(any_app, "warehouse").get(f"{here}/skus").json["items"][0]
    api.post("suppliers", {"name": "Aber", "lead_days": 1})
    first = api.get("suppliers?limit=1").json
    assert [row["name"] for row in api.get(f"suppliers?limit=1&cursor={first['next']}").json["items"]] == ["Brook & Co"]


@pytest.mark.parametrize(("path", "body", "status", "field"), [
    ("", {"name": "", "lead_days": 1}, 422, "name"), ("", {"name": "Acme", "lead_days": 1}, 409, "name"),
    ("", {"name": "B", "lead_days": 366}, 422, "lead_days"), ("", {"name": "B", "lead_days": -1}, 422, "lead_days"),
    ("", {"name": "B", "lead_days": 1, "currency": "ZZZ"}, 422, "currency"), ("", {"name": "B", "lead_days": 1.5}, 422, "lead_days"),
    ("/1/skus", {"sku": "NOPE"}, 404, "sku"), ("/1/skus", {"sku": "A-1", "pack_size": 0}, 422, "pack_size"),
    ("/1/skus", {"sku": "A-1", "unit_cost": "-1"}, 422, "unit_cost"),
])  # fmt: skip
def test_a_bad_supplier_names_the_field_and_changes_nothing(api, path, body, status, field):
    api.get("suppliers")  # the token's first use is noted
    before = dump()

    answer = api.post(f"suppliers{path}", body)

    assert (answer.status_code, field in answer.json["facts"]["fields"]) == (status, True), answer.json
    assert dump() == {**before, "idempotency_key": dump()["idempotency_key"]}  # a 409 is stored with its key


def test_only_buyers_write_suppliers(shop):
    warehouse = Api(shop, "warehouse")

    assert warehouse.post("suppliers", {"name": "B", "lead_days": 1}).status_code == 403
    assert warehouse.get("suppliers/9").status_code == 404
    assert warehouse.get("suppliers/x").status_code == 404
