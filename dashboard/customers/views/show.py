"""/customers/<number>: one person, and the answers of the page's forms."""

import json
from typing import Any

import flask

from dashboard.customers import store
from dashboard.customers.views import page
from dashboard.customers.views.blueprint import blueprint
from dashboard.kernel.errors import DomainError
from dashboard.orders.store import reader, refresh
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import live_page

FOLLOWED = 10
"""So many of the newest orders shown change while the page is open."""


@blueprint.get("/<int:customer_id>")
@requires("customers.read")
def show(customer_id: int) -> Any:
    customer = store.customer(reader(), customer_id)
    if customer.root_id != customer_id:
        return redirect(flask.url_for("customers.show", customer_id=customer.root_id))
    before = flask.request.args.get("before")
    shown = page.shown_orders(customer_id, before)[0]
    live = live_page(f"customer:{customer_id}", *(f"order:{order_id}" for order_id in shown[:FOLLOWED]))
    values = page.values_of(customer, before)
    return flask.render_template("customers/_page.html" if wants_part() else "customers/show.html", live=live, **values)


def done(customer_id: int, message: str) -> Any:
    """The answer to a form that worked: the page afresh for htmx, else back to it with the message."""
    if not wants_part():
        flask.flash(message, "ok")
        return redirect(flask.url_for("customers.show", customer_id=customer_id))
    refresh()
    response = again(customer_id, 200)
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": message}})
    return response


def refused(customer_id: int, error: DomainError, **forms: Any) -> Any:
    """409: the page as it is now, why it was refused, and what was typed."""
    refresh()
    return again(customer_id, error.status, problem=error, **forms)


def again(customer_id: int, status: int, **changes: Any) -> flask.Response:
    """The page with these forms: its part for htmx, whole without JavaScript."""
    customer = store.customer(reader(), customer_id)
    template = "customers/_page.html" if wants_part() else "customers/show.html"
    body = flask.render_template(template, live=None, **page.values_of(customer, **changes))
    return flask.make_response(body, status, {"HX-Retarget": f"#customer-page-{customer_id}", "HX-Reswap": "outerMorph"})
