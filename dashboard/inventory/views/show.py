"""/stock/<sku>: totals, balances, why there are so many, who waits."""

from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory.views import page
from dashboard.inventory.views.blueprint import blueprint
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page


@blueprint.get("/stock/<path:code>")
@requires("stock.read")
def show(code: str) -> Any:
    sku = catalog.sku(code)
    if sku.code != code:
        return flask.redirect(flask.url_for("stock.show", code=sku.code, **flask.request.args), 301)
    live = live_page("stock" if sku.kind == "kit" else f"sku:{sku.id}")
    values = page.values_of(code)
    target = flask.request.htmx.target or ""
    part = "inventory/_ledger_more.html" if target.startswith("ledger-more") else "inventory/_page.html"
    return flask.render_template(part if wants_part() else "inventory/show.html", live=live, **values)
