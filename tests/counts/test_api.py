"""/api/v1/counts: the same blind counting and approving for machines, each answer as the document says."""

import pytest

from dashboard.api import count_schemas
from tests.api.conftest import Api
from tests.factories import balance, place, read, shop
from tests.invariants import assert_whole


def valid(answer, schema, status=201):
    assert answer.status_code == status, answer.text
    schema.model_validate(answer.json)
    return answer.json


def test_a_machine_opens_counts_and_an_approver_decides(any_app):
    shop(north_A=5555, north_B=7)
    scanner, other, manager = Api(any_app, "api_stock"), Api(any_app, "api_stock"), Api(any_app, "ops_manager")
    made = valid(scanner.post("counts", {"location": "north"}), count_schemas.Count)
    number = made["number"]
    assert (made["status"], made["line_count"], made["to_count"]) == ("open", 2, 2)
    entered = valid(scanner.post(f"counts/{number}/figures", {"sku": "a", "units": 5000}), count_schemas.CountEntry)
    assert entered == {"sku": "A", "units": 5000, "recount": True, "left": 2, "status": "counting", "version": 3}
    assert scanner.post(f"counts/{number}/figures", {"sku": "a", "units": 5000}).status_code == 409
    valid(other.post(f"counts/{number}/figures", {"sku": "A", "units": 5001}), count_schemas.CountEntry)
    valid(scanner.post(f"counts/{number}/figures", {"sku": "B", "units": 7}), count_schemas.CountEntry)
    blind = scanner.get(f"counts/{number}")
    valid(blind, count_schemas.Count, 200)
    assert not any(figure in line.values() for line in blind.json["lines"] for figure in (5555, 5000, 5001))
    assert scanner.get(f"counts/{number}/review").status_code == 403

    posted = valid(scanner.post(f"counts/{number}/approvals", {}), count_schemas.CountDecision)
    assert (posted["lines"], posted["left"], posted["status"]) == (1, 1, "review")
    review = valid(manager.get(f"counts/{number}/review"), count_schemas.CountReview, 200)
    figures = {figure["round"]: figure for figure in review["figures"] if figure["sku"] == "A"}
    assert (figures[2]["expected"], figures[2]["variance"], figures[2]["value"]) == (5555, -554, "-5540.00")
    assert manager.post(f"counts/{number}/approvals", {"lines": [figures[2]["id"]], "version": 1}).status_code == 409
    done = valid(manager.post(f"counts/{number}/approvals", {"lines": [figures[2]["id"]]}), count_schemas.CountDecision)
    assert done["status"] == "approved"
    assert balance("A", "north") == (5001, 0)
    rows = valid(scanner.get("counts?view=done"), count_schemas.CountList, 200)
    assert [row["number"] for row in rows["items"]] == [number]
    assert scanner.get("counts?view=open").json["items"] == []
    assert_whole()


def test_one_key_counts_once_and_replays_its_answer(any_app):
    shop(north_A=5)
    api = Api(any_app, "api_stock")
    for _ in range(2):
        assert api.post("counts", {"location": "north", "skus": ["A"]}, key="open").status_code == 201
        assert api.post("counts/C00001/figures", {"sku": "A", "units": 4}, key="figure").status_code == 201
        assert api.post("counts/C00001/approvals", {}, key="approve").status_code == 201
    assert read("SELECT count(*) FROM stock_count") == [(1,)]
    assert balance("A", "north") == (4, 0)
    assert_whole()


def test_orders_that_hold_the_units_are_named_by_number(app):
    shop(north_A=5)
    order = place(("A", 5))
    api = Api(app, "ops_manager")
    api.post("counts", {"location": "north"})
    api.post("counts/C00001/figures", {"sku": "A", "units": 4})
    answer = api.post("counts/C00001/approvals", {})
    assert (answer.status_code, answer.json["code"]) == (409, "insufficient_stock")
    assert answer.json["facts"]["short"][0]["orders"] == [order.number]
    assert "order_ids" not in answer.text


def test_recounts_rejections_and_cancellation_are_for_approvers(app):
    shop(north_A=5, north_B=5)
    scanner, manager = Api(app, "api_stock"), Api(app, "ops_manager")
    scanner.post("counts", {"location": "north", "skus": ["A", "B"]})
    scanner.post("counts/C00001/figures", {"sku": "A", "units": 4})
    for step in ("recounts", "rejections"):
        assert scanner.post(f"counts/C00001/{step}", {}).status_code == 403
    assert valid(manager.post("counts/C00001/recounts", {}), count_schemas.CountDecision)["status"] == "counting"
    assert valid(manager.post("counts/C00001/cancellation", {}), count_schemas.CountDecision)["status"] == "cancelled"
    assert manager.post("counts/C00001/rejections", {}).status_code == 409


@pytest.mark.parametrize(("path", "body", "status"), [
    ("counts", {"location": "moon"}, 404), ("counts", {"location": "north", "skus": ["NOPE"]}, 404), ("counts", {}, 422),
    ("counts", {"location": "north", "skus": []}, 422), ("counts", {"location": "north", "most": 0}, 422),
    ("counts/C00001/figures", {"sku": "A", "units": -1}, 422), ("counts/C00001/figures", {"sku": "A", "units": 1.5}, 422),
    ("counts/C00001/figures", {"sku": "A", "units": 2**31}, 422), ("counts/C00001/figures", {"sku": "A", "units": True}, 422),
    ("counts/C00001/figures", {"sku": "NOPE", "units": 1}, 404), ("counts/C00001/figures", {"sku": "B", "units": 1}, 404),
    ("counts/C9/figures", {"sku": "A", "units": 1}, 404), ("counts/C00001/approvals", {"lines": []}, 422),
    ("counts/C00001/approvals", {"lines": ["x"]}, 422), ("counts/C00001/approvals", {"lines": ["99"]}, 404),
    ("counts/C00001/approvals", {}, 409), ("counts/C00001/cancellation", {"version": 99}, 409),
])  # fmt: skip
def test_bad_input_is_refused_and_changes_nothing(app, path, body, status):
    shop(north_A=5, north_B=5)
    api = Api(app, "owner")
    api.post("counts", {"location": "north", "skus": ["A"]})
    answer = api.post(path, body)
    assert answer.status_code == status, answer.text
    assert answer.json["detail"]
    assert read("SELECT state, counted FROM count_line") == [("to_count", None)]
