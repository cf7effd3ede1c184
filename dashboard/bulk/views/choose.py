"""POST /bulk: orders are chosen and an action named; nothing happens before the question is answered."""

from typing import Any

import flask

from dashboard.bulk import actions, rules, selecting, store
from dashboard.bulk.commands import DraftRun
from dashboard.bulk.views.asking import question
from dashboard.bulk.views.blueprint import blueprint
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Invalid
from dashboard.orders import list_forms
from dashboard.orders import store as orders
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

MOST_CHOSEN = 1_000
"""Rows a page can hold; more is asked for as a whole list."""


@blueprint.post("")
@requires("orders.read")
def create() -> Any:
    """do: one of rules.ACTIONS. order: ids; or all=1 with the list's `query`."""
    form, actor = flask.request.form, access.actor()
    action = form.get("do", "")
    if action not in rules.ACTIONS:
        raise Invalid("Choose what to do with these orders.", fields={"do": "unknown"})
    access.demand(rules.ACTIONS[action].permission)
    query = list_forms.pinned(form.get("query", "") or "view=all", list_forms.me_of(actor))
    chosen = selecting.orders_of_list(orders.reader(), query, actor, clock.now()) if form.get("all") == "1" else _chosen()
    command = DraftRun(action, tuple(chosen), query if form.get("all") == "1" else "")
    run_id = db.write(actions.draft_run, command, actor, clock.now())
    if not wants_part():
        return redirect(flask.url_for("bulk.show", run_id=run_id))
    orders.refresh()
    return flask.render_template("bulk/_ask.html", ask=question(store.run(orders.reader(), run_id), actor))


def _chosen() -> list[int]:
    """Raises: Invalid, for none, too many, or what is no order of ours."""
    given = flask.request.form.getlist("order")
    if not all(value.isascii() and value.isdigit() and len(value) <= 18 for value in given):
        raise Invalid("This selection is damaged; load the list again.")
    ids = list(dict.fromkeys(map(int, given)))
    if not 1 <= len(ids) <= MOST_CHOSEN:
        raise Invalid("Select an order first." if not ids else f"Select at most {MOST_CHOSEN:,} orders, or the whole list.")
    known = {row.id for row in orders.order_rows(orders.reader(), ids)}
    if unknown := [id_ for id_ in ids if id_ not in known]:
        raise Invalid("This selection is damaged; load the list again.", orders=unknown[:10])
    return ids
