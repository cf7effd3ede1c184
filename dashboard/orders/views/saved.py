"""/orders/views: saved views with their counts, and the forms that keep them."""

import datetime as dt
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flask

from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders import list_forms, store, words
from dashboard.orders.saving import (
    MANAGERS,
    ChangeView,
    ChooseView,
    DeleteView,
    SaveView,
    change_view,
    choose_view,
    delete_view,
    person,
    save_view,
)
from dashboard.orders.sight import sight_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import access, once
from dashboard.web.access import local_path, requires
from dashboard.web.htmx import redirect, wants_part

MINE = f"view=open&assignee={list_forms.ME}"
FAR = 1_000
"""A view is counted so far; beyond, it has 'more than'."""


def tabs(connection: Any, actor: Actor, current: str) -> list[SimpleNamespace]:
    """The person's own orders and saved views, without their counts. current: the list that is shown, as a saved view keeps it."""
    if actor.kind != "user":
        return []
    return [_mine(current), *(_tab(view, current) for view in store.views_for(connection, person(actor)))]


def _mine(current: str) -> SimpleNamespace:
    """The view that everybody has without saving it: the open orders that are theirs."""
    href = flask.url_for("orders.index") + f"?{MINE}"
    tab = {"id": "mine", "name": "Assigned to me", "query": MINE, "shared": False, "mine": True, "owner": ""}
    return SimpleNamespace(**tab, href=href, current=current == MINE, count="")


def _tab(view: store.View, current: str) -> SimpleNamespace:
    href = flask.url_for("orders.index") + "?" + (view.query or "view=all")
    return SimpleNamespace(**view._asdict(), href=href, current=view.query == current, count="")


@blueprint.get("/views")
@requires("orders.read")
def views() -> Any:
    """For htmx the tabs with their counts; else the page that keeps them."""
    connection, actor, now = store.reader(), access.actor(), clock.now()
    found = tabs(connection, actor, flask.request.args.get("list", ""))
    counts = store.counts(connection, now)
    zone = words.zone_of(store.locations(connection))
    for tab in found:
        tab.count = count_words(count_of(connection, tab.query, actor, now, zone, counts))
    if wants_part():
        return flask.render_template("orders/_saved_views.html", saved=found, shown=flask.request.args.get("list", ""), first=False)
    return _page(found)


def blank() -> dict[str, Any]:
    """The form that saves a view, before anything is typed."""
    return {"errors": [], "name": "", "shared": False, "key": once.fresh_key()}


def _page(found: list[SimpleNamespace]) -> str:
    connection, actor = store.reader(), access.actor()
    return flask.render_template(
        "orders/views.html",
        saved=[tab for tab in found if tab.query != MINE or tab.id != "mine"],
        begins_with=store.choice_of(connection, person(actor)).view_id,
        may_share=actor.may("orders.update"),
        manages=actor.may(MANAGERS),
    )


def count_of(connection: Any, query: str, actor: Actor, now: dt.datetime, zone: dt.tzinfo, counts: Any) -> store.Counted:
    """How many orders a saved list means to this reader, as far as can be told quickly."""
    sight = sight_of(actor)
    form = list_forms.read_list(dict(parse_qsl(query)), now, zone, prices=sight.full, me=list_forms.me_of(actor))
    return store.count_up_to(connection, form.query(1, people=sight.full), now, counts, FAR)


def count_words(counted: store.Counted) -> str:
    return f"{counted.count}+" if counted.more else str(counted.count)


@blueprint.get("/views/new")
@requires("orders.read")
def saving() -> Any:
    """The form that keeps a list under a name."""
    template = "orders/_save_view_form.html" if wants_part() else "orders/save_view.html"
    values = {**blank(), "shown": flask.request.args.get("list", ""), "may_share": access.actor().may("orders.update")}
    return flask.render_template(template, **values)


@blueprint.post("/views")
@requires("orders.read")
def save() -> Any:
    """Keep the list that is shown under a name."""
    form = flask.request.form
    query = _shown_list(form.get("query", ""))
    command = SaveView(form.get("name", ""), query, form.get("shared") == "1")
    try:
        once.run(save_view, command, lambda made: {"id": made})
    except DomainError as error:
        if not wants_part():
            raise
        values = {**blank(), "errors": [error.message], "name": command.name, "shared": command.shared, "shown": query}
        body = flask.render_template("orders/_save_view.html", may_share=access.actor().may("orders.update"), **values)
        return flask.make_response(body, 422)
    return redirect(flask.url_for("orders.index") + f"?{query or 'view=all'}")


@blueprint.post("/views/<int:view_id>")
@requires("orders.read")
def change(view_id: int) -> Any:
    """Rename, share or move a view."""
    form = flask.request.form
    command = ChangeView(view_id, form.get("name", ""), form.get("shared") == "1", _whole("position"), version=_whole("version"))
    db.write(change_view, command, access.actor(), clock.now())
    return _kept("The view was changed.")


@blueprint.post("/views/<int:view_id>/removal")
@requires("orders.read")
def remove(view_id: int) -> Any:
    db.write(delete_view, DeleteView(view_id), access.actor(), clock.now())
    return _kept("The view was removed.")


@blueprint.post("/views/first")
@requires("orders.read")
def choose_first() -> Any:
    """The view that /orders begins with."""
    chosen = _whole("view") if flask.request.form.get("view") else None
    db.write(choose_view, ChooseView(chosen), access.actor(), clock.now())
    return _kept("Orders begins with that view from now on." if chosen else "Orders begins with all orders from now on.")


def _shown_list(sent: str) -> str:
    """The list on the screen, read as a list's URL is: htmx changes it after the form was made, and says where the screen is."""
    connection, actor = store.reader(), access.actor()
    here = urlsplit(flask.request.headers.get("HX-Current-URL", "")).query if wants_part() else sent
    zone = words.zone_of(store.locations(connection))
    prices, me = sight_of(actor).full, list_forms.me_of(actor)
    return list_forms.read_list(dict(parse_qsl(here)), clock.now(), zone, prices=prices, me=me).query_text


def _whole(name: str) -> int:
    """Raises: Invalid."""
    value = flask.request.form.get(name, "").strip()
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise Invalid(f"{name.capitalize()} is a whole number.", fields={name: "a whole number"})
    return int(value)


def _kept(message: str) -> Any:
    flask.flash(message, "ok")
    return redirect(local_path(flask.request.form.get("back"), flask.url_for("orders.views")))
