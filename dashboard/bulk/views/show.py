"""/bulk and /bulk/<id>: the list of bulk actions, and one of them with the result of every row."""

from typing import Any

import flask

from dashboard.bulk import store
from dashboard.bulk.views.asking import question
from dashboard.bulk.views.blueprint import blueprint
from dashboard.bulk.views.shown import for_actor, shown
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.store import reader
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page

PAGE = 50
ROWS = 100
STATES = {"skipped": "Skipped", "done": "Done", "waiting": "Waiting"}


@blueprint.get("")
@requires("orders.read")
def index() -> str:
    live = live_page()
    connection = reader()
    before = paging.decode(cursor, int)[0] if (cursor := flask.request.args.get("after")) else None
    found = store.runs(connection, before, PAGE + 1)
    more = flask.url_for("bulk.index", after=paging.encode(found[PAGE - 1].id)) if len(found) > PAGE else None
    return flask.render_template("bulk/index.html", live=live, runs=[shown(connection, run) for run in found[:PAGE]], more=more)


@blueprint.get("/<int:run_id>")
@requires("orders.read")
def show(run_id: int) -> Any:
    """A draft asks its question; a run says how far it is. ?beside=1: the part beside a list."""
    live = live_page()
    connection, actor = reader(), access.actor()
    run = store.run(connection, run_id)
    if run.status == "draft":
        if run.actor_ref != actor.ref:
            raise NotFound("This bulk action does not exist.")
        return flask.render_template("bulk/ask.html", ask=question(run, actor))
    values = {"run": for_actor(connection, run, actor, clock.now()), "key": once.fresh_key(), "live": live}
    if wants_part() and flask.request.args.get("beside"):
        return flask.render_template("bulk/_run.html", **values, beside=True)
    values |= _results(connection, run)
    return flask.render_template("bulk/_page.html" if wants_part() else "bulk/show.html", **values)


def _results(connection: Any, run: Any) -> dict[str, Any]:
    """One page of rows in one state, what was skipped first."""
    counts = {"skipped": run.skipped, "done": run.done, "waiting": run.total - run.done - run.skipped}
    first = next((state for state, count in counts.items() if count), "done")
    state = flask.request.args.get("state", first)
    state = state if state in STATES else first
    after = paging.decode(cursor, int)[0] if (cursor := flask.request.args.get("after")) else 0
    found = store.rows(connection, run.id, state, after, ROWS + 1)
    more = flask.url_for("bulk.show", run_id=run.id, state=state, after=paging.encode(found[ROWS - 1].place)) if len(found) > ROWS else None
    tabs = [(key, label, counts[key], flask.url_for("bulk.show", run_id=run.id, state=key)) for key, label in STATES.items()]
    return {"tabs": tabs, "state": state, "rows": found[:ROWS], "more": more}
