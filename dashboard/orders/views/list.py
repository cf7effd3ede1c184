"""/orders: views with counts, search, filters and sort in the URL, keyset pages, live rows."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.kernel import clock
from dashboard.orders import forms, store, words
from dashboard.orders.forms import LIST_VIEWS, ListForm
from dashboard.orders.rules import HOLD_KINDS
from dashboard.orders.sight import sight_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.rowview import row_view
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page

VIEW_SIGNS = {
    "at_risk": ("warn", "triangle"),
    "on_hold": ("hold", "pause"),
    "payment_due": ("warn", "triangle"),
    "out_of_stock": ("warn", "triangle"),
}
READY_WORDS = {key: label for key, (_, _, label) in words.READINESS.items()}
PARTS = {"orders-rows": "orders/_more.html", "orders-views": "orders/_views.html"}
"""Which part an htmx request wants, by the id of its target; the whole list otherwise."""


@blueprint.get("")
@requires("orders.read")
def index() -> Any:
    live = live_page("orders")
    connection, now, actor = store.reader(), clock.now(), access.actor()
    sight, places = sight_of(actor), store.locations(connection)
    zone = words.zone_of(places)
    form = forms.read_list(flask.request.args, now, zone, prices=sight.full)
    counts = store.counts(connection, now)
    limit = paging.limit_of(flask.request.args.get("limit"))
    page = store.page(connection, form.query(limit, people=sight.full), now, counts)
    values = {
        "live": live,
        "form": form,
        "views": _tabs(form, counts),
        "rows": [row_view(row, sight, now, zone) for row in page.rows],
        "more": _link(form, after=forms.cursor_of(form, page.after)) if page.after else None,
        "since": store.newest_id(connection) + 1,
        "chips": _chips(form, places),
        "sorts": {column: _sort_link(form, column) for column in ("placed", "ship_by", "total", "number")},
        "prices": sight.full,
        "may_hold": actor.may("holds.write"),
        "may_create": actor.may("orders.create"),
        "is_empty": not counts.get("all"),
    }
    part = PARTS.get(flask.request.htmx.target or "", "orders/_list.html") if wants_part() else ""
    if part:
        return _answer(flask.render_template(part, **values), form)
    return _answer(flask.render_template("orders/index.html", **values, **_menus(connection, form, places, sight.full)), form)


def _answer(body: str, form: ListForm) -> flask.Response:
    """422 when a filter could not be read: the rest of the filters still stand, and what was typed stays in its field."""
    response = flask.make_response(body, 422 if form.errors else 200)
    if wants_part() and not form.after and flask.request.htmx.target == "orders-list":
        response.headers["HX-Push-Url"] = _link(form)
    return response


def _link(form: ListForm, **changes: str | None) -> str:
    return flask.url_for("orders.index", **form.arguments(**changes))


def _tabs(form: ListForm, counts: dict[str, int]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            key=key,
            label=label,
            href=flask.url_for("orders.index", **({"view": key} if key != "all" else {})),
            count=counts.get(key, 0),
            role=VIEW_SIGNS.get(key, ("", ""))[0],
            shape=VIEW_SIGNS.get(key, ("", ""))[1],
        )
        for key, label in LIST_VIEWS.items()
    ]


def _chips(form: ListForm, places: list[Any]) -> list[SimpleNamespace]:
    """What narrows the list, each with the link that takes it away."""
    names = {place.code: place.name for place in places}
    chips = [SimpleNamespace(label="Search", value=form.text, remove_href=_link(form, q=None))] if form.text else []
    known = {"location": names, "hold": {**HOLD_KINDS, "any": "any"}, "ship_by": forms.DUE, "readiness": READY_WORDS}
    for name, value in form.typed.items():
        if name in form.errors:
            continue
        shown = known.get(name, {}).get(value)
        shown = shown or (value.replace("_", " ") if name in forms.CHOICES else value)
        chips.append(SimpleNamespace(label=forms.LABELS[name], value=shown, remove_href=_link(form, **{name: None})))
    return chips


def _sort_link(form: ListForm, column: str) -> tuple[str, str | None]:
    """(address that sorts by this column, how it is sorted now): a second click turns the order round."""
    current = form.sort.lstrip("-") == column
    direction = ("desc" if form.sort.startswith("-") else "asc") if current else None
    first = column if column == "ship_by" else f"-{column}"
    turned = form.sort.lstrip("-") if form.sort.startswith("-") else f"-{form.sort}"
    return _link(form, sort=turned if current else first), direction


def _menus(connection: Any, form: ListForm, places: list[Any], prices: bool) -> dict[str, Any]:
    """What only the whole page shows: the choices of the filters and of the bulk bar."""
    choices = {
        name: [(value, value.replace("_", " ").capitalize()) for value in values] for name, values in forms.CHOICES.items()
    }
    choices["readiness"] = [(key, label) for key, (_, _, label) in words.READINESS.items()]
    choices["hold"] = [("any", "Any hold"), *HOLD_KINDS.items()]
    choices["ship_by"] = [(key, word.capitalize()) for key, word in forms.DUE.items()]
    choices["channel"] = [(name, name) for name in store.channels(connection)]
    choices["location"] = [(place.code, place.name) for place in places]
    order = ("readiness", "channel", "location", "payment_status", "fulfilment_status", "hold", "ship_by")
    return {
        "menus": [(name, forms.LABELS[name], [("", "Any"), *choices[name]]) for name in order],
        "labels": forms.LABELS,
        "sort_options": _sort_options(form, prices),
        "hold_kinds": list(HOLD_KINDS.items()),
    }


def _sort_options(form: ListForm, prices: bool) -> list[tuple[str, str]]:
    """The view's own order first: it needs no word in the URL."""
    own = forms.default_sort(form.view, form.text)
    others = [(key, label) for key, label in forms.SORTS.items() if key != own and (prices or not key.endswith("total"))]
    return [("", forms.SORTS[own]), *others]
