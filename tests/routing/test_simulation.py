"""Trying a draft on past orders: a job with progress that survives its process, over any days, and reads what it did not decide."""

import datetime as dt

import pytest

from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.jobs import Leased
from dashboard.routing import jobs, simulations
from dashboard.routing.actions import discard_draft, edit_draft, start_draft
from dashboard.routing.commands import DiscardDraft, EditDraft, StartDraft, StartSimulation
from dashboard.routing.rules import KINDS, Rule, RuleSet, document_of
from dashboard.routing.simulations import TASK, start_simulation
from tests.factories import NOW, do, one, place, read, refused


@pytest.fixture
def draft(routed) -> int:
    """A draft that prefers the second location, after four orders on two days."""
    for days in (0, 0, 1, 2):
        place(("A", 1), now=NOW + dt.timedelta(days=days))
    return south_first()


def south_first() -> int:
    id_ = do(start_draft, StartDraft(0)).id
    south = one("SELECT id FROM location WHERE code = 'south'")
    ranked = ("location_priority", *(kind for kind in KINDS if kind != "location_priority"))
    first = tuple(Rule(kind, kind == "location_priority", 0, (south,) if kind == "location_priority" else ()) for kind in ranked)
    do(edit_draft, EditDraft(id_, 1, document_of(RuleSet(first))))
    return id_


def run(started) -> str:
    return jobs.simulate(Leased(1, TASK, {"simulation": started.id}, 0))


def row(*columns):
    return one(f"SELECT {', '.join(columns)} FROM routing_simulation ORDER BY id DESC LIMIT 1")


def test_a_job_tries_the_draft_portion_by_portion(draft, monkeypatch):
    monkeypatch.setattr(jobs, "PORTION", 1)
    steps, advance = [], simulations.advance
    monkeypatch.setattr(simulations, "advance", lambda tx, progress, *more: (steps.append(progress[1:]), advance(tx, progress, *more))[1])
    started = do(start_simulation, StartSimulation(draft))
    assert read("SELECT task, key FROM job WHERE task = :task", task=TASK) == [(TASK, f"{TASK}:{started.id}")]

    assert run(started) == "done"
    assert run(started) == "has ended already"

    assert (row("state", "done", "total"), steps) == (("done", 4, 4), [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)])
    assert '"changed":4' in row("result").replace(" ", "")
    assert read("SELECT count(*) FROM routing_decision") == [(4,)]


@pytest.mark.parametrize(("asked", "orders"), [
    ({"most": 3}, 3), ({"since": NOW.date() + dt.timedelta(days=1)}, 2), ({"until": NOW.date()}, 2),
    ({"since": NOW.date() + dt.timedelta(days=1), "until": NOW.date() + dt.timedelta(days=1)}, 1),
    ({"since": NOW.date() + dt.timedelta(days=9)}, 0),
])  # fmt: skip
def test_any_days_and_any_number(draft, asked, orders):
    run(do(start_simulation, StartSimulation(draft, **asked)))

    assert row("state", "total") == ("done", orders)


def test_what_cannot_be_tried_is_refused_and_nothing_changes(draft):
    for most in (0, 10_001):
        refused(Invalid, start_simulation, StartSimulation(draft, most=most))
    refused(Invalid, start_simulation, StartSimulation(draft, NOW.date(), NOW.date() - dt.timedelta(days=1)))
    refused(NotFound, start_simulation, StartSimulation(99))
    refused(NotFound, start_simulation, StartSimulation(2**70))
    started = do(start_simulation, StartSimulation(draft))
    refused(Conflict, start_simulation, StartSimulation(draft))
    run(started)
    do(discard_draft, DiscardDraft(draft, one("SELECT version FROM routing_rule_set")))
    refused(Conflict, start_simulation, StartSimulation(draft))


def test_the_page_asks_for_days_and_says_what_is_wrong(draft, person):
    here = f"/routing/drafts/{draft}/simulation"

    for sent, field in (({"since": "soon"}, "since"), ({"until": "2026-99-99"}, "until"), ({"most": "0"}, "most"), ({"most": "x"}, "most"),
                        ({"most": "10001"}, "most"), ({"most": "1.5"}, "most"),
                        ({"since": "2026-02-01", "until": "2026-01-01", "most": "5"}, "until")):  # fmt: skip
        answer = person.post(here, data={"most": "5", **sent})
        assert (answer.status_code, f'id="try-{field}-error"' in answer.text) == (422, True), sent
    assert read("SELECT count(*) FROM routing_simulation") == [(0,)]
