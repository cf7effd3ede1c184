"""The schedule says what the ledger would, in the order of urgency, and moves on with every approval and every rule."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.counts import due
from dashboard.counts.jobs import reschedule_counts
from dashboard.counts.policies import SetPolicies, set_policies
from dashboard.counts.rules import POLICIES, Policy
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Conflict, Invalid
from tests.accounts.helpers import sign_in
from tests.checking import assert_clean
from tests.counts.acting import EVA, approved, counted, opened
from tests.factories import NOW, do, one, read, refused, shop, skus, stock


@pytest.fixture
def stocked(any_app, monkeypatch):
    """Four SKUs at north, of which A was just counted and B is on an open count; now is NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    shop(north_A=100, north_B=3, north_C=1, north_D=1, south_A=2)
    number = opened("A")
    counted(number, "A", 100)
    approved(number)
    opened("B")
    return any_app


def said(later: dt.timedelta = dt.timedelta(), location_id: int = 1):
    """What is due and how many of each class, from the schedule or without it."""
    with db.db.engine.connect() as connection:
        now = NOW + later
        return due.first(connection, location_id, now), due.totals(connection, location_id, now)


@pytest.mark.parametrize("days", [0, 179, 180, 400])
def test_the_schedule_says_what_the_ledger_says(stocked, days):
    later = dt.timedelta(days=days)
    worked_out = said(later)

    assert reschedule_counts(None) == 5
    assert said(later) == worked_out
    assert said(later, 2)[1]["C"] == 1
    assert reschedule_counts(None) == 0
    assert_clean()


def test_an_approved_line_is_due_again_after_its_interval_at_once(stocked):
    reschedule_counts(None)
    number = opened("C", "D")
    counted(number, "C", 1)
    counted(number, "D", 1)
    approved(number)

    assert said()[0] == []
    assert [line.code for line in said(dt.timedelta(days=180))[0]] == ["A", "C", "D"]
    assert reschedule_counts(None) == 0
    assert_clean()


def test_new_and_withdrawn_skus_come_and_go_with_the_next_run(stocked):
    reschedule_counts(None)
    skus("E")
    stock(north_E=1)
    db.write(lambda tx: tx.execute(sa.text("UPDATE sku SET active = :no WHERE code = 'C'"), {"no": False}) and None)

    assert [line.code for line in said()[0]] == ["D"]
    assert reschedule_counts(None) == 2
    assert [line.code for line in said()[0]] == ["D", "E"]


def test_a_run_that_is_older_than_an_approval_does_not_undo_it(stocked):
    reschedule_counts(None)
    db.write(lambda tx: tx.execute(sa.text("UPDATE count_schedule SET last_counted = last_counted + 1 WHERE last_counted > 0")) and None)

    reschedule_counts(None)

    assert one("SELECT max(last_counted) FROM count_schedule") == clock.micros(NOW) + 1


def test_rules_are_set_once_for_all_classes_and_decide_at_once(stocked):
    wanted = {**POLICIES, "C": Policy(10, 0, 50)}
    assert do(set_policies, SetPolicies(wanted, 1), actor=EVA) == 2
    assert read("SELECT task FROM job WHERE key = 'counts.schedule:v2'") == [("counts.schedule",)]
    refused(Conflict, set_policies, SetPolicies(POLICIES, 1))
    assert do(set_policies, SetPolicies(wanted, 2), actor=EVA) == 2

    number = opened("C", "A")
    assert counted(number, "C", 0).recount is True
    assert counted(number, "A", 60).recount is False
    reschedule_counts(None)
    assert one("SELECT due_at - last_counted FROM count_schedule WHERE last_counted IS NOT NULL") == 10 * 86_400_000_000


@pytest.mark.parametrize("policy", [Policy(0), Policy(4000), Policy(1, -1), Policy(1, 2, 101), Policy(1, 2, 1.5), Policy(True)])
def test_a_rule_out_of_range_names_its_field_and_changes_nothing(app, policy):
    error = refused(Invalid, set_policies, SetPolicies({**POLICIES, "B": policy}, 1))

    assert list(error.facts["fields"])[0].startswith("B.")


def test_the_rules_have_a_page_for_those_who_approve(app):
    client = app.test_client()
    sign_in(client)
    page = client.get("/counts/settings").text
    assert page.count('value="2"') == 6 and 'value="180"' in page
    sent = {f"{name}.{field}": "3" for name in POLICIES for field in Policy._fields}

    assert client.post("/counts/settings", data={**sent, "version": "1"}).status_code == 303
    assert read("SELECT DISTINCT interval_days, tolerance_units, version FROM count_policy") == [(3, 3, 2)]
    late = client.post("/counts/settings", data={**sent, "version": "1"})
    assert (late.status_code, "every 3 days" in late.text) == (409, True)
    bad = client.post("/counts/settings", data={**sent, "A.interval_days": "x", "version": "2"})
    assert (bad.status_code, 'aria-invalid="true"' in bad.text) == (422, True)
    assert "every 3 days" in client.get("/counts?view=due").text or "No location yet" in client.get("/counts?view=due").text

    counter = app.test_client()
    sign_in(counter, "warehouse")
    assert counter.get("/counts/settings").status_code == 403
    assert counter.post("/counts/settings", data=sent).status_code == 403
    assert "/counts/settings" not in counter.get("/counts").text

