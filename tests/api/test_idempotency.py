"""TRUST.md section 4: one key, one answer."""

import concurrent.futures

import pytest
import sqlalchemy as sa

from dashboard.kernel.db import db
from dashboard.orders.model import Order
from tests.api.conftest import Api
from tests.shop import open_shop

ORDER = {"channel": "web", "currency": "GBP", "lines": [{"sku": "A-1", "quantity": 1}]}


def orders() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(Order.__table__))


def test_orders_and_adjustments_need_a_key(api):
    for path, body in (("orders", ORDER), ("stock/adjustments", {"sku": "A-1", "location": "N", "change": 1, "reason": "found"})):
        answer = api.post(path, body, key=None)
        assert answer.status_code == 400
        assert answer.json["code"] == "idempotency_key_required"
    assert orders() == 0


@pytest.mark.parametrize("key", ["x" * 256, " \t", "ä"])
def test_a_key_that_is_none_is_refused(api, key):
    assert api.post("orders", ORDER, key=key).status_code in (400, 422)
    assert orders() == 0


def test_the_same_key_and_body_replays_the_first_answer(api):
    first = api.post("orders", ORDER, key="k1")
    again = api.post("orders", ORDER, key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert orders() == 1


def test_the_same_key_with_another_body_or_route_is_a_422(api):
    api.post("orders", ORDER, key="k1")

    assert api.post("orders", {**ORDER, "shipping_price": "1.00"}, key="k1").status_code == 422
    assert api.post("stock/adjustments", ORDER, key="k1").status_code == 422
    assert orders() == 1


def test_a_refusal_for_stock_is_stored_but_a_422_is_not(api):
    short = {**ORDER, "lines": [{"sku": "B-2", "quantity": 4}]}
    refused = api.post("orders", short, key="k2")
    api.post("stock/adjustments", {"sku": "B-2", "location": "N", "change": 10, "reason": "found"})
    again = api.post("orders", short, key="k2")

    assert (refused.status_code, again.status_code) == (409, 409)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content_type == "application/problem+json"

    assert api.post("orders", {**ORDER, "lines": [{"sku": "NOPE", "quantity": 1}]}, key="k3").status_code == 422
    assert api.post("orders", ORDER, key="k3").status_code == 201


def test_keys_of_two_tokens_do_not_meet(shop):
    for _ in range(2):
        assert Api(shop).post("orders", ORDER, key="same").status_code == 201
    assert orders() == 2


def test_one_key_from_many_clients_at_once_is_one_order(any_app):
    open_shop({"A-1": {"N": 100}})
    api = Api(any_app)

    def send(_: int):
        with any_app.app_context():
            return any_app.test_client().post("/api/v1/orders", json=ORDER, headers={**api.headers, "Idempotency-Key": "race"})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert orders() == 1
