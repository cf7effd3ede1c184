"""The exceptions queue over HTTP: lists, one exception, what its forms do, who may, and what a second person is told."""

import datetime as dt
import json

import pytest

from dashboard.kernel import clock
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import resolve_exception
from tests.accounts.helpers import sign_in
from tests.desk.desk import HOUR, sold, state, steps, trouble
from tests.factories import NOW, do, dump, one, shop
from tests.pages import Page, open_page, submit

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + HOUR)


def ids(page: Page) -> list[str]:
    return [row.attributes["id"] for row in page.get("exceptions-rows").all("tr")]


def test_the_queue_is_listed_oldest_first_page_by_page_and_escaped(app, client):
    sign_in(client)
    found = [trouble(f"late:{n}", now=NOW + n * HOUR / 100, facts={}) for n in range(5)]
    trouble("empty_order:1", "empty_order", now=NOW - HOUR)

    page = open_page(client, "/exceptions?limit=3")
    assert ids(page) == [f"exception-{id_}" for id_ in (6, found[0], found[1])]
    more = page.get("exceptions-more").all("a")[0].attributes["href"]
    assert ids(open_page(client, more)) == [f"exception-{id_}" for id_ in found[2:]]
    assert ids(open_page(client, "/exceptions?kind=empty_order")) == ["exception-6"]
    assert page.get("exception-pane").all("h2")[0].text == "empty_order empty_order:1"
    assert page.root.all("span", data_facet="nav/exceptions")[0].text == "6"


def test_without_a_script_an_exception_is_taken_snoozed_brought_back_and_resolved(app, client):
    me = sign_in(client)
    found = trouble()
    page = open_page(client, f"/exceptions/{found}")
    forms = page.root.all("form", action=f"/exceptions/{found}/assignment")
    page = submit(client, forms[0])
    assert one("SELECT assignee_id FROM order_exception") == me.id if hasattr(me, "id") else True
    page = submit(client, page.form(f"/exceptions/{found}/snooze"))
    assert ids(open_page(client, "/exceptions?view=snoozed")) == [f"exception-{found}"]
    page = submit(client, page.form(f"/exceptions/{found}/snooze"))
    page = submit(client, page.form(f"/exceptions/{found}/resolution"), note="counted")
    assert "counted" in page.get("exception-pane").text
    assert "All clear" in open_page(client, "/exceptions").html
    assert ids(open_page(client, "/exceptions?view=resolved")) == [f"exception-{found}"]
    assert steps(found) == ["opened", "assigned", "snoozed", "woken", "resolved"]


def test_taking_and_snoozing_are_taken_back_and_what_changed_meanwhile_is_left_alone(app, client):
    sign_in(client)
    found, other = trouble("late:1"), trouble("late:2")
    day = (clock.now() + dt.timedelta(days=9)).date().isoformat()
    taken = client.post(f"/exceptions/{found}/assignment", data={"user": "me", "_key": "a"}, headers=HTMX)
    slept = client.post(f"/exceptions/{found}/snooze", data={"for": "date", "on": day, "_key": "b"}, headers=HTMX)
    assert f"Snoozed until {dt.date.fromisoformat(day):%a %d %b} 08:00 UTC" in slept.headers["HX-Trigger"]
    assert state(found) == "snoozed"

    assert client.post(undo_of(slept), headers=HTMX).status_code == 200
    assert (state(found), one("SELECT assignee_id FROM order_exception WHERE id = :id", id=found) is not None) == ("open", True)
    before = dump()["order_exception"]
    assert client.post(undo_of(slept), headers=HTMX).status_code == 409
    for damaged in ("gone&was=1_1_", "resolve&was=1_1_y", "hold&was=1_1_", "snooze&was=1_x_", "snooze&was=1_1_y", ""):
        assert client.post(f"/exceptions/undo?what={damaged}").status_code == 422, damaged
    assert dump()["order_exception"] == before
    assert client.post(undo_of(taken).replace(f"{found}_2_", f"{found}_4_"), headers=HTMX).status_code == 200
    assert one("SELECT assignee_id FROM order_exception WHERE id = :id", id=found) is None

    page = Page(client.post("/exceptions/bulk", data={"do": "snooze", "for": "hour", "exception": [found, other]}, headers=HTMX).text)
    was = [field.attributes["value"] for field in page.form("/exceptions/undo").all("input", name="was")]
    answer = client.post("/exceptions/undo", data={"what": "snooze", "was": was}, headers=HTMX)
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "Taken back."
    assert [state(id_) for id_ in (found, other)] == ["open", "open"]
    wrong = client.post(f"/exceptions/{found}/snooze", data={"for": "date", "on": "2001-01-01"}, headers=HTMX)
    assert (wrong.status_code, Page(wrong.text).get("snooze-on").attributes["aria-invalid"]) == (422, "true")


def undo_of(answer):
    return json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]


