"""/api/v1/orders/{number}/...: holds, cancellation, notes, payments, returns, events."""

import pytest

from dashboard.api import order_part_schemas, schemas
from tests.api.conftest import Api


@pytest.fixture
def number(api) -> str:
    return api.order(("A-1", 2), payment={"provider": "manual", "authorized": "20.00"}).json["number"]


def test_a_hold_is_placed_listed_and_released(api, number):
    held = api.post(f"orders/{number}/holds", {"kind": "fraud", "note": "too good", "version": 1})
    schemas.Order.model_validate(held.json)
    assert (held.status_code, held.json["phase"]) == (201, "on_hold")

    holds = api.get(f"orders/{number}/holds").json
    schemas.HoldList.model_validate(holds)
    assert [hold["kind"] for hold in holds["items"]] == ["fraud"]

    released = api.delete(f"orders/{number}/holds/{holds['items'][0]['id']}?reason=checked")
    assert (released.status_code, released.json["phase"]) == (200, "to_pick")
    assert api.delete(f"orders/{number}/holds/{holds['items'][0]['id']}").status_code == 409


def test_a_hold_on_a_version_that_is_over_is_a_409_and_a_strange_one_a_422(api, number):
    api.post(f"orders/{number}/notes", {"body": "first"})

    assert api.post(f"orders/{number}/holds", {"kind": "fraud", "version": 1}).status_code == 409
    assert api.post(f"orders/{number}/holds", {"kind": "mood"}).status_code == 422
    assert api.post(f"orders/{number}/holds", {"kind": "fraud", "until": "2020-01-01T00:00:00Z"}).status_code == 422
    assert api.get(f"orders/{number}/holds").json["items"] == []


def test_another_orders_hold_is_not_found_here(api, number):
    other = api.order(("A-1", 1)).json["number"]
    hold = api.post(f"orders/{other}/holds", {"kind": "fraud"}).json["holds"][0]["id"]

    assert api.delete(f"orders/{number}/holds/{hold}").status_code == 404
    assert api.get(f"orders/{other}/holds").json["items"] != []


def test_an_order_is_cancelled_once_with_any_reason(api, number):
    cancelled = api.post(f"orders/{number}/cancellation", {"reason": "customer changed her mind"})

    assert cancelled.status_code == 201
    assert (cancelled.json["status"], cancelled.json["cancel_reason"]) == ("cancelled", "other")
    assert cancelled.json["notes"][0]["body"] == "Cancelled: customer changed her mind"
    assert cancelled.json["payment_status"] == "voided"
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["allocated"] == 0
    assert api.post(f"orders/{number}/cancellation", {"reason": "customer"}).status_code == 409


def test_notes_are_kept_newest_first_with_card_numbers_masked(api, number):
    api.post(f"orders/{number}/notes", {"body": "call back"})
    written = api.post(f"orders/{number}/notes", {"body": "card 4242 4242 4242 4242"})
    schemas.Note.model_validate(written.json)

    notes = api.get(f"orders/{number}/notes").json
    assert [note["body"] for note in notes["items"]] == ["card [card ending 4242]", "call back"]


def test_money_is_captured_refunded_and_never_above_what_is_there(api, number):
    payment = api.get(f"orders/{number}/payments").json["items"][0]
    schemas.Payment.model_validate(payment)
    captured = api.post(f"payments/{payment['id']}/captures", {"amount": "15.00"})
    assert (captured.status_code, captured.json["captured"]) == (201, "15.00")
    assert api.post(f"payments/{payment['id']}/captures", {"amount": "5.01"}).status_code == 409
    assert api.post(f"payments/{payment['id']}/void").json["voided"] == "5.00"

    refunded = api.post(f"payments/{payment['id']}/refunds", {"amount": "10.00", "reason": "late"})
    schemas.Payment.model_validate(refunded.json)
    assert refunded.json["refunded"] == "10.00"
    assert api.post(f"payments/{payment['id']}/refunds", {"amount": "5.01"}).status_code == 409
    assert api.post(f"payments/{payment['id']}/refunds", {"amount": "0.00"}).status_code == 422
    assert api.get(f"orders/{number}").json["payment_status"] == "partially_refunded"
    assert [step["kind"] for step in api.get(f"payments/{payment['id']}").json["transactions"]] == [
        "authorization", "capture", "void", "refund",
    ]  # fmt: skip


def test_a_refund_needs_a_key_and_one_key_refunds_once(api, number):
    payment = api.get(f"orders/{number}/payments").json["items"][0]["id"]
    api.post(f"payments/{payment}/captures", {})

    assert api.post(f"payments/{payment}/refunds", {"amount": "1.00"}, key=None).status_code == 400
    for _ in range(2):
        assert api.post(f"payments/{payment}/refunds", {"amount": "1.00"}, key="r").status_code == 201
    assert api.get(f"payments/{payment}").json["refunded"] == "1.00"


