"""/orders: views with counts, search, filters and sort in the URL, keyset pages, live rows."""

from typing import Any

import flask

from dashboard.bulk.rules import ACTIONS
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders import list_forms, store, words
from dashboard.orders.list_forms import ListForm
from dashboard.orders.sight import sight_of
from dashboard.orders.views import listed, saved
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.rowview import row_views
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import live_page

PARTS = {"orders-rows": "orders/_more.html", "orders-views": "orders/_views.html"}
"""Which part an htmx request wants, by the id of its target; the whole list otherwise."""


@blueprint.get("")
@requires("orders.read")
def index() -> Any:
    live = live_page("orders")
    connection, now, actor = store.reader(), clock.now(), access.actor()
    choice = store.choice_of(connection, int(actor.id)) if actor.kind == "user" else store.Choice()
    if first := _first_view(connection, actor, choice):
        return redirect(first)
    sight, places = sight_of(actor), store.locations(connection)
    zone = words.zone_of(places)
    form = list_forms.read_list(flask.request.args, now, zone, prices=sight.full, me=list_forms.me_of(actor))
    counts = store.counts(connection, now)
    limit = paging.limit_of(flask.request.args.get("limit"))
    page = store.page(connection, form.query(limit, people=sight.full), now, counts)
    own_tabs = saved.tabs(connection, actor, form.query_text)
    values = {
        "live": live,
        "form": form,
        "views": listed.tabs(counts),
        "counts": counts,
        "saved": own_tabs,
        "current": "" if any(tab.current for tab in own_tabs) else form.view,
        "rows": row_views(connection, page.rows, sight, now, zone),
        "more": listed.link(form, after=list_forms.cursor_of(form, page.after)) if page.after else None,
        "page": page,
        "since": store.newest_id(connection) + 1,
        "chips": listed.chips(form, places, listed.assignee_of(connection, form)),
        "clear": flask.url_for("orders.index", view=form.view),
        "here": listed.link(form),
        "sorts": listed.sorts(form, prices=sight.full),
        "choice": choice,
        "prices": sight.full,
        "bulk_kinds": {name: kind for name, kind in ACTIONS.items() if actor.may(kind.permission)},
        "may_create": actor.may("orders.create"),
        "may_export": actor.may("exports.read"),
        "is_person": actor.kind == "user",
        "is_empty": not counts.get("all"),
        "shown": form.query_text,
        "first": True,
    }
    part = PARTS.get(flask.request.htmx.target or "", "orders/_list.html") if wants_part() else ""
    if part:
        return _answer(flask.render_template(part, **values), form)
    values["sort_options"] = listed.sort_options(form, sight.full)
    values["saving_page"] = flask.url_for("orders.saving", list=form.query_text or None)
    values["errors"] = []
    values["columns_page"] = flask.url_for("orders.columns", back=values["here"])
    values["filters_page"] = flask.url_for("orders.filters", **form.arguments())
    if form.errors:  # the menu is open, to show what is wrong
        values |= listed.menus(connection, form, places, sight.full, actor)
    return _answer(flask.render_template("orders/index.html", **values), form)


def _first_view(connection: Any, actor: Actor, choice: store.Choice) -> str | None:
    """Where somebody goes who opens the list without saying which, and chose a view to begin with."""
    if flask.request.args or wants_part() or choice.view_id is None:
        return None
    return next((tab.href for tab in saved.tabs(connection, actor, "-") if tab.id == choice.view_id), None)


def _answer(body: str, form: ListForm) -> flask.Response:
    """422 when a filter could not be read: the rest of the filters still stand, and what was typed stays in its field."""
    response = flask.make_response(body, 422 if form.errors else 200)
    if wants_part() and not form.after and flask.request.htmx.target == "orders-list":
        response.headers["HX-Push-Url"] = listed.link(form)
    return response
