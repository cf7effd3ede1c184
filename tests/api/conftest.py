"""A shop with two SKUs at two locations, and a client that speaks for an owner's token."""

import itertools
from typing import Any

import pytest

from tests.accounts.helpers import api_token
from tests.shop import open_shop

_keys = itertools.count()


class Api:
    """JSON in and out, with a bearer token and a new Idempotency-Key for every request that wants one."""

    def __init__(self, app, role: str = "owner", channel: str | None = None):
        self.client = app.test_client()
        self.headers = api_token(app, role, channel)

    def post(self, path: str, body: Any = None, key: str | None = "", **more: Any) -> Any:
        """key: None for none, empty for a new one."""
        headers = dict(self.headers)
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        sent = {"data": body, "content_type": "application/json"} if isinstance(body, bytes) else {"json": {} if body is None else body}
        return self.client.post(f"/api/v1/{path}", headers=headers, **sent, **more)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=self.headers)

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(f"/api/v1/{path}", json=body, headers=self.headers)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/v1/{path}", json=body, headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}", headers=self.headers)

    def order(self, *lines: tuple[str, int], **more: Any) -> Any:
        """Place an order of (SKU, quantity) lines."""
        wanted = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
        return self.post("orders", {"channel": "web", "currency": "GBP", "lines": wanted, **more})


@pytest.fixture
def shop(app):
    open_shop({"A-1": {"N": 10, "S": 5}, "B-2": {"N": 3, "S": 0}})
    return app


@pytest.fixture
def api(shop) -> Api:
    return Api(shop)
