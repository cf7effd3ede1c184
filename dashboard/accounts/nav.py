"""The sections of the top bar and who is signed in, for every page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flask
from flask_security import current_user

from dashboard.accounts import roles
from dashboard.accounts.actions import THEMES
from dashboard.accounts.model import User
from dashboard.kernel.actor import Actor
from dashboard.web import access

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """One section. permission: that of the view behind the address, filled in when the application starts to serve.

    count: what waits there, None for nothing; counted: whether screens are told when that changes.
    """

    label: str
    href: str
    icon: str
    permission: str = ""
    current: bool = False
    count: int | None = None
    counted: bool = False


@dataclass(frozen=True)
class Me:
    name: str
    initials: str
    role_label: str


SECTIONS = (
    Item("Today", "/", "home"),
    Item("Orders", "/orders", "cart"),
    Item("Customers", "/customers", "users"),
    Item("Inventory", "/inventory", "stack"),
    Item("Pick", "/pick", "barcode"),
    Item("Pack", "/pack", "package"),
    Item("Exceptions", "/exceptions", "triangle"),
    Item("Returns", "/returns", "return"),
    Item("Imports", "/imports", "upload"),
    Item("KPIs", "/kpis", "chart"),
    Item("Analytics", "/analytics", "chart"),
    Item("Displays", "/displays", "tv"),
    Item("Users", "/users", "users"),
    Item("Tokens", "/settings/tokens", "key"),
)


STOCK_ROOMS = (
    Item("Levels", "/inventory", "stack"),
    Item("Reorder", "/reorder", "cart"),
    Item("Purchase orders", "/purchase-orders", "list"),
    Item("Receiving", "/receiving", "package"),
    Item("Transfers", "/transfers", "return"),
    Item("Counts", "/counts", "barcode"),
    Item("Lots", "/lots", "calendar"),
    Item("Serial numbers", "/serials", "tag"),
    Item("Routing", "/routing", "chart"),
    Item("Channels", "/selling", "cart"),
    Item("SKUs", "/skus", "list"),
    Item("Locations", "/locations", "warehouse"),
)
"""What the Inventory section is made of; a room that this application does not have is not shown."""


_counts: dict[str, Callable[[], int]] = {}


def count_at(href: str, count: Callable[[], int]) -> None:
    """Register how many things wait in a section, shown beside its name on every page."""
    _counts[href] = count


def init_app(app: flask.Flask) -> None:
    app.context_processor(surroundings)


def surroundings() -> dict[str, object]:
    """What every layout needs: nav, me, theme, and `live` for pages that are not."""
    found = flask.g.get("surroundings")
    if found is None:
        actor = visitor() if flask.has_request_context() else None
        found = {"nav": sections(actor), "stock_rooms": stock_rooms(actor), "me": me(actor), "live": None}
        found |= {"theme": theme(actor), "sounds": hears(actor)}
        if flask.has_request_context():
            flask.g.surroundings = found
    return found


def visitor() -> Actor | None:
    """Who looks at this page; nobody when the database cannot say: the page about that must still be shown."""
    if access.door() != "browser":
        return None
    try:
        return access.current()
    except Exception:
        log.warning("a page is shown without its visitor", exc_info=True)
        flask.g.actor = None
        flask.current_app.login_manager._update_request_context_with_user()  # flask-login would ask the database again
        return None


def sections(actor: Actor | None) -> tuple[Item, ...]:
    """The sections this actor may open, the current one marked."""
    if actor is None or actor.kind != "user":
        return ()
    in_stock = any(_is_at(item) for item in STOCK_ROOMS)
    return tuple(
        replace(item, current=_is_at(item) or (in_stock and item.href == "/inventory"), **_waiting(item.href))
        for item in available(SECTIONS)
        if actor.may(item.permission)
    )


def _waiting(href: str) -> dict[str, Any]:
    """The count of a section that has one; a page about a broken database must still be shown, without it."""
    if href not in _counts:
        return {}
    try:
        return {"count": _counts[href]() or None, "counted": True}
    except Exception:
        log.warning("the count of %s is not known", href, exc_info=True)
        return {"counted": True}


def stock_rooms(actor: Actor | None) -> tuple[Item, ...]:
    """The pages of the Inventory section that this person may open."""
    if actor is None or not flask.has_request_context():
        return ()
    return tuple(replace(item, current=_is_at(item)) for item in available(STOCK_ROOMS) if actor.may(item.permission))


def _is_at(item: Item) -> bool:
    path = flask.request.path
    return path == item.href or (item.href != "/" and path.startswith(f"{item.href}/"))


def available(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Those of the items that exist in this application, each with the permission of its view."""
    app = flask.current_app
    known: dict[int, tuple[Item, ...]] = app.extensions.setdefault("orderdeck_sections", {})
    if id(items) not in known:
        views = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        known[id(items)] = tuple(
            replace(item, permission=permission)
            for item in items
            if item.href in views and (permission := access.permission_of(app, views[item.href]))
        )
    return known[id(items)]


def me(actor: Actor | None) -> Me | None:
    if actor is None or actor.kind != "user":
        return None
    words = actor.name.replace("@", " ").replace(".", " ").split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return Me(actor.name, initials, roles.rules_of(actor.role).label)


def theme(actor: Actor | None) -> str:
    """auto, light or dark: a person's own, or a visitor's cookie."""
    if actor is None or actor.kind != "user":
        chosen = flask.request.cookies.get("theme", "auto") if flask.has_request_context() else "auto"
        return chosen if chosen in THEMES else "auto"
    user = current_user
    return user.theme if isinstance(user._get_current_object(), User) else "auto"


def hears(actor: Actor | None) -> bool:
    """Whether this person's scans answer with a tone."""
    if actor is None or actor.kind != "user":
        return False
    user = current_user
    return user.sounds if isinstance(user._get_current_object(), User) else False
