"""The doors a request comes through: `api` (bearer tokens), `hooks` (signed, nobody is signed in) and `browser`."""

import flask


def door() -> str:
    """Which door this request came through: api, hooks or browser."""
    path = flask.request.path
    if path.startswith("/api/"):
        return "api"
    return "hooks" if path.startswith("/hooks/") else "browser"


def is_machine(path: str) -> bool:
    """Whether it is a machine's door that this path leads through."""
    return path.startswith(("/api/", "/hooks/"))
