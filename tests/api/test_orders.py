"""POST and GET /api/v1/orders: the contract of TRUST.md section 5."""

import pytest
import sqlalchemy as sa

from dashboard.api import schemas
from dashboard.api.order_list_schemas import OrderList
from dashboard.kernel.db import db
from dashboard.orders.model import Order
from tests.api.conftest import Api
from tests.promises.helpers import react
from tests.shop import event_count

FULL = {
    "channel": "web",
    "external_id": "A-1",
    "placed_at": "2026-11-20T10:00:00+01:00",
    "currency": "GBP",
    "customer": {"name": "Ada Byron", "email": "ada@example.com", "phone": "+44 20 7946 0000"},
    "shipping_address": {
        "name": "Ada Byron", "line1": "1 Mill Lane", "line2": "", "city": "London", "region": "", "postal_code": "N1 1AA", "country": "GB",
    },
    "lines": [{"sku": "a-1", "quantity": 2, "unit_price": "12.50", "tax": "0.50", "discount": "1.00"}],
    "shipping_price": "3.00",
    "payment": {"provider": "manual", "authorized": "27.50"},
    "on_shortage": "refuse",
}


def orders() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(Order.__table__))


def test_an_order_is_placed_with_everything_the_contract_names(api):
    answer = api.post("orders", FULL)

    assert answer.status_code == 201, answer.json
    schemas.PlacedOrder.model_validate(answer.json)
    assert answer.json["total"] == "27.50"
    assert answer.json["payment_status"] == "authorized"
    assert answer.json["phase"] == "to_pick"
    assert answer.json["placed_at"] == "2026-11-20T09:00:00.000Z"
    assert answer.json["lines"][0]["sku"] == "A-1"
    assert (answer.json["lines"][0]["allocated"], answer.json["lines"][0]["backordered"]) == (2, 0)
    assert "/t/" in answer.json["tracking_url"]


def test_what_was_answered_is_what_is_read(api):
    placed = api.post("orders", FULL).json

    read = api.get(f"orders/{placed['number']}").json

    schemas.Order.model_validate(read)
    shared = set(placed) & set(read)
    assert {name: placed[name] for name in shared} == {name: read[name] for name in shared}
    assert read["shipping_address"] == FULL["shipping_address"]
    assert read["customer"] == FULL["customer"]


def test_only_channel_currency_and_lines_are_required(api):
    answer = api.post("orders", {"channel": "web", "currency": "GBP", "lines": [{"sku": "A-1", "quantity": 1}]})

    assert answer.status_code == 201
    assert answer.json["total"] == "10.00"
    assert answer.json["payment_status"] == "unpaid"


def test_a_known_external_id_answers_200_with_the_order_that_exists(api):
    first = api.post("orders", FULL)

    again = api.post("orders", {**FULL, "lines": [{"sku": "B-2", "quantity": 3}]})

    assert again.status_code == 200
    assert again.json == first.json
    assert orders() == 1


def test_shortage_refuses_the_whole_order_and_writes_nothing(api):
    before = event_count()

    answer = api.order(("A-1", 1), ("B-2", 2), ("B-2", 2))

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    schemas.Problem.model_validate(answer.json)
    assert answer.json["code"] == "insufficient_stock"
    assert answer.json["facts"]["short"] == [{"sku": "B-2", "wanted": 4, "available": 3}]
    assert (orders(), event_count()) == (0, before)
    assert api.get("stock?sku=B-2&location=N").json["items"][0]["allocated"] == 0


