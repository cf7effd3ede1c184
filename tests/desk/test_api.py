"""/api/v1/exceptions: list, read, resolve, assign, snooze, fix; each answer as the document says."""

import datetime as dt

from dashboard.api import exception_schemas
from dashboard.kernel import clock
from tests.accounts.helpers import add_user
from tests.api.conftest import Api
from tests.desk.desk import HOUR, sold, state, trouble
from tests.factories import NOW, dump, shop


def valid(answer, schema, status=201):
    assert answer.status_code == status, answer.text
    schema.model_validate(answer.json)
    return answer.json


def test_a_machine_reads_the_queue_page_by_page(any_app):
    found = [trouble(f"late:{n}", now=NOW + n * HOUR) for n in range(3)]
    api = Api(any_app, "api_reader")
    first = valid(api.get("exceptions?limit=2"), exception_schemas.ExceptionList, 200)
    rest = valid(api.get(f"exceptions?limit=2&cursor={first['next']}"), exception_schemas.ExceptionList, 200)
    assert [row["id"] for row in first["items"] + rest["items"]] == [str(id_) for id_ in found]
    assert rest["next"] is None
    assert api.get("exceptions?kind=empty_order").json["items"] == []
    for query in ("view=mine", "kind=x", "assignee=x", "limit=0", "cursor=x"):
        assert api.get(f"exceptions?{query}").status_code == 422, query
    for id_ in ("99", "x", str(2**70)):
        assert api.get(f"exceptions/{id_}").status_code == 404


def test_an_exception_is_assigned_snoozed_and_resolved_once(any_app):
    user = add_user(any_app, "support")
    found, api = trouble("dead_letter:1", "dead_letter", facts={"error": "to ada@example.com"}), Api(any_app, "support")
    read = valid(api.get(f"exceptions/{found}"), exception_schemas.ExceptionDetail, 200)
    assert (read["facts"], [fix["key"] for fix in read["fixes"]]) == ({}, ["retry_job"])

    taken = valid(api.post(f"exceptions/{found}/assignment", {"user": str(user.id)}), exception_schemas.ExceptionDetail)
    assert (taken["assignee"], taken["version"]) == (str(user.id), 2)
    until = clock.iso(clock.now() + dt.timedelta(hours=2))
    slept = valid(api.post(f"exceptions/{found}/snooze", {"until": until, "version": 2}), exception_schemas.ExceptionDetail)
    assert (slept["state"], slept["snoozed_until"]) == ("snoozed", until)
    assert api.post(f"exceptions/{found}/snooze", {"until": None, "version": 2}).status_code == 409
    done = valid(api.post(f"exceptions/{found}/resolution", {"note": "not needed"}), exception_schemas.ExceptionDetail)
    assert (done["state"], done["resolution"], done["fixes"]) == ("resolved", "not needed", [])
    before = dump()
    again = api.post(f"exceptions/{found}/resolution", {})
    assert (again.status_code, again.json["facts"]["resolved_by"]) == (409, done["resolved_by"])
    assert dump()["order_exception"] == before["order_exception"]


def test_a_fix_needs_its_own_permission_and_is_done_once(any_app):
    shop(north_A=5)
    sold(("A-OLD", 2))
    api, weak = Api(any_app, "ops_manager"), Api(any_app, "api_reader")
    assert weak.post("exceptions/1/fixes", {"fix": "map_sku", "sku": "A"}).status_code == 403
    assert weak.post("exceptions/1/resolution", {}).status_code == 403
    assert api.post("exceptions/1/fixes", {"fix": "map_sku", "sku": "nothing"}).status_code == 422
    assert state(1) == "open"
    for _ in range(2):
        done = valid(api.post("exceptions/1/fixes", {"fix": "map_sku", "sku": "A"}, key="once"), exception_schemas.FixResult)
        assert (done["closed"], done["said"]) == (True, "A-OLD is A, 2 of 2 allocated")


def test_a_refused_fix_is_a_problem_and_was_written_down(any_app):
    shop(north_A=1)
    sold(("A", 2))
    answer = Api(any_app, "ops_manager").post("exceptions/1/fixes", {"fix": "allocate"})
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert answer.json["facts"] == {"tried": "allocate", "version": 2}
