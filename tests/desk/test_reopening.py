"""A resolution is taken back: the exception stands as it stood, and what a fix did is either undone or said to stay."""

import datetime as dt
import json

import pytest

from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import AssignException, ReopenException, SnoozeException
from dashboard.desk.reopening import reopen_exception
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.outbox import after
from dashboard.live.pushes import rooms_of
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import clear_exceptions, resolve_exception
from dashboard.web.livepage import Changes, Room, payload_for
from tests.accounts.helpers import sign_in
from tests.acting import act_as
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.desk.desk import HOUR, person, sold, state, steps, trouble
from tests.factories import NOW, do, dump, line_rows, one, place, read, refused, shop, stock
from tests.pages import Page, open_page, submit

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + HOUR)


def toast_of(answer):
    return json.loads(answer.headers["HX-Trigger"])["toast"]


def as_it_stands(exception_id):
    """All of it but its version."""
    columns = "kind, summary, facts, opened_at, times, assignee_id, snoozed_until, resolved_at, resolved_by, resolution, cleared"
    return one(f"SELECT {columns} FROM order_exception WHERE id = :id", id=exception_id)  # noqa: S608


def test_it_stands_again_as_it_stood(any_app):
    mia = person(7, "Mia")
    found = trouble()
    do(assign_exception, AssignException(found, 7), actor=mia)
    until = NOW + dt.timedelta(days=2)
    do(snooze_exception, SnoozeException(found, until))
    before = as_it_stands(found)
    version = do(resolve_exception, ResolveException(found, "counted"))

    done = do(reopen_exception, ReopenException(found, version, until))

    assert (as_it_stands(found), done.version) == (before, version + 1)
    assert steps(found)[-2:] == ["resolved", "taken_back"]
    assert_clean()
    version = do(resolve_exception, ResolveException(found, ""))
    do(reopen_exception, ReopenException(found, version, NOW - HOUR))
    assert state(found) == "open"  # the moment to come back at has passed
    assert_clean()


def test_what_cannot_be_taken_back_is_refused_and_left(any_app):
    found, gone = trouble("late:1"), trouble("late:2")
    refused(Conflict, reopen_exception, ReopenException(found))
    refused(NotFound, reopen_exception, ReopenException(99))
    refused(NotFound, reopen_exception, ReopenException(2**63))
    version = do(resolve_exception, ResolveException(found, "done"))
    db.write(lambda tx: clear_exceptions(tx, [gone], "it has arrived", system("desk"), NOW))
    before = dump()

    refused(Conflict, reopen_exception, ReopenException(found, version - 1), seen=version - 1)
    assert "it has arrived" in refused(Conflict, reopen_exception, ReopenException(gone)).message
    do_twice = ReopenException(found, version)
    assert dump() == before
    do(reopen_exception, do_twice)
    refused(Conflict, reopen_exception, do_twice)


def test_one_press_takes_back_a_resolution_at_once_or_later(app, client):
    sign_in(client)
    found = trouble()
    answer = client.post(f"/exceptions/{found}/resolution", data={"note": "counted", "_key": "a"}, headers=HTMX)
    toast = toast_of(answer)

    taken = client.post(toast["undo"], headers=HTMX)
    assert (state(found), toast_of(taken)["text"]) == ("open", "The exception is open again.")
    assert client.post(toast["undo"], headers=HTMX).status_code == 409

    page = open_page(client, f"/exceptions/{found}")
    page = submit(client, page.form(f"/exceptions/{found}/resolution"), note="again")
    page = submit(client, page.form(f"/exceptions/{found}/reopening"))
    assert state(found) == "open"
    assert "Resolution taken back" in page.get("exception-pane").text
    assert page.root.all("form", action=f"/exceptions/{found}/reopening") == []


