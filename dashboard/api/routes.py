"""One decorator for a route of the API: permission, body, and its line in the OpenAPI document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import flask
from pydantic import BaseModel

from dashboard.api import bodies
from dashboard.api.bodies import Body
from dashboard.kernel.errors import NotFound
from dashboard.web.access import requires

View = Callable[..., flask.Response]


@dataclass(frozen=True)
class Route:
    """What the document says of a route. query: {parameter: description}; key: whether an Idempotency-Key is required."""

    method: str
    path: str
    name: str
    summary: str
    permission: str
    tag: str
    body: type[Body] | None
    answer: type[BaseModel] | None
    status: int
    query: Mapping[str, str]
    key: bool


ROUTES: list[Route] = []


def route(
    blueprint: flask.Blueprint,
    method: str,
    path: str,
    permission: str,
    summary: str,
    *,
    body: type[Body] | None = None,
    answer: type[BaseModel] | None = None,
    status: int = 200,
    query: Mapping[str, str] | None = None,
    key: bool = False,
) -> Callable[[View], View]:
    """Register the view; one with a body gets it checked as its first argument."""

    def add(view: View) -> View:
        def call(**arguments: str) -> flask.Response:
            return view(bodies.read(body), **arguments) if body is not None else view(**arguments)

        name = view.__name__
        requires(permission)(call)
        blueprint.add_url_rule(path, name, call, methods=[method])
        ROUTES.append(
            Route(
                method,
                (blueprint.url_prefix or "") + path,
                name,
                summary,
                permission,
                blueprint.name,
                body,
                answer,
                status,
                query or {},
                key,
            )
        )
        return view

    return add


def number_of(text: str, what: str) -> int:
    """The id in an address; ids are strings there, so that a huge one is simply not found.

    Raises: NotFound.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise NotFound(f"There is no {what} {text[:40]!r}.")
    return int(text)