def test_backorder_takes_what_is_there_and_owes_the_rest(api):
    answer = api.order(("B-2", 5), on_shortage="backorder")

    assert answer.status_code == 201
    assert (answer.json["lines"][0]["allocated"], answer.json["lines"][0]["backordered"]) == (3, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "blue"}, "colour"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "A-1"}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 2**31}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 10**400}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": "2"}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": True}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 1.5}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 1, "unit_price": 2.5}]}, "lines.0.unit_price"),
        ({"lines": [{"sku": "A-1", "quantity": 1, "unit_price": "1.23456"}]}, "lines.0.unit_price"),
        ({"lines": [{"sku": "A-1", "quantity": 1, "unit_price": "-1"}]}, "lines.0.unit_price"),
        ({"lines": [{"sku": "A-1", "quantity": 1, "unit_price": "NaN"}]}, "lines.0.unit_price"),
        ({"lines": [{"sku": "A-1", "quantity": 1, "tax": "1.001"}]}, "lines.0.tax"),
        ({"lines": [{"sku": "A-1", "quantity": 1, "discount": "1e400"}]}, "lines.0.discount"),
        ({"lines": [{"sku": "NOPE", "quantity": 1}]}, "lines.0.sku"),
        ({"customer": {"name": "a" * 300}}, "customer.name"),
        ({"customer": {"name": "a\x00b"}}, "customer.name"),
        ({"customer": {"name": "\ud83d"}}, "customer.name"),
        ({"customer": None}, "customer"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"placed_at": "2026-11-20T10:00:00"}, "placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+23:59"}, "placed_at"),
        ({"placed_at": "9999-12-31T23:59:59-23:59"}, "placed_at"),
        ({"shipping_price": "-1.00"}, "shipping_price"),
        ({"payment": {"provider": "nobody", "authorized": "1.00"}}, "provider"),
        ({"payment": {"authorized": "-1.00"}}, "payment.authorized"),
        ({"on_shortage": "maybe"}, "on_shortage"),
        ({"currency": "XXQ"}, None),
        ({"currency": "JPY", "shipping_price": "0.50"}, "shipping_price"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_field_and_leaves_nothing(api, change, field):
    before = event_count()

    answer = api.post("orders", {"channel": "web", "currency": "GBP", "lines": [{"sku": "A-1", "quantity": 1}], **change})

    assert answer.status_code in (400, 422), answer.json
    schemas.Problem.model_validate(answer.json)
    if field and answer.status_code == 422:
        assert field in answer.json["facts"]["fields"], answer.json
    assert (orders(), event_count()) == (0, before)


def test_a_list_pages_by_cursor_and_filters(api):
    numbers = [api.order(("A-1", 1), external_id=f"X-{n}").json["number"] for n in range(5)]

    seen, cursor = [], ""
    while True:
        page = api.get(f"orders?limit=2{cursor}").json
        OrderList.model_validate(page)
        seen += [row["number"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert seen == numbers[::-1]
    assert api.get("orders?channel=amazon").json["items"] == []
    assert len(api.get("orders?view=payment_due").json["items"]) == 5


def test_a_list_says_what_is_promised_and_filters_by_promises_that_moved(api):
    api.order(("A-1", 1))
    late = api.order(("B-2", 5), on_shortage="backorder").json["number"]
    react()

    rows = OrderList.model_validate(api.get("orders?sort=number").json).items

    assert [(row.number == late, row.promise is not None) for row in rows] == [(True, True), (False, False)]
    assert api.get("orders?promise=later").json["items"] == []
    assert api.get("orders?promise=never").status_code == 422


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=%00", "cursor=W10", "view=magic", "sort=drop", "q=%00"])
def test_a_bad_query_is_a_422(api, query):
    assert api.get(f"orders?{query}").status_code == 422


def test_a_cursor_beyond_64_bits_is_a_422(api):
    import base64

    cursor = base64.urlsafe_b64encode(b"[1" + b"0" * 30 + b",1]").decode()
    assert api.get(f"orders?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("number", ["1", "99999999999999999999999999", "%00", "a%2Fb", "-1", "%F0%9F%98%80"])
def test_an_order_that_is_not_there_is_a_404(api, number):
    assert api.get(f"orders/{number}").status_code == 404


def test_a_channel_token_creates_and_reads_its_own_channel_only(shop):
    web, amazon = Api(shop, "channel", "web"), Api(shop, "channel", "amazon")
    number = web.order(("A-1", 1)).json["number"]

    assert amazon.order(("A-1", 1)).status_code == 403
    assert web.get(f"orders/{number}").status_code == 200
    assert amazon.get(f"orders/{number}").status_code == 404
    assert amazon.get("orders").json["items"] == []
    assert amazon.get(f"orders/{number}/events").status_code == 404
    assert amazon.get("events").json["events"] == []
    assert {event["type"] for event in web.get("events").json["events"]} >= {"OrderCaptured", "StockAllocated"}
    assert web.get(f"orders/{number}").json["version"] == 1


def test_without_a_token_or_with_a_wrong_one_nothing_is_told(shop):
    client = shop.test_client()
    for headers in ({}, {"Authorization": "Bearer nope"}, {"Authorization": "Basic eA=="}):
        answer = client.get("/api/v1/orders", headers=headers)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"


def test_a_role_without_the_permission_is_refused_and_nothing_is_written(shop):
    reader = Api(shop, "api_reader")

    assert reader.order(("A-1", 1)).status_code == 403
    assert orders() == 0


def test_masked_roles_see_no_money_and_no_people(shop):
    number = Api(shop).post("orders", FULL).json["number"]

    text = Api(shop, "api_reader").get(f"orders/{number}").get_data(as_text=True)
    listed = Api(shop, "api_reader").get("orders").get_data(as_text=True)

    for secret in ("Ada", "Byron", "ada@", "7946", "27.50", "12.50", "Mill Lane"):
        assert secret not in text
        assert secret not in listed
    assert "London" in text
    assert "1 Mill Lane" in Api(shop, "api_fulfilment").get(f"orders/{number}").get_data(as_text=True)
    assert "27.50" not in Api(shop, "api_fulfilment").get(f"orders/{number}/events").get_data(as_text=True)


def test_a_doubtful_address_is_taken_with_a_warning_that_says_what_is_expected(api):
    fine = api.post("orders", FULL).json
    odd = api.post("orders", {**FULL, "external_id": "A-2", "shipping_address": {**FULL["shipping_address"], "postal_code": "12"}}).json

    assert "warnings" not in fine
    schemas.PlacedOrder.model_validate(odd)
    assert [warning["field"] for warning in odd["warnings"]] == ["postal_code"]
    assert "they look like" in odd["warnings"][0]["message"]
