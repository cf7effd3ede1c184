"""/purchase-orders: the list with its views, search and pages."""

from types import SimpleNamespace

import flask

from dashboard.kernel import clock
from dashboard.orders.store import reader
from dashboard.purchasing import store
from dashboard.purchasing.rules import VIEWS
from dashboard.purchasing.views import words
from dashboard.purchasing.views.blueprint import blueprint
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part
from dashboard.web.livepage import live_page


@blueprint.get("/purchase-orders")
@requires("purchasing.read")
def index() -> str:
    live = live_page("purchases")
    asked, today = flask.request.args, clock.now().date()
    view = asked["view"] if asked.get("view") in VIEWS else "all"
    query, limit = asked.get("q", "").strip()[:200], paging.limit_of(asked.get("limit"))
    before = paging.decode(asked["before"], int)[0] if asked.get("before") else None
    found = store.purchase_orders(reader(), view, today, query, before, limit + 1)
    rows = found[:limit]
    kept = {**({"view": view} if view != "all" else {}), **({"q": query} if query else {})}
    more = flask.url_for("purchasing.index", **kept, before=paging.encode(rows[-1].id)) if len(found) > limit else None
    return page_or_part(
        "purchasing/index.html",
        "purchasing/_list.html",
        live=live,
        rows=rows,
        newest=max((row.id for row in rows), default=0),
        views_of=words.views_of,
        today=today,
        view=view,
        views=_views(query, today),
        query=query,
        more=more,
        first=before is None,
        here=flask.url_for("purchasing.index", **kept),
        may_write=access.actor().may("purchasing.write"),
    )


def _views(query: str, today: object) -> list[SimpleNamespace]:
    counts = store.view_counts(reader(), today)
    return [
        SimpleNamespace(
            key=key,
            label=label,
            role=role if counts.get(key) else "",
            shape=shape,
            count=counts.get(key),
            href=flask.url_for("purchasing.index", **({"view": key} if key != "all" else {}), **({"q": query} if query else {})),
        )
        for key, (label, role, shape) in words.VIEWS.items()
    ]