def test_a_refund_above_a_roles_limit_is_refused_and_nothing_is_paid(shop, api):
    big = api.order(("A-1", 6), payment={"authorized": "60.00"}).json["number"]
    payment = api.get(f"orders/{big}/payments").json["items"][0]["id"]
    api.post(f"payments/{payment}/captures", {})

    assert Api(shop, "support").post(f"payments/{payment}/refunds", {"amount": "50.01"}).status_code == 403
    assert api.get(f"payments/{payment}").json["refunded"] == "0.00"
    assert Api(shop, "support").post(f"payments/{payment}/refunds", {"amount": "50.00"}).status_code == 201


def test_a_second_payment_is_recorded(api):
    number = api.order(("A-1", 1)).json["number"]

    paid = api.post(f"orders/{number}/payments", {"provider": "manual", "authorized": "10.00", "method": "transfer"})
    assert paid.status_code == 201
    assert api.get(f"orders/{number}").json["phase"] == "to_pick"


def test_work_goes_from_release_to_shipment_and_stock_leaves_then(api, number):
    work = api.get(f"orders/{number}/fulfilment-orders").json["items"][0]
    schemas.FulfilmentOrder.model_validate(work)
    base = f"fulfilment-orders/{work['id']}"
    line = work["lines"][0]["id"]

    assert api.post(f"{base}/picks").status_code == 409
    assert api.post(f"{base}/release", {"version": 1}).json["status"] == "released"
    assert api.post(f"{base}/picks", {"lines": [{"id": line, "quantity": 1}]}).json["status"] == "picking"
    assert api.post(f"{base}/picks", {"lines": [{"id": line, "quantity": 2}]}).status_code == 422
    assert api.post(f"{base}/picks").json["status"] == "picked"
    assert api.post(f"{base}/packages").json["status"] == "packed"
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["on_hand"] == 10
    assert api.post(f"{base}/shipment", {"carrier": "", "tracking_number": "x"}).status_code == 422
    shipped = api.post(f"{base}/shipment", {"carrier": "DHL", "tracking_number": "00340", "weight_grams": 700})

    schemas.FulfilmentOrder.model_validate(shipped.json)
    assert (shipped.json["status"], shipped.json["parcels"][0]["tracking_number"]) == ("shipped", "00340")
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["on_hand"] == 8
    assert api.get(f"orders/{number}").json["fulfilment_status"] == "shipped"


def test_a_step_without_a_body_needs_no_content_type(api, number):
    work = api.get(f"orders/{number}/fulfilment-orders").json["items"][0]["id"]

    answer = api.client.post(f"/api/v1/fulfilment-orders/{work}/release", headers=api.headers)
    assert (answer.status_code, answer.json["status"]) == (201, "released")


def test_a_short_pick_backorders_the_rest(api, number):
    work = api.get(f"orders/{number}/fulfilment-orders").json["items"][0]
    base = f"fulfilment-orders/{work['id']}"
    api.post(f"{base}/release")

    picked = api.post(f"{base}/picks", {"lines": [{"id": work["lines"][0]["id"], "quantity": 1}], "short": "not_found"})
    assert picked.json["status"] == "picked"
    assert api.get(f"orders/{number}").json["lines"][0]["picked"] == 1


def test_a_return_is_agreed_and_received(shop, api, number):
    work = api.get(f"orders/{number}/fulfilment-orders").json["items"][0]["id"]
    assert api.post(f"orders/{number}/returns", {"reason": "other", "lines": [{"line": 1, "quantity": 1}]}).status_code == 409
    for step, body in (("release", {}), ("picks", {}), ("packages", {}), ("shipment", {"carrier": "DHL", "tracking_number": "1"})):
        api.post(f"fulfilment-orders/{work}/{step}", body)

    agreed = api.post(f"orders/{number}/returns", {"reason": "wrong_item", "lines": [{"line": 1, "quantity": 1}]})
    schemas.Return.model_validate(agreed.json)
    assert api.post(f"orders/{number}/returns", {"reason": "other", "lines": [{"line": 9, "quantity": 1}]}).status_code == 422
    received = api.post(f"returns/{agreed.json['id']}/receipt", {"location": "S"})

    assert (received.status_code, received.json["status"]) == (201, "closed")
    assert api.get("stock?sku=A-1&location=S").json["items"][0]["on_hand"] == 6
    assert api.get(f"orders/{number}").json["lines"][0]["returned"] == 1
    schemas.ReturnList.model_validate(api.get(f"orders/{number}/returns").json)
    again = api.post(f"orders/{number}/returns", {"reason": "other", "lines": [{"line": 1, "quantity": 1}]}).json
    assert "unit_price" in again["lines"][0]

    newest = api.get("returns?limit=1").json
    schemas.ReturnList.model_validate(newest)
    assert [one["id"] for one in newest["items"]] == [again["id"]]
    assert [one["id"] for one in api.get(f"returns?limit=1&cursor={newest['next']}").json["items"]] == [agreed.json["id"]]
    assert [one["id"] for one in api.get("returns?status=closed").json["items"]] == [agreed.json["id"]]
    assert api.get("returns?status=lost").status_code == 422

    assert Api(shop, "channel", "amazon").get("returns").json["items"] == []
    picker = Api(shop, "warehouse")
    for path in ("returns", f"orders/{number}/returns"):
        assert not any("unit_price" in line for one in picker.get(path).json["items"] for line in one["lines"])
    assert "unit_price" not in picker.get(f"returns/{again['id']}").json["lines"][0]


