"""/inventory: SKU by location, with search, the low and the out, live cells."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.inventory import store
from dashboard.inventory.rules import REASONS
from dashboard.inventory.store import bins
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel import clock
from dashboard.orders.store import reader
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page

VIEWS = {"all": ("All", "", ""), "low": ("Low", "warn", "triangle"), "out": ("Out", "bad", "cross")}
PARTS = {"matrix-rows": "inventory/_rows.html"}


@blueprint.get("/inventory")
@requires("stock.read")
def index() -> str:
    live = live_page("stock")
    asked = flask.request.args
    view = asked.get("view", "all") if asked.get("view", "all") in VIEWS else "all"
    query = asked.get("q", "").strip()[:200]
    limit = paging.limit_of(asked.get("limit"))
    after = paging.decode(asked["after"], str)[0] if asked.get("after") else ""
    rows = store.matrix(view, query, after, limit + 1, clock.now())
    more = _link(view, query, after=paging.encode(rows[limit - 1].code)) if len(rows) > limit else None
    values = {
        "live": live,
        "rows": rows[:limit],
        "spots": bins.spots(reader(), [row.sku_id for row in rows[:limit]]),
        "places": store.locations(active=True),
        "views": _tabs(store.counts()),
        "view": view,
        "query": query,
        "more": more,
        "first": not after,
        "may_adjust": access.actor().may("stock.adjust"),
        "reasons": list(REASONS.items()),
        "may_create": access.actor().may("catalog.write"),
    }
    part = PARTS.get(flask.request.htmx.target or "", "inventory/_matrix.html") if wants_part() else "inventory/index.html"
    return flask.render_template(part, **values)


def _link(view: str, query: str, **more: Any) -> str:
    wanted = {"view": view if view != "all" else None, "q": query or None, **more}
    return flask.url_for("stock.index", **{name: value for name, value in wanted.items() if value is not None})


def _tabs(counts: dict[str, int]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(key=key, label=label, href=_link(key, ""), count=counts.get(key), role=role, shape=shape)
        for key, (label, role, shape) in VIEWS.items()
    ]
