"""One row per cause: opened once, opened again when it comes back, taken, snoozed, resolved by one person only."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from dashboard.desk import store
from dashboard.desk.actions import arrive, assign_exception, snooze_exception, wake_due
from dashboard.desk.commands import Arrive, AssignException, SnoozeException
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.commands import OpenException, ResolveException
from dashboard.orders.exceptions import clear_exceptions, open_exception, resolve_exception
from tests.desk.desk import HOUR, person, state, steps, trouble
from tests.factories import MIA, NOW, do, one, read, refused


def test_a_cause_that_comes_back_opens_its_own_row_again(any_app):
    found = trouble("late:1")
    again = OpenException("late", "late again", key="late:1")
    assert do(open_exception, again) is None
    do(resolve_exception, ResolveException(found, "asked the carrier"))

    assert do(open_exception, again, NOW + HOUR) == found

    assert read("SELECT id, times, summary, resolved_by, opened_at FROM order_exception") == [
        (found, 2, "late again", None, clock.micros(NOW + HOUR))
    ]
    assert steps(found) == ["opened", "resolved", "reopened"]


def test_what_a_person_has_dealt_with_comes_back_only_as_another_time(any_app):
    found = trouble("late_order:1", "late_order", occurrence="monday")
    do(resolve_exception, ResolveException(found, "customer told"))

    assert do(open_exception, OpenException("late_order", "still late", key="late_order:1", occurrence="monday")) is None
    assert state(found) == "resolved"
    assert do(open_exception, OpenException("late_order", "late", key="late_order:1", occurrence="tuesday")) == found


def test_what_closed_itself_comes_back_even_as_the_same_time(any_app):
    found = trouble("late_order:1", "late_order", occurrence="monday")
    assert do(clear_exceptions_of(found), None) == 1
    assert one("SELECT resolution, cleared FROM order_exception") == ("it has left", True)

    assert do(open_exception, OpenException("late_order", "late", key="late_order:1", occurrence="monday")) == found
    assert steps(found) == ["opened", "cleared", "reopened"]


def clear_exceptions_of(exception_id):
    return lambda tx, _command, actor, now: clear_exceptions(tx, [exception_id], "it has left", actor, now)


def test_many_at_once_report_one_cause_as_one_row(any_app):
    opened, start = [], threading.Barrier(6)

    def report() -> None:
        with any_app.app_context():
            start.wait()
            opened.append(db.write(open_exception, OpenException("late", "late", key="late:9"), MIA, NOW))

    threads = [threading.Thread(target=report) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found is not None for found in opened) == [False] * 5 + [True]
    assert one("SELECT count(*), max(times) FROM order_exception") == (1, 1)
    assert one("SELECT count(*) FROM event WHERE type = 'ExceptionOpened'") == 1


def test_two_that_resolve_one_exception_are_told_who_was_first(any_app):
    found, answers, start = trouble(), [], threading.Barrier(2)
    people = [person(1, "Mia"), person(2, "Tom")]

    def resolve(who) -> None:
        with any_app.app_context():
            start.wait()
            try:
                answers.append(db.write(resolve_exception, ResolveException(found, who.name), who, NOW))
            except Conflict as error:
                answers.append(error.facts["resolved_by"])

    threads = [threading.Thread(target=resolve, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = one("SELECT resolved_by FROM order_exception")
    assert sorted(answers, key=str) == [2, winner]
    assert steps(found) == ["opened", "resolved"]


def test_somebody_takes_it_and_nobody_takes_it_away_unseen(any_app):
    mia, tom = person(1, "Mia"), person(2, "Tom")
    found = trouble()
    assert do(assign_exception, AssignException(found, 1, 1), actor=mia).version == 2

    error = refused(Conflict, assign_exception, AssignException(found, 2, 1), assignee="Mia", seen=1)
    assert error.message == "Mia has taken this meanwhile."
    assert do(assign_exception, AssignException(found, 2, 2), actor=tom).version == 3
    assert do(assign_exception, AssignException(found, 2, 1), actor=tom).version == 3
    assert do(assign_exception, AssignException(found, None), actor=tom).version == 4
    refused(Invalid, assign_exception, AssignException(found, 99))
    refused(Invalid, assign_exception, AssignException(found, 2**70))
    refused(NotFound, assign_exception, AssignException(999, 1))
    assert steps(found) == ["opened", "assigned", "assigned", "assigned"]


def test_what_is_snoozed_comes_back_by_itself(any_app):
    found = trouble()
    do(snooze_exception, SnoozeException(found, NOW + HOUR, 1))
    assert state(found) == "snoozed"
    assert do(wake_due, None, NOW + HOUR - dt.timedelta(seconds=1)) == 0

    assert do(wake_due, None, NOW + HOUR) == 1

    assert state(found) == "open"
    assert steps(found) == ["opened", "snoozed", "woken"]
    assert do(wake_due, None, NOW + 2 * HOUR) == 0


def test_a_snooze_in_the_past_too_long_or_of_something_changed_is_refused(any_app):
    found = trouble()
    for until in (NOW, NOW - HOUR, NOW + dt.timedelta(days=91)):
        refused(Invalid, snooze_exception, SnoozeException(found, until))
    refused(Conflict, snooze_exception, SnoozeException(found, NOW + HOUR, 7), version=1, seen=7)
    do(resolve_exception, ResolveException(found))
    refused(Conflict, snooze_exception, SnoozeException(found, NOW + HOUR), resolved_by="Mia Ops")
    refused(Conflict, assign_exception, AssignException(found, None), resolved_by="Mia Ops")


@pytest.mark.parametrize("view", ["open", "mine", "unassigned", "snoozed", "resolved"])
@pytest.mark.parametrize("kind", ["", "late"])
def test_every_list_walks_an_index(app, view, kind):
    trouble()
    with db.db.engine.connect() as connection:
        asked = []
        sa.event.listen(connection, "before_cursor_execute", lambda _c, _k, text, values, *_: asked.append((text, values)))
        store.page(connection, store.Query(view, kind, user_id=1, after=(1, 1)))
        plan = "\n".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1]))
    assert "USING INDEX ix_order_exception" in plan and "SCAN orders" not in plan, plan


@pytest.mark.parametrize("minutes", [5, 15])
def test_a_new_visit_begins_after_a_pause(any_app, minutes):
    do(arrive, Arrive(1, 10), NOW)
    do(arrive, Arrive(1, 40), NOW + dt.timedelta(minutes=minutes))
    assert one("SELECT since_seq, seen_seq FROM desk_visit") == (10, 40)
    do(arrive, Arrive(1, 50), NOW + dt.timedelta(minutes=2 * minutes))
    assert one("SELECT since_seq, seen_seq FROM desk_visit") == (10 if minutes == 5 else 40, 50)