def test_the_audit_log_says_who_and_one_s_own_where_a_role_ends_there(shop, api, number):
    mia, sam = Api(shop, "ops_manager"), Api(shop, "support")
    api.post(f"orders/{number}/notes", {"body": "x"})
    sam.post(f"orders/{number}/notes", {"body": "y"})

    whole = mia.get("audit?limit=200").json
    schemas.AuditList.model_validate(whole)
    assert [item["seq"] for item in whole["items"]] == list(range(1, len(whole["items"]) + 1))
    assert whole["items"][-1]["actor_ref"].startswith("token:")
    first = mia.get("audit?limit=1").json
    assert first["next"] == 1
    assert mia.get("audit?after=1&limit=1").json["items"] == whole["items"][1:2]

    own = sam.get("audit").json["items"]
    assert [(item["type"], item["data"]["body"]) for item in own] == [("NoteAdded", "y")]
    assert sam.get("events").status_code == 403
    assert Api(shop, "warehouse").get("audit").status_code == 403


def test_events_are_told_in_order_page_by_page(api, number):
    api.post(f"orders/{number}/notes", {"body": "x"})
    first = api.get(f"orders/{number}/events?limit=2").json
    schemas.EventList.model_validate(first)
    rest = api.get(f"orders/{number}/events?after={first['next']}").json

    seqs = [event["seq"] for event in first["events"] + rest["events"]]
    assert seqs == sorted(set(seqs))
    assert first["events"][0]["type"] in ("StockAllocated", "OrderCaptured")
    assert rest["events"][-1]["type"] == "NoteAdded"
    assert rest["next"] is None

    whole = api.get("events?limit=200").json
    assert [event["seq"] for event in whole["events"]] == list(range(1, len(whole["events"]) + 1))
    assert whole["epoch"]


@pytest.mark.parametrize(
    "path",
    ["payments/99999999999999999999", "payments/0", "payments/x", "fulfilment-orders/1e3", "fulfilment-orders/99", "returns/9", "skus/NOPE",
     "orders/1/holds", "orders/1/payments", "orders/1/events"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(api, path):
    answer = api.get(path)
    assert answer.status_code == 404
    schemas.Problem.model_validate(answer.json)


def test_another_channels_work_and_money_are_not_there(shop, api, number):
    payment = api.get(f"orders/{number}/payments").json["items"][0]["id"]
    work = api.get(f"orders/{number}/fulfilment-orders").json["items"][0]["id"]
    other = Api(shop, "ops_manager", "amazon")

    for path in (f"payments/{payment}", f"fulfilment-orders/{work}", f"orders/{number}/payments"):
        assert other.get(path).status_code == 404
    for path in (f"payments/{payment}/void", f"fulfilment-orders/{work}/release"):
        assert other.post(path).status_code == 404
    assert api.get(f"payments/{payment}").json["voided"] == "0.00"


def test_an_order_may_ship_together_and_a_hold_may_wait_for_stock(api):
    number = api.order(("A-1", 9999), on_shortage="backorder").json["number"]
    assert api.get(f"orders/{number}/shipping-choice").json["choice"] == "available"

    chosen = api.put(f"orders/{number}/shipping-choice", {"choice": "together", "version": 1})
    order_part_schemas.ShippingChoice.model_validate(chosen.json)
    assert (chosen.status_code, chosen.json["choice"], chosen.json["version"]) == (200, "together", 2)
    assert chosen.json["waiting"] > 0
    work = api.get(f"orders/{number}/fulfilment-orders").json["items"][0]
    assert api.post(f"fulfilment-orders/{work['id']}/release", {}).status_code == 409
    assert api.put(f"orders/{number}/shipping-choice", {"choice": "together", "version": 1}).status_code == 409
    assert api.put(f"orders/{number}/shipping-choice", {"choice": "whenever"}).status_code == 422

    held = api.post(f"orders/{number}/holds", {"kind": "stock", "release_when": "in_stock"})
    assert held.json["holds"][0]["release_when"] == "in_stock"
    assert api.post(f"orders/{number}/holds", {"kind": "stock", "release_when": "tea time"}).status_code == 422
