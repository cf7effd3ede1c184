"""The job that tries a draft of the rules on past orders, a portion at a time."""

from collections import deque
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.errors import NotFound
from dashboard.kernel.jobs import Leased
from dashboard.routing import simulation, simulations, store, words
from dashboard.routing.engine import Explained
from dashboard.routing.simulation import Trial
from dashboard.routing.store import Decision

CLOCK = system("routing")
PORTION = 250
MOST_CHANGES = 50


@jobs.task(simulations.TASK)
def simulate(job: Leased) -> str:
    """Decide every order again by the rules in use and by the draft; what becomes of it stands in its row."""
    run = db.write(simulations.begin, job.payload["simulation"], CLOCK, clock.now())
    if run is None:
        return "has ended already"
    try:
        result, message = _tried(run), ""
    except NotFound as gone:
        result, message = None, gone.message
    db.write(simulations.finish, (run.id, result, message), CLOCK, clock.now())
    return message or "done"


def _tried(run: Any) -> dict[str, Any]:
    """Raises: NotFound, for a draft that was discarded meanwhile."""
    with db.db.engine.connect() as connection:
        draft, on = store.rule_set(connection, run.rule_set_id), store.on(connection)
        ids = store.captured_between(connection, run.since, run.until, run.most)
    table = draft.rule_set if draft.rule_set.distances else on.rule_set
    before, after = Trial(on.rule_set, table), Trial(draft.rule_set, table)
    changes: deque[tuple[Decision, Explained, Explained]] = deque(maxlen=MOST_CHANGES)
    changed = 0
    for start in range(0, len(ids), PORTION):
        db.write(simulations.advance, (run.id, start, len(ids)), CLOCK, clock.now())
        with db.db.engine.connect() as connection:
            decisions = store.captured(connection, ids[start : start + PORTION])
        for one in decisions:
            was, would_be = before.decide(one), after.decide(one)
            if simulation.is_changed(was, would_be):
                changed += 1
                changes.append((one, was, would_be))
    db.write(simulations.advance, (run.id, len(ids), len(ids)), CLOCK, clock.now())
    with db.db.engine.connect() as connection:
        told = _told(connection, changes, on, draft)
    return {"before": before.summed(), "after": after.summed(), "changed": changed, "changes": told, "on": on.name}


def _told(connection: sa.Connection, changes: Any, on: store.RuleSetRow, draft: store.RuleSetRow) -> list[dict[str, Any]]:
    """The newest first, in words."""
    names = store.names_of(connection, [one for one, _, _ in changes])
    return [
        {
            "order_id": one.order_id,
            "at": clock.iso(one.at),
            "before": words.because(was, one.facts, on.rule_set, names),
            "after": words.because(would_be, one.facts, draft.rule_set, names),
        }
        for one, was, would_be in reversed(changes)
    ]
