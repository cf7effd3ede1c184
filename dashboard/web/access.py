"""Access: every route names its permission; a route without one answers 403 to everybody.

Who asks is found by loaders that accounts registers, by the door a request comes through: `api` (bearer tokens only, never a
session), `hooks` (signed, nobody is signed in) and `browser` (session or wall cookie, never a bearer token).
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

import flask

from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden, Unauthenticated
from dashboard.web.doors import door
from dashboard.web.htmx import is_htmx

F = TypeVar("F", bound=Callable[..., Any])
Loader = Callable[[], Actor | None]

PUBLIC = "public"
RULES: dict[str, str] = {"static": PUBLIC}
"""Endpoint -> permission for views we did not write (flask-security, static files, OpenAPI)."""
_loaders: dict[str, list[Loader]] = {"api": [], "hooks": [], "browser": []}


def requires(permission: str) -> Callable[[F], F]:
    """Mark a view with the permission it needs; PUBLIC for none."""

    def mark(view: F) -> F:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def classify(**endpoints: str) -> None:
    """Name the permission of other people's views; dots of an endpoint are written as double underscores."""
    RULES.update({endpoint.replace("__", "."): permission for endpoint, permission in endpoints.items()})


def loader(at: str) -> Callable[[Loader], Loader]:
    """Register a way to find out who asks at this door; the first that knows wins."""

    def add(function: Loader) -> Loader:
        if function not in _loaders[at]:
            _loaders[at].append(function)
        return function

    return add


def permission_of(app: flask.Flask, endpoint: str) -> str | None:
    view: Any = app.view_functions.get(endpoint)
    while view is not None:
        found = getattr(view, "permission", None)
        if found:
            return found
        view = getattr(view, "__wrapped__", None)
    return RULES.get(endpoint)


def init_app(app: flask.Flask) -> None:
    @app.before_request
    def check() -> None:
        endpoint = flask.request.endpoint
        if endpoint is None:
            return
        permission = permission_of(app, endpoint)
        if permission == PUBLIC:
            return
        if permission is None:
            raise Forbidden("This page is not open to anybody yet.")
        demand(permission)


def current() -> Actor | None:
    """Who asks; None for a visitor without session or token, and outside a request."""
    if "actor" not in flask.g:
        if not flask.has_request_context():
            return None
        loaders = _loaders[door()]
        flask.g.actor = next((actor for load in loaders if (actor := load()) is not None), None)
    return flask.g.actor


def actor() -> Actor:
    """Who asks.

    Raises: Unauthenticated, for a visitor.
    """
    found = current()
    if found is not None:
        return found
    if door() == "api":
        raise Unauthenticated("Send a valid token: Authorization: Bearer <token>. `flask token create` makes one.")
    raise Unauthenticated("Sign in to go on.", login=flask.url_for("security.login", next=_return_path()))


def demand(permission: str) -> Actor:
    """Raises: Unauthenticated; Forbidden, naming what the role lacks."""
    who = actor()
    if not who.may(permission):
        holder = f"Your role ({who.role})" if who.kind == "user" else f"This token ({who.role})"
        raise Forbidden(f"{holder} may not do this; it needs “{permission}”. Ask an owner.", permission=permission)
    return who


def local_path(text: str | None, default: str = "/") -> str:
    """The text if it is a path on this site, so that no link of ours leads a person elsewhere; the default otherwise."""
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return default
    parts = urlsplit(text)
    return default if parts.scheme or parts.netloc else text


def _return_path() -> str:
    """Where to go on after signing in: the page the person is looking at, never the part htmx asked for."""
    if is_htmx():
        parts = urlsplit(flask.request.headers.get("HX-Current-URL", ""))
        return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return flask.request.full_path.rstrip("?") if flask.request.method == "GET" else "/"


@contextlib.contextmanager
def acting_as(who: Actor) -> Iterator[None]:
    """Render or act as this actor outside a request of theirs (live parts, tests)."""
    before = flask.g.get("actor")
    flask.g.actor = who
    try:
        yield
    finally:
        flask.g.actor = before
