"""/search: one field for everything with a name: orders, SKUs, customers, saved views, pages. The palette shows the same as a part."""

from typing import Any, NamedTuple

import flask

from dashboard.accounts import nav
from dashboard.catalog import store as catalog
from dashboard.customers import store as customers
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders import search, store, words
from dashboard.orders.list_forms import LIST_VIEWS
from dashboard.orders.sight import shown_name, sight_of
from dashboard.orders.store import ListQuery
from dashboard.orders.views import saved
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part

blueprint = flask.Blueprint("palette", __name__, url_prefix="/search")
FEW = 6


class Hit(NamedTuple):
    """label: what it is called; note: what tells it from others."""

    label: str
    note: str
    href: str
    icon: str


@blueprint.get("")
@requires("self")
def show() -> str:
    """What the text may mean, best first; the pages of this person without one."""
    text = search.clean(flask.request.args.get("q", ""))
    groups = _groups(access.actor(), text)
    part = wants_part()
    return flask.render_template("orders/_palette.html" if part else "orders/search.html", text=text, groups=groups)


def _groups(actor: Actor, text: str) -> list[tuple[str, list[Hit]]]:
    """(heading, hits), those with none left out."""
    found = [("Pages", _pages(actor, text)), ("Views", _views(actor, text))]
    if text:
        about = [("Orders", _orders(actor, text)), ("SKUs", _skus(actor, text)), ("Customers", _customers(actor, text))]
        found = about + found
    return [(heading, hits) for heading, hits in found if hits]


def _pages(actor: Actor, text: str) -> list[Hit]:
    items = {item.href: item for item in nav.sections(actor)}
    for room in nav.stock_rooms(actor):
        items.setdefault(room.href, room)
    if actor.may("orders.create"):
        items["/orders/new"] = nav.Item("New order", "/orders/new", "plus")
    return [Hit(item.label, "", item.href, item.icon) for item in items.values() if text.lower() in item.label.lower()]


def _views(actor: Actor, text: str) -> list[Hit]:
    if not actor.may("orders.read"):
        return []
    named = [Hit(tab.name, "Saved view", tab.href, "list") for tab in saved.tabs(store.reader(), actor, "")]
    if text:
        named += [Hit(label, "Orders", flask.url_for("orders.index", view=key), "list") for key, label in LIST_VIEWS.items()]
    return [hit for hit in named if text.lower() in hit.label.lower()][:FEW]


def _orders(actor: Actor, text: str) -> list[Hit]:
    if not actor.may("orders.read"):
        return []
    sight = sight_of(actor)
    query = ListQuery(text=text, sort="number", limit=FEW, people=sight.full)
    hits = [
        Hit(f"#{row.number}", _about(row, shown_name(row.customer_name, sight)), f"/orders/{row.number}", "cart")
        for row in store.page(store.reader(), query, clock.now(), {}).rows[:FEW]
    ]
    if len(hits) == FEW:
        hits.append(Hit(f"All orders with “{text}”", "", flask.url_for("orders.index", q=text), "search"))
    return hits


def _about(row: store.Row, customer: str) -> str:
    return " · ".join(part for part in (customer, words.badge_of(row.phase, row.work).replace("_", " ")) if part)


def _skus(actor: Actor, text: str) -> list[Hit]:
    if not actor.may("stock.read"):
        return []
    return [Hit(sku.code, sku.name, f"/stock/{sku.code}", "barcode") for sku in catalog.skus(query=text, limit=FEW)]


def _customers(actor: Actor, text: str) -> list[Hit]:
    if not (actor.may("customers.read") and sight_of(actor).full):
        return []
    found: Any = customers.customers(store.reader(), customers.ListQuery(text=text, limit=FEW))
    return [Hit(row.name or row.email, row.email, flask.url_for("customers.show", customer_id=row.id), "user") for row in found]
