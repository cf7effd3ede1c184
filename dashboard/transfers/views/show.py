"""/transfers/<number>: where the units are, the next step, and what was done."""

from typing import Any

import flask

from dashboard.orders.store import reader
from dashboard.transfers import store
from dashboard.transfers.views import page
from dashboard.transfers.views.blueprint import blueprint
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part
from dashboard.web.livepage import live_page


@blueprint.get("/<number>")
@requires("stock.read")
def show(number: str) -> Any:
    row = store.transfer(reader(), number)
    if row.number != number:
        return flask.redirect(flask.url_for("transfers.show", number=row.number), 301)
    live = live_page(f"transfer:{row.id}")
    return page_or_part("transfers/show.html", "transfers/_page.html", live=live, **page.values_of(number))
