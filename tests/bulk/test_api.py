"""/api/v1/bulk-actions and the labels of an order, with tokens."""

import json

import pytest

from dashboard.kernel import clock
from tests.accounts.helpers import api_token
from tests.bulk.runs import go_on, orders, owner
from tests.factories import dump, one, read, shop, walk


@pytest.fixture
def ids(app):
    shop(north_A=50)
    return orders(3)


@pytest.fixture
def api(app, client, ids):
    headers = api_token(app, "ops_manager")
    keys = iter(range(1000))

    def ask(method: str, path: str, body=None, status: int = 200, key: str | None = None, as_=headers):
        sent = {} if method == "GET" else {"Idempotency-Key": key or f"k{next(keys)}"}
        answer = client.open(f"/api/v1{path}", method=method, json=body if method != "GET" else None, headers={**as_, **sent})
        assert answer.status_code == status, answer.get_data(as_text=True)
        return json.loads(answer.get_data(as_text=True))

    return ask


def kept() -> dict:
    """Everything but when a token was last used, and stored refusals."""
    return {name: rows for name, rows in dump().items() if name not in ("access_token", "idempotency_key")}


def numbers() -> list[str]:
    return [row[0] for row in read("SELECT number FROM orders ORDER BY id")]


def test_a_bulk_action_is_started_once_watched_told_and_undone(app, api, ids):
    walk(ids[1], "delivered")
    body = {"action": "hold", "orders": numbers(), "kind": "address"}
    run = api("POST", "/bulk-actions", body, 202, key="same")
    assert (run["status"], run["total"], run["query"]) == ("queued", 3, None)
    assert api("POST", "/bulk-actions", body, 202, key="same") == run
    assert one("SELECT count(*) FROM bulk_run") == 1

    person = owner(app)
    go_on(person, int(run["id"]), now=clock.now())
    seen = api("GET", f"/bulk-actions/{run['id']}")
    assert (seen["status"], seen["done"], seen["skipped"], seen["waiting"], seen["undoable"]) == ("done", 2, 1, 0, True)
    assert api("GET", f"/bulk-actions/{run['id']}/rows?state=skipped")["items"] == [
        {"place": 2, "order": numbers()[1], "state": "skipped", "reason": "it is completed; only an open order can be held"}
    ]
    page = api("GET", f"/bulk-actions/{run['id']}/rows?limit=2")
    assert [row["place"] for row in api("GET", f"/bulk-actions/{run['id']}/rows?limit=2&cursor={page['next']}")["items"]] == [3]

    undo = api("POST", f"/bulk-actions/{run['id']}/undo", None, 202)
    assert undo["undoes"] == run["id"]
    go_on(person, int(undo["id"]), now=clock.now())
    assert api("GET", f"/bulk-actions/{run['id']}")["undone_by"] == undo["id"]
    api("POST", f"/bulk-actions/{run['id']}/undo", None, 409)
    assert [found["id"] for found in api("GET", "/bulk-actions")["items"]] == [undo["id"], run["id"]]


def test_a_query_is_that_of_the_list_and_a_run_can_be_stopped(api, ids):
    api("POST", f"/orders/{numbers()[2]}/tags", {"tag": "VIP"}, 201)
    run = api("POST", "/bulk-actions", {"action": "assign", "query": "view=open&tag=vip", "user": "none"}, 202)

    assert read("SELECT order_id FROM bulk_row") == [(ids[2],)]
    assert api("POST", f"/bulk-actions/{run['id']}/stop", None, 202)["status"] == "stopped"
    api("POST", f"/bulk-actions/{run['id']}/stop", None, 409)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "dance", "orders": ["1"]}, 422),
        ({"action": "hold", "kind": "manual"}, 422),
        ({"action": "hold", "kind": "manual", "orders": ["nope"]}, 422),
        ({"action": "hold", "kind": "manual", "orders": []}, 422),
        ({"action": "hold", "kind": "manual", "orders": ["1"], "query": "view=open"}, 422),
        ({"action": "hold", "kind": "whim", "query": "view=open"}, 422),
        ({"action": "hold", "query": "view=open", "kind": "manual", "tag": "x"}, 422),
        ({"action": "hold", "query": "status=nonsense", "kind": "manual"}, 422),
        ({"action": "cancel", "query": "view=open"}, 422),
        ({"action": "hold", "query": "view=open", "kind": "manual", "until": "2020-01-01T00:00:00Z"}, 422),
    ],
)
def test_what_cannot_be_meant_starts_nothing(api, body, status):
    before = kept()
    api("POST", "/bulk-actions", body, status)

    assert kept() == before


def test_each_action_needs_its_own_permission_and_a_channel_sees_none(app, api, ids):
    reader, channel = api_token(app, "api_reader"), api_token(app, "channel")
    before = one("SELECT count(*) FROM bulk_run")

    api("POST", "/bulk-actions", {"action": "cancel", "query": "view=open", "reason": "other"}, 403, as_=reader)
    api("GET", "/bulk-actions", None, 403, as_=channel)
    api("GET", "/bulk-actions/1", None, 404)
    api("GET", "/bulk-actions/x", None, 404)
    assert one("SELECT count(*) FROM bulk_run") == before


def test_one_order_is_tagged_and_given_to_somebody(app, api, ids):
    number, person = numbers()[0], owner(app)
    api("POST", f"/orders/{number}/tags", {"tag": " Rush "}, 201)
    labels = api("PUT", f"/orders/{number}/assignment", {"user": person.id})

    assert (labels["tags"], labels["assignee"], labels["assignee_name"]) == (["rush"], person.id, person.name)
    assert api("GET", f"/orders/{number}/labels") == labels
    assert [row["number"] for row in api("GET", f"/orders?assignee={person.id}&tag=rush")["items"]] == [number]
    before = kept()
    api("POST", f"/orders/{number}/tags", {"tag": "late", "version": 1}, 409)
    api("PUT", f"/orders/{number}/assignment", {"user": "4711"}, 422)
    api("POST", f"/orders/{number}/tags", {"tag": "x" * 41}, 422)
    assert kept() == before
    assert api("DELETE", f"/orders/{number}/tags/rush")["tags"] == []
    assert api("PUT", f"/orders/{number}/assignment", {"user": None})["assignee"] is None
