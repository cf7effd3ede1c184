"""/orders/<number>: everything about one order, its older history, and answers of its forms."""

import json
from typing import Any

import flask

from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders import store
from dashboard.orders.sight import sight_of
from dashboard.orders.views import page, story
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import live_page

PEEK = 12


@blueprint.get("/<number>")
@requires("orders.read")
def show(number: str) -> Any:
    try:
        order = store.by_number(store.reader(), number)
    except NotFound as error:
        return _missing(number, error)
    live = live_page(f"order:{order.id}")
    return flask.render_template("orders/_page.html" if wants_part() else "orders/show.html", live=live, **values_of(order))


def _missing(number: str, error: NotFound) -> Any:
    """404 with what the person may have meant; htmx and machines get the problem as always."""
    if wants_part():
        raise error
    near = error.facts.get("near", [])
    return flask.make_response(flask.render_template("orders/missing.html", live=None, number=number[:40], near=near), 404)


@blueprint.get("/<number>/peek")
@requires("orders.read")
def peek(number: str) -> str:
    """The lines of one order, to look at without leaving the list."""
    order = store.by_number(store.reader(), number)
    return flask.render_template("orders/_peek.html", order=order, lines=store.lines(store.reader(), order.id, PEEK))


@blueprint.get("/<number>/timeline")
@requires("orders.read")
def timeline(number: str) -> Any:
    """Older entries: appended by htmx, a page of their own without it."""
    connection = store.reader()
    order = store.by_number(connection, number)
    places = store.locations(connection)
    before = flask.request.args.get("before")
    values = story.timeline_page(connection, order, sight_of(access.actor()), places, before, story.asked_kind())
    part = "orders/_older.html" if before else "orders/_timeline_box.html"
    return flask.render_template(part if wants_part() else "orders/timeline.html", order=order, **values)


def values_of(order: Any, **changes: Any) -> dict[str, Any]:
    """Everything the order page shows to who asks. changes: forms that are shown again with what was typed."""
    connection, actor = store.reader(), access.actor()
    shown = page.shown_parts(connection, order, actor, clock.now(), story.asked_kind())
    return {**shown, **page.own_parts(connection, order, shown, actor, clock.now()), **changes}


def done(order_id: int, message: str, back: str | None = None) -> Any:
    """The answer to a form that worked: the page's parts afresh for htmx, else back to the page with the message."""
    store.refresh()
    order = store.by_id(store.reader(), order_id)
    assert order is not None
    if wants_part() and back is None:
        body = flask.render_template("orders/_page.html", live=None, **values_of(order))
        trigger = json.dumps({"toast": {"text": message}})
        return flask.make_response(
            body, 200, {"HX-Retarget": f"#order-page-{order.id}", "HX-Reswap": "outerMorph", "HX-Trigger": trigger}
        )
    flask.flash(message, "ok")
    return redirect(back or flask.url_for("orders.show", number=order.number))
