"""Access: every route names its permission; a route without one answers 403 to everybody.

Who asks is found by loaders that accounts registers (session, bearer token, kiosk cookie): this file knows no users.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import flask

from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden, Unauthenticated

F = TypeVar("F", bound=Callable[..., Any])
Loader = Callable[[], Actor | None]

PUBLIC = "public"
RULES: dict[str, str] = {}
"""Endpoint -> permission for views we did not write (flask-security, static files, OpenAPI)."""
_loaders: list[Loader] = []


def requires(permission: str) -> Callable[[F], F]:
    """Mark a view with the permission it needs; PUBLIC for none."""

    def mark(view: F) -> F:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def classify(**endpoints: str) -> None:
    """Name the permission of other people's views; dots of an endpoint are written as double underscores."""
    RULES.update({endpoint.replace("__", "."): permission for endpoint, permission in endpoints.items()})


def loader(function: Loader) -> Loader:
    _loaders.append(function)
    return function


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
    """Who asks; None for a visitor without session or token."""
    if "actor" not in flask.g:
        flask.g.actor = next((actor for load in _loaders if (actor := load()) is not None), None)
    return flask.g.actor


def actor() -> Actor:
    """Who asks.

    Raises: Unauthenticated, for a visitor.
    """
    found = current()
    if found is None:
        target = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else "/"
        raise Unauthenticated("Sign in to go on.", login=flask.url_for("security.login", next=target))
    return found


def demand(permission: str) -> Actor:
    """Raises: Unauthenticated; Forbidden, naming what the role lacks."""
    who = actor()
    if not who.may(permission):
        role = f"Your role ({who.role})" if who.role else "This token"
        raise Forbidden(f"{role} may not do this; it needs “{permission}”. Ask an owner.", permission=permission)
    return who


@contextlib.contextmanager
def acting_as(who: Actor) -> Iterator[None]:
    """Render or act as this actor outside a request of theirs (live parts, tests)."""
    before = flask.g.get("actor")
    flask.g.actor = who
    try:
        yield
    finally:
        flask.g.actor = before
