"""/api/v1/stock/holds and /api/v1/stock/channels: what a shop's cart says."""

import datetime as dt

import pytest

from dashboard.api import hold_schemas, schemas
from dashboard.kernel import clock
from tests.api.conftest import Api


def hold(api, *lines, **more):
    wanted = [{"sku": sku, "quantity": units} for sku, units in lines]
    return api.post("stock/holds", {"channel": "web", "minutes": 15, "lines": wanted, **more})


def test_a_cart_holds_extends_and_releases(api):
    made = hold(api, ("A-1", 12))
    hold_schemas.StockHold.model_validate(made.json)
    assert (made.status_code, made.json["state"]) == (201, "held")
    assert made.json["lines"] == [{"sku": "A-1", "location": "N", "units": 10}, {"sku": "A-1", "location": "S", "units": 2}]
    token = made.json["token"]

    longer = api.patch(f"stock/holds/{token}", {"minutes": 60, "version": 1})
    assert (longer.status_code, longer.json["version"]) == (200, 2)
    assert longer.json["expires_at"] > made.json["expires_at"]
    assert api.patch(f"stock/holds/{token}", {"minutes": 60, "version": 1}).status_code == 409
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["held"] == 10

    gone = api.delete(f"stock/holds/{token}")
    assert (gone.status_code, gone.json["state"]) == (200, "released")
    assert api.delete(f"stock/holds/{token}").json == gone.json
    assert api.patch(f"stock/holds/{token}", {"minutes": 5}).status_code == 409


def test_an_order_uses_what_was_held(api):
    token = hold(api, ("A-1", 15)).json["token"]
    assert api.order(("A-1", 1)).status_code == 409

    placed = api.order(("A-1", 14), stock_hold=token)
    assert placed.status_code == 201
    used = api.get(f"stock/holds/{token}").json
    assert (used["state"], used["order_id"]) == ("used", placed.json["id"])
    assert api.order(("A-1", 1), stock_hold=token).status_code == 409
    assert api.order(("A-1", 1)).status_code == 201


def test_a_repeated_request_holds_once(api):
    body = {"channel": "web", "minutes": 15, "lines": [{"sku": "A-1", "quantity": 1}]}
    first, again = api.post("stock/holds", body, key="k"), api.post("stock/holds", body, key="k")

    assert first.json == again.json
    assert api.post("stock/holds", body, key=None).status_code == 400
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["held"] == 1


def test_a_channels_token_sees_its_own_holds_only(shop, api):
    mine = Api(shop, channel="web")
    other = hold(api, ("A-1", 1), channel="amazon").json["token"]

    assert hold(mine, ("A-1", 1), channel="amazon").status_code == 403
    for answer in (
        mine.get(f"stock/holds/{other}"),
        mine.patch(f"stock/holds/{other}", {"minutes": 5}),
        mine.delete(f"stock/holds/{other}"),
    ):
        assert answer.status_code == 404
    assert mine.order(("A-1", 1), stock_hold=other).status_code == 422
    own = hold(mine, ("A-1", 1)).json["token"]
    assert mine.get(f"stock/holds/{own}").json["channel"] == "web"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 121}, "minutes"),
        ({"minutes": 1.5}, "minutes"),
        ({"minutes": "5"}, "minutes"),
        ({"channel": ""}, "channel"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "A-1", "quantity": 1}] * 101}, "lines"),
        ({"lines": [{"sku": "A-1", "quantity": -1}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 2**31}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 1.5}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "A-1", "quantity": 1}, {"sku": "NOPE", "quantity": 1}]}, "lines.1.sku"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_bad_hold_is_a_422_and_holds_nothing(api, body, field):
    answer = api.post("stock/holds", {"channel": "web", "minutes": 5, "lines": [{"sku": "A-1", "quantity": 1}], **body})

    assert answer.status_code == 422
    assert field in answer.json["facts"]["fields"]
    assert api.get("stock?sku=A-1&location=N").json["items"][0]["held"] == 0


def test_a_rule_says_what_a_channel_may_sell_and_the_stock_list_tells_it(shop, api):
    path = "stock/channels/web"
    assert api.get(path).json["version"] == 0
    put = api.client.put(f"/api/v1/{path}", json={"locations": ["N"], "buffer": 2, "buffers": {"b-2": 0}}, headers=api.headers)
    hold_schemas.ChannelRule.model_validate(put.json)
    assert put.json == {"channel": "web", "locations": ["N"], "buffer": 2, "buffers": {"B-2": 0}, "version": 1}

    listed = api.get("stock?channel=web").json
    schemas.StockList.model_validate(listed)
    assert [(row["sku"], row["location"], row["sellable"]) for row in listed["items"]] == [
        ("A-1", "N", 8),
        ("A-1", "S", 8),
        ("B-2", "N", 3),
    ]
    assert {row["sellable"] for row in api.get("stock?channel=shop&sku=A-1").json["items"]} == {15}
    assert api.order(("A-1", 9)).status_code == 409
    assert api.order(("A-1", 8)).status_code == 201
    bad = api.client.put(f"/api/v1/{path}", json={"locations": ["MOON"], "buffer": 0}, headers=api.headers)
    assert bad.json["facts"]["fields"] == {"locations.0": "unknown location"}
    mine = Api(shop, channel="amazon")
    assert mine.get("stock?channel=web").status_code == 403
    assert mine.get(path).status_code == 403


def test_a_hold_whose_minutes_are_over_has_expired_before_anybody_swept(api, monkeypatch):
    token = hold(api, ("A-1", 1), minutes=1).json["token"]
    later = clock.now() + dt.timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert api.get(f"stock/holds/{token}").json["state"] == "expired"
    assert api.patch(f"stock/holds/{token}", {"minutes": 5}).status_code == 409
