"""/api/v1/drafts: kept, listed, placed and discarded by machines."""

import pytest

from dashboard.api import schemas
from dashboard.api.draft_schemas import Draft, DraftList
from tests.api.conftest import Api
from tests.factories import one, shop

ORDER = {
    "currency": "GBP",
    "lines": [{"sku": "A", "quantity": 2, "unit_price": "12.50", "tax": "0.50"}],
    "customer": {"name": "Ada"},
    "shipping_address": {"city": "Leeds"},
    "shipping_price": "3.00",
}


@pytest.fixture
def api(app):
    shop(north_A=5)
    return Api(app)


def test_a_quote_is_kept_listed_and_placed(api):
    made = api.post("drafts", {"order": ORDER, "kind": "quote", "valid_until": "2099-01-01"})
    assert made.status_code == 201, made.json
    Draft.model_validate(made.json)
    assert (made.json["total"], made.json["customer"], made.json["status"]) == ("28.50", "Ada", "draft")
    assert one("SELECT count(*) FROM orders") == 0

    listed = api.get("drafts").json
    DraftList.model_validate(listed)
    assert [item["id"] for item in listed["items"]] == [made.json["id"]]
    placed = api.post(f"drafts/{made.json['id']}/order", {"version": 1})

    assert placed.status_code == 201, placed.json
    schemas.Order.model_validate(placed.json)
    assert (placed.json["total"], placed.json["shipping_address"]["city"]) == ("28.50", "Leeds")
    assert api.get(f"drafts/{made.json['id']}").json["order"] == placed.json["number"]
    assert api.post(f"drafts/{made.json['id']}/order", {}).status_code == 409


def test_an_unfinished_draft_is_kept_and_thrown_away(api):
    made = api.post("drafts", {"order": {"currency": "GBP"}}).json

    assert made["total"] is None
    assert api.post(f"drafts/{made['id']}/order", {}).status_code == 422
    assert api.delete(f"drafts/{made['id']}").json["status"] == "discarded"
    assert api.get("drafts?status=discarded").json["items"][0]["id"] == made["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"order": {"currency": "XXQ"}},
        {"order": ORDER, "kind": "quote"},
        {"order": ORDER, "kind": "quote", "valid_until": "soon"},
    ],
)
def test_a_bad_draft_is_refused(api, body):
    assert api.post("drafts", body).status_code == 422
    assert api.get("drafts/9").status_code == 404
    assert api.get("drafts?status=lost").status_code == 422