def test_a_selection_is_opened_again_together(app, client):
    sign_in(client)
    found = [trouble(f"late:{n}") for n in range(3)]
    do(snooze_exception, SnoozeException(found[1], NOW + 9 * HOUR))
    page = Page(client.post("/exceptions/bulk", data={"do": "resolve", "note": "", "exception": found}, headers=HTMX).text)
    assert [state(id_) for id_ in found] == ["resolved"] * 3

    was = [field.attributes["value"] for field in page.form("/exceptions/undo").all("input", name="was")]
    answer = client.post("/exceptions/undo", data={"what": "resolve", "was": was}, headers=HTMX)

    assert toast_of(answer)["text"] == "3 exceptions are open again."
    assert [state(id_) for id_ in found] == ["open", "snoozed", "open"]
    assert_clean()


def test_a_fix_is_undone_where_it_can_be_and_said_to_stay_where_not(app, client):
    act_as(app)
    shop(north_A=2)
    short = sold(("A", 3))
    found = one("SELECT id FROM order_exception WHERE kind = 'oversold'")

    kept = toast_of(client.post(f"/exceptions/{found}/fixes/keep_waiting", data={"_key": "k"}, headers=HTMX))
    assert "Undo only opens" not in kept["text"]
    assert toast_of(client.post(kept["undo"], headers=HTMX))["text"] == "The exception is open again."
    stock(north_A=9)
    done = toast_of(client.post(f"/exceptions/{found}/fixes/allocate", data={"_key": "a"}, headers=HTMX))
    assert done["text"].endswith("Undo only opens this exception again. What was allocated stays allocated.")
    said = toast_of(client.post(done["undo"], headers=HTMX))["text"]
    assert said == "The exception is open again. What was allocated stays allocated."
    assert (state(found), line_rows(short.id)[0].allocated) == ("open", 3)
    assert_clean()


def test_a_hold_that_a_fix_placed_is_released_again(app, client):
    act_as(app)
    shop(north_A=2)
    found = trouble("bad_address:1", "bad_address", place(("A", 1)).id)

    placed = toast_of(client.post(f"/exceptions/{found}/fixes/hold_address", data={"_key": "h"}, headers=HTMX))
    assert one("SELECT count(*) FROM order_hold WHERE released_at IS NULL") == 1
    taken = client.post(placed["undo"], headers=HTMX)

    assert (toast_of(taken)["text"], state(found)) == ("The hold is released again.", "open")
    assert one("SELECT count(*) FROM order_hold WHERE released_at IS NULL") == 0
    act_as(app, "orders.update", "orders.read")
    assert client.post(placed["undo"], headers=HTMX).status_code == 403


def test_who_looks_at_the_queue_sees_it_come_back(app):
    found = trouble()
    version = do(resolve_exception, ResolveException(found, ""))
    do(reopen_exception, ReopenException(found, version))
    with db.db.engine.connect() as connection:
        events = tuple(event for event in after(connection, 0, 100) if event.type == "ExceptionReopened")

    assert Room("exceptions") in list(rooms_of(events[0]))
    with app.test_request_context("/"):
        payload = payload_for(Changes(Room("exceptions"), events=events))
    assert [row.k for row in payload.rows] == [f"exception-{found}"]
    assert 'data-views="open' in payload.rows[0].html
    assert payload.facets["exceptions-open"] == 1


def test_the_order_tells_it_and_machines_do_it(app, client):
    act_as(app)
    shop(north_A=1)
    order, api = place(("A", 1)), Api(app)
    found = trouble(order_id=order.id)
    api.post(f"exceptions/{found}/resolution", {"note": "x"})

    assert api.delete(f"exceptions/{found}/resolution?version=1").status_code == 409
    opened = api.delete(f"exceptions/{found}/resolution?version=2")
    assert (opened.status_code, opened.json["state"], opened.json["version"]) == (200, "open", 3)
    assert api.delete(f"exceptions/{found}/resolution").status_code == 409
    assert api.delete("exceptions/99/resolution").status_code == 404
    assert "Not settled after all" in client.get(f"/orders/{order.number}/timeline").text
    assert read("SELECT count(*) FROM event WHERE type = 'ExceptionReopened'") == [(1,)]
