"""/api/v1/transfers."""

import pytest

from dashboard.api import transfer_schemas
from tests.accounts.helpers import api_token
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.factories import dump
from tests.transfers.acting import shelf

BODY = {"from_location": "N", "to_location": "S", "lines": [{"sku": "a-1", "units": 4}]}


@pytest.fixture
def api(opened) -> Api:
    return Api(opened)


def made(api, **more):
    answer = api.post("transfers", {**BODY, **more})
    assert answer.status_code == 201, answer.json
    transfer_schemas.Transfer.model_validate(answer.json)
    return answer.json


def test_a_transfer_from_draft_to_received(api):
    drafted = made(api, expected_on="2026-12-01", note="by van", lines=[{"sku": "A-1", "units": 4}, {"sku": "B-2", "units": 2}])
    at = f"transfers/{drafted['number']}"
    assert (drafted["status"], drafted["in_transit"], drafted["expected_on"]) == ("draft", 0, "2026-12-01")

    sent = api.post(f"{at}/dispatch", {"version": 1}).json
    assert (sent["status"], sent["in_transit"], sent["version"]) == ("in_transit", 6, 2)
    part = api.post(f"{at}/receipts", {"lines": [{"sku": "A-1", "received": 2, "damaged": 1}], "note": "wet"})
    transfer_schemas.Transfer.model_validate(part.json)
    assert part.json["lines"][0] == {
        "sku": "A-1", "units": 4, "sent": 4, "received": 2, "damaged": 1, "lost": 0, "returned": 0, "in_transit": 1,
    }  # fmt: skip
    api.post(f"{at}/losses", {"lines": [{"sku": "A-1", "units": 1}], "reason": "stolen"})
    done = api.post(f"{at}/return", {"note": "wrong ones"}).json

    assert (done["status"], done["in_transit"], [step["step"] for step in done["steps"]]) == (
        "received", 0, ["drafted", "dispatched", "received", "settled", "sent_back"],
    )  # fmt: skip
    assert api.get(at).json == done
    assert (shelf("A-1", "S"), shelf("B-2", "N")) == ((8, 0, 1), (3, 0, 0))
    assert_clean()


def test_transfers_are_listed_by_view_and_page(api):
    numbers = [made(api)["number"] for _ in range(3)]
    api.post(f"transfers/{numbers[0]}/dispatch")
    api.post(f"transfers/{numbers[1]}/cancellation", {"note": "twice"})

    first = api.get("transfers?limit=2").json
    transfer_schemas.TransferList.model_validate(first)
    rest = api.get(f"transfers?limit=2&cursor={first['next']}").json
    assert [row["number"] for row in first["items"] + rest["items"]] == numbers[::-1]
    for view, number in (("open", 2), ("in_transit", 0), ("done", 1)):
        assert [row["number"] for row in api.get(f"transfers?view={view}").json["items"]] == [numbers[number]]
    assert api.get("transfers?view=lost").status_code == 422
    assert api.get("transfers?q=B-2").json["items"] == []


def test_one_key_is_one_step(api):
    number = made(api)["number"]
    api.post(f"transfers/{number}/dispatch")

    first, again = (api.post(f"transfers/{number}/receipts", {"lines": [{"sku": "A-1", "received": 2}]}, key="van-7") for _ in range(2))

    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")
    assert shelf("A-1", "S") == (7, 0, 0)
    assert api.post("transfers", BODY, key=None).status_code == 400


@pytest.mark.parametrize(("change", "field"), [
    ({"to_location": "N"}, "to_location"), ({"to_location": "X"}, "to_location"), ({"from_location": ""}, "from_location"),
    ({"lines": []}, "lines"), ({"lines": [{"sku": "A-1", "units": 0}]}, "lines.0.units"),
    ({"lines": [{"sku": "A-1", "units": -1}]}, "lines.0.units"), ({"lines": [{"sku": "A-1", "units": 1.5}]}, "lines.0.units"),
    ({"lines": [{"sku": "A-1", "units": 2**31}]}, "lines.0.units"), ({"lines": [{"sku": "A-1", "units": "1"}]}, "lines.0.units"),
    ({"lines": [{"sku": "NOPE", "units": 1}]}, "lines.0.sku"), ({"expected_on": "soon"}, "expected_on"), ({"colour": 1}, "colour"),
])  # fmt: skip
def test_a_bad_draft_is_a_422_that_names_the_field(api, change, field):
    before = {**dump(), "access_token": []}  # remembers when it was used last

    answer = api.post("transfers", {**BODY, **change})

    assert (answer.status_code, field in answer.json["facts"]["fields"]) == (422, True), answer.json
    assert {**dump(), "access_token": []} == before


def test_what_cannot_be_done_now_is_refused_with_its_code(api):
    number = made(api, lines=[{"sku": "A-1", "units": 11}])["number"]
    short = api.post(f"transfers/{number}/dispatch").json
    assert (short["code"], short["facts"]["short"][0]["available"]) == ("insufficient_stock", 10)
    assert api.post(f"transfers/{number}/receipts").json["code"] == "illegal_transition"
    assert api.post(f"transfers/{number}/cancellation", {"version": 9}).json["code"] == "conflict"
    assert api.post("transfers/T9/dispatch").status_code == 404
    ready = made(api)["number"]
    api.post(f"transfers/{ready}/dispatch")
    for lines in ([{"sku": "A-1", "received": 5}], [{"sku": "A-1", "received": -1}], [{"sku": "A-1"}], [{"sku": "B-2", "received": 1}]):
        assert api.post(f"transfers/{ready}/receipts", {"lines": lines}).status_code == 422
    assert shelf("A-1", "S") == (5, 0, 0)


def test_the_document_tells_of_it(opened):
    document = opened.test_client().get("/api/v1/openapi.json", headers=api_token(opened, "owner")).json

    paths = {path.removeprefix("/api/v1/transfers") for path in document["paths"] if path.startswith("/api/v1/transfers")}
    steps = ("dispatch", "receipts", "losses", "return", "cancellation")
    assert paths == {"", "/{number}", *(f"/{{number}}/{step}" for step in steps)}
