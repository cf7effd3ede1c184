"""/exceptions: the queue by view, kind and owner, all of it in the URL; and one exception beside it."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.desk import store
from dashboard.desk.rules import KINDS, SNOOZES, VIEWS
from dashboard.desk.store import Counts, Query
from dashboard.desk.store.queue import newest
from dashboard.desk.views import words
from dashboard.desk.views.blueprint import blueprint
from dashboard.desk.views.detail import pane_of
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page

SIGNS = {"unassigned": ("warn", "ring-dashed"), "snoozed": ("hold", "pause"), "resolved": ("ok", "check")}
PARTS = {"exceptions-rows": "desk/_more.html", "exceptions-views": "desk/_views.html"}


@blueprint.get("")
@requires("orders.read")
def index() -> Any:
    live = live_page("exceptions")
    connection, actor = reader(), access.actor()
    query = _query(actor)
    shown, counts = store.page(connection, query), store.counts(connection)
    rows = [words.row_view(row) for row in shown.rows]
    part = PARTS.get(flask.request.htmx.target or "", "desk/_list.html") if wants_part() else ""
    may = actor.may("orders.update")
    values = {
        "live": live,
        "query": query,
        "rows": rows,
        "counts": counts,
        "views": _tabs(query, counts),
        "kinds": _kinds(query, counts),
        "list_name": words.list_name(query.view, query.kind, query.owner, query.user_id),
        "since": newest(connection) + 1,
        "more": _link(query, after=paging.encode(*shown.after)) if shown.after else None,
        "may": may,
        "people": words.people() if may else [],
        "snoozes": list(SNOOZES.items()),
        "myself": actor.id,
        "here": _link(query),
        "is_first": query.after is None,
    }
    if not part:
        values["pane"] = pane_of(rows[0].id, picked=False) if rows else None
    return flask.render_template(part or "desk/exceptions.html", **values)


def _query(actor: Actor) -> Query:
    """What the URL asks for; a word it does not know is left out, never an error page in the middle of work."""
    given = flask.request.args
    owner = given.get("owner", "")
    return Query(
        view=given["view"] if given.get("view") in VIEWS else "open",
        kind=given["kind"] if given.get("kind") in KINDS else "",
        owner=int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 18 else None,
        user_id=int(actor.id) if actor.kind == "user" and actor.id.isdigit() else None,
        after=paging.decode(cursor, int, int) if (cursor := given.get("after")) else None,
        limit=paging.limit_of(given.get("limit")),
    )


def _link(query: Query, **changes: Any) -> str:
    asked = {"view": query.view if query.view != "open" else None, "kind": query.kind or None, "owner": query.owner, **changes}
    return flask.url_for("exceptions.index", **{name: value for name, value in asked.items() if value is not None})


def _tabs(query: Query, counts: Counts) -> list[SimpleNamespace]:
    found = []
    for view, label in VIEWS.items():
        role, shape = SIGNS.get(view, ("", ""))
        found.append(
            SimpleNamespace(
                key=f"exceptions-{view}-{query.user_id}" if view == "mine" else f"exceptions-{view}",
                label=label,
                href=_link(query, view=view if view != "open" else None),
                count=counts.of(view, query.user_id),
                role=role,
                shape=shape,
                current=view == query.view,
            )
        )
    return found


def _kinds(query: Query, counts: Counts) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            key=key, label=kind.label, href=_link(query, kind=key), count=counts.kinds.get(key) or "", current=key == query.kind
        )
        for key, kind in KINDS.items()
    ]
