"""What surrounds the rows of the list: tabs, chips, heads that sort, menus. All of it links: the URL is the whole state."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.kernel.actor import Actor
from dashboard.orders import list_forms, store, words
from dashboard.orders.list_forms import LIST_VIEWS, ListForm
from dashboard.orders.rules import HOLD_KINDS
from dashboard.orders.store.sorts import SORTS

VIEW_SIGNS = {
    "at_risk": ("warn", "triangle"),
    "on_hold": ("hold", "pause"),
    "payment_due": ("warn", "triangle"),
    "out_of_stock": ("warn", "triangle"),
}
READY_WORDS = {key: label for key, (_, _, label) in words.READINESS.items()}
ASCENDING_FIRST = {"ship_by", "customer", "status", "readiness", "next", "location"}
MENUS = (
    *("status", "readiness", "channel", "location", "payment_status", "fulfilment_status", "hold", "ship_by", "promise", "tag", "assignee"),
)


def link(form: ListForm, **changes: str | None) -> str:
    """The list with these changes of its arguments; all orders are named, so that nobody's own first view takes their place."""
    return flask.url_for("orders.index", **(form.arguments(**changes) or {"view": "all"}))


def tabs(counts: dict[str, int]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            key=key,
            label=label,
            href=flask.url_for("orders.index", view=key),
            count=counts.get(key, 0),
            role=VIEW_SIGNS.get(key, ("", ""))[0],
            shape=VIEW_SIGNS.get(key, ("", ""))[1],
        )
        for key, label in LIST_VIEWS.items()
    ]


def chips(form: ListForm, places: list[Any], assignee: str = "") -> list[SimpleNamespace]:
    """What narrows the list, each with the link that takes it away. assignee: the name of the one that is asked for."""
    names = {place.code: place.name for place in places}
    found = [SimpleNamespace(label="Search", value=form.text, remove_href=link(form, q=None))] if form.text else []
    known = {"location": names, "hold": {**HOLD_KINDS, "any": "any"}, "ship_by": list_forms.DUE, "readiness": READY_WORDS}
    known["promise"] = list_forms.PROMISES
    known["assignee"] = {form.typed.get("assignee", ""): assignee or "nobody", list_forms.ME: "me"}
    for name, value in form.typed.items():
        if name in form.errors:
            continue
        shown = known.get(name, {}).get(value)
        shown = shown or (value.replace("_", " ") if name in list_forms.CHOICES else value)
        found.append(SimpleNamespace(label=list_forms.LABELS[name], value=shown, remove_href=link(form, **{name: None})))
    return found


def assignee_of(connection: Any, form: ListForm) -> str:
    """Name of the person whose orders are asked for; empty for none."""
    user_id = form.filters.get("assignee")
    return store.person_name(connection, user_id) if user_id is not None else ""


def sorts(form: ListForm, *, prices: bool) -> dict[str, tuple[str, str | None]]:
    """The column heads that sort."""
    return {name: _sort_link(form, name) for name, sort in SORTS.items() if prices or not sort.private}


def _sort_link(form: ListForm, column: str) -> tuple[str, str | None]:
    """(address that sorts by this column, how it is sorted now): a second click turns the order round."""
    current = form.sort.lstrip("-") == column
    direction = ("desc" if form.sort.startswith("-") else "asc") if current else None
    first = column if column in ASCENDING_FIRST else f"-{column}"
    turned = form.sort.lstrip("-") if form.sort.startswith("-") else f"-{form.sort}"
    return link(form, sort=turned if current else first), direction


def menus(connection: Any, form: ListForm, places: list[Any], prices: bool, actor: Actor) -> dict[str, Any]:
    """The choices of the filters."""
    choices = {
        name: [(value, value.replace("_", " ").capitalize()) for value in values] for name, values in list_forms.CHOICES.items()
    }
    choices["readiness"] = [(key, label) for key, (_, _, label) in words.READINESS.items()]
    choices["hold"] = [("any", "Any hold"), *HOLD_KINDS.items()]
    choices["ship_by"] = [(key, word.capitalize()) for key, word in list_forms.DUE.items()]
    choices["promise"] = [(key, word.capitalize()) for key, word in list_forms.PROMISES.items()]
    choices["channel"] = [(name, name) for name in store.channels(connection)]
    choices["tag"] = [(tag, tag) for tag in store.tags_in_use(connection)]
    me = [(list_forms.ME, "Me")] if actor.kind == "user" else []
    choices["assignee"] = [*me, (list_forms.NOBODY, "Nobody"), *((str(id_), name) for id_, name in store.people(connection))]
    choices["location"] = [(place.code, place.name) for place in places]
    return {
        "menus": [(name, list_forms.LABELS[name], [("", "Any"), *choices[name]]) for name in MENUS],
        "labels": list_forms.LABELS,
        "numbers": [*list_forms.NUMBERS, *(list_forms.AMOUNTS if prices else ())],
    }


def sort_options(form: ListForm, prices: bool) -> list[tuple[str, str]]:
    """The view's own order first: it needs no word in the URL."""
    own = list_forms.default_sort(form.view, form.text)
    seen = {key: label for key, label in list_forms.SORTS.items() if prices or not SORTS[key.lstrip("-")].private}
    return [("", list_forms.SORTS[own]), *((key, label) for key, label in seen.items() if key != own)]
