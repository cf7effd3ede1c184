"""/transfers: the list."""

from types import SimpleNamespace

import flask

from dashboard.orders.store import reader
from dashboard.transfers import store
from dashboard.transfers.rules import VIEWS
from dashboard.transfers.views import words
from dashboard.transfers.views.blueprint import blueprint
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part
from dashboard.web.livepage import live_page


@blueprint.get("")
@requires("stock.read")
def index() -> str:
    live = live_page("transfers")
    asked = flask.request.args
    view = asked.get("view", "all") if asked.get("view") in VIEWS else "all"
    query = asked.get("q", "").strip()[:200]
    limit = paging.limit_of(asked.get("limit"))
    before = paging.decode(cursor, int)[0] if (cursor := asked.get("before")) else None
    rows = store.transfers(reader(), view, query, before, limit + 1)
    more = _link(view, query, before=paging.encode(rows[limit - 1].id)) if len(rows) > limit else None
    counts = store.counts(reader())
    return page_or_part(
        "transfers/index.html",
        "transfers/_table.html",
        live=live,
        rows=rows[:limit],
        views_of=words.views_of,
        newest=max((row.id for row in rows), default=0),
        view=view,
        views=[
            SimpleNamespace(key=key, label=label, href=_link(key, query), count=counts[key] if key != "all" else None)
            for key, (label, _) in VIEWS.items()
        ],
        query=query,
        more=more,
        first=before is None,
        here=_link(view, query),
        may_write=access.actor().may("stock.adjust"),
    )


def _link(view: str, query: str, **more: str) -> str:
    given = {"view": view if view != "all" else "", "q": query, **more}
    return flask.url_for("transfers.index", **{name: value for name, value in given.items() if value})
