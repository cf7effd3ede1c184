"""/routing/drafts/<id>/simulation: what the draft would have decided for the newest orders, beside the rules in use."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.kernel.errors import NotFound
from dashboard.orders import store as orders
from dashboard.routing import simulation, store, words
from dashboard.routing.views.blueprint import blueprint
from dashboard.web import once
from dashboard.web.access import requires

SIZES = (50, 200, 500)
MOST_CHANGES = 50


@blueprint.get("/drafts/<int:rule_set>/simulation")
@requires("routing.write")
def show_simulation(rule_set: int) -> str:
    """Half a thousand orders take about a second; more would belong into a job."""
    connection = orders.reader()
    draft, on = store.rule_set(connection, rule_set), store.on(connection)
    if draft.state == "discarded":
        raise NotFound(f"Rule set {rule_set} was discarded.")
    size = flask.request.args.get("orders", SIZES[1], type=int)
    size = size if size in SIZES else SIZES[1]
    decisions = store.newest(connection, size)[::-1]
    table = draft.rule_set if draft.rule_set.distances else on.rule_set
    before = simulation.simulate(on.rule_set, decisions, table)
    after = simulation.simulate(draft.rule_set, decisions, table)
    names = store.names_of(connection, decisions)
    changed = simulation.changed(before, after)[::-1]
    return flask.render_template(
        "routing/simulation.html",
        draft=draft,
        on=on,
        size=size,
        sizes=SIZES,
        count=len(decisions),
        sides=[(on.name, before), (draft.name, after)],
        places=[
            (names.place(at), before.orders_at[at], after.orders_at[at])
            for at in sorted({*before.orders_at, *after.orders_at}, key=names.place)
        ],
        changed_count=len(changed),
        changes=[
            _change(decisions[at], before.decided[at], after.decided[at], on, draft, names) for at in changed[:MOST_CHANGES]
        ],
        numbers=orders.numbers(connection, [decisions[at].order_id for at in changed[:MOST_CHANGES]]),
        key=once.fresh_key(),
    )


def _change(one: store.Decision, before: Any, after: Any, on: Any, draft: Any, names: words.Names) -> SimpleNamespace:
    return SimpleNamespace(
        order_id=one.order_id,
        at=one.at,
        before=words.because(before, one.facts, on.rule_set, names),
        after=words.because(after, one.facts, draft.rule_set, names),
    )