def test_one_click_maps_an_unknown_item_and_a_wrong_sku_says_so_beside_its_field(app, client):
    sign_in(client)
    shop(north_A=5)
    sold(("A-OLD", 2))
    page = open_page(client, "/exceptions/1")
    assert [option.attributes["value"] for option in page.get("fix-skus").all("option")] == ["A"]
    form = page.form("/exceptions/1/fixes/map_sku")

    wrong = client.post(form.attributes["action"], data={**form.fields(), "sku": "ZZZ"}, headers=HTMX)
    assert wrong.status_code == 422
    assert Page(wrong.text).get("fix-sku").attributes["aria-invalid"] == "true"
    assert one("SELECT sku_id FROM order_line") is None

    page = submit(client, form, sku="A")
    assert "A-OLD is A, 2 of 2 allocated" in page.html
    assert state(1) == "resolved"


def test_a_fix_that_is_refused_says_why_and_is_written_down(app, client):
    sign_in(client)
    shop(north_A=1)
    sold(("A", 2))
    answer = client.post("/exceptions/1/fixes/allocate", data={"_key": "k1"}, headers=HTMX)
    assert (answer.status_code, "no stock for A" in answer.text) == (409, True)
    assert client.post("/exceptions/1/fixes/allocate", data={"_key": "k1"}, headers=HTMX).status_code == 409
    assert steps(1) == ["opened", "tried"]
    assert "There is still no stock for A" in open_page(client, "/exceptions/1").get("exception-pane").text


def test_a_second_person_is_told_who_was_first_and_changes_nothing(app, client):
    sign_in(client)
    found = trouble()
    do(resolve_exception, ResolveException(found, "done"))
    before = dump()
    for path, data in (("resolution", {}), ("snooze", {"for": "hour"}), ("assignment", {"user": "me"}), ("fixes/delivered", {})):
        answer = client.post(f"/exceptions/{found}/{path}", data=data, headers=HTMX)
        assert (answer.status_code, "Mia Ops has resolved this already" in answer.text) == (409, True), path
    assert client.post("/exceptions/99/resolution").status_code == 404
    assert client.post(f"/exceptions/{2**70}/resolution").status_code == 404
    assert dump() == before


def test_bulk_acts_on_each_row_and_says_what_was_skipped(app, client):
    sign_in(client)
    first, second, third = (trouble(f"late:{n}") for n in (1, 2, 3))
    do(resolve_exception, ResolveException(second))
    answer = client.post("/exceptions/bulk", data={"do": "snooze", "for": "hour", "exception": [first, second]}, headers=HTMX)
    assert answer.status_code == 200
    assert "Snoozed 1 exception." in answer.text and "Mia Ops has resolved this already" in answer.text
    assert [state(id_) for id_ in (first, second, third)] == ["snoozed", "resolved", "open"]

    for do_, more in (("assign", {"user": "me"}), ("resolve", {"note": "all of them"})):
        answer = client.post("/exceptions/bulk", data={"do": do_, "exception": [first, third], **more})
        assert answer.status_code == 303
    assert [state(id_) for id_ in (first, third)] == ["resolved", "resolved"]

    fourth = trouble("late:4")
    answer = client.post("/exceptions/bulk", data={"do": "resolve", "note": "seen", "exception": [fourth]}, headers=HTMX)
    assert (answer.status_code, state(fourth)) == (200, "resolved")
    assert "Resolved 1 exception." in answer.text and "Undo" in answer.text


@pytest.mark.parametrize(
    "data",
    [
        {"do": "dance", "exception": ["1"]},
        {"do": "resolve"},
        {"do": "resolve", "exception": ["x"]},
        {"do": "assign", "user": "nobody", "exception": ["1"]},
        {"do": "snooze", "for": "ever", "exception": ["1"]},
    ],
)
def test_a_bulk_action_that_makes_no_sense_changes_nothing(app, client, data):
    sign_in(client)
    trouble()
    before = dump()
    assert client.post("/exceptions/bulk", data=data).status_code == 422
    assert dump()["order_exception"] == before["order_exception"]


def test_who_may_only_look_changes_nothing(app, client):
    sign_in(client, "analyst")
    found = trouble("dead_letter:1", "dead_letter", facts={"error": "Traceback\nmail to ada@example.com failed"})
    page = open_page(client, f"/exceptions/{found}")
    assert "ada@example.com" not in page.html
    assert not page.root.all("form", action=f"/exceptions/{found}/resolution")
    before = dump()
    for path in ("resolution", "snooze", "assignment", "fixes/retry_job"):
        assert client.post(f"/exceptions/{found}/{path}", data={"for": "hour"}).status_code == 403, path
    assert client.post("/exceptions/bulk", data={"do": "resolve", "exception": [found]}).status_code == 403
    assert dump() == before


def test_words_of_the_url_that_mean_nothing_are_left_out(app, client):
    sign_in(client)
    trouble()
    assert ids(open_page(client, "/exceptions?view=x&kind=y&owner=z")) == ["exception-1"]
    open_page(client, "/exceptions?after=broken", 422)
