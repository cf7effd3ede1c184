"""Reading an API request's query: texts that can be kept, limits, cursors."""

from typing import Any

import flask

from dashboard.kernel import text
from dashboard.kernel.errors import Invalid
from dashboard.web import paging

LONGEST = 200


def word(name: str, default: str = "") -> str:
    """A query parameter. Raises: Invalid, for one no database can be asked for."""
    value = flask.request.args.get(name, default)
    if trouble := text.trouble(value, LONGEST):
        raise Invalid(f"{name} {trouble}.", fields={name: trouble})
    return value


def choice(name: str, allowed: Any, default: str) -> str:
    """A query parameter out of an allow-list. Raises: Invalid."""
    value = word(name, default)
    if value not in allowed:
        raise Invalid(f"{name} must be one of {', '.join(allowed)}.", fields={name: f"one of {', '.join(allowed)}"})
    return value


def limit() -> int:
    """Raises: Invalid, outside 1 to 200."""
    return paging.limit_of(flask.request.args.get("limit"))


def cursor(*types: type) -> tuple[Any, ...] | None:
    """The values of the `cursor` parameter, None on the first page. Raises: Invalid, for one that is not ours."""
    given = flask.request.args.get("cursor")
    return paging.decode(given, *types) if given else None


def whole(name: str, default: int = 0) -> int:
    """A parameter that is a whole number of at most 18 digits. Raises: Invalid."""
    value = flask.request.args.get(name) or str(default)
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise Invalid(f"{name} must be a whole number from 0.", fields={name: "a whole number from 0"})
    return int(value)


def page(items: list[Any], most: int, key: Any) -> tuple[list[Any], str | None]:
    """The first `most` of one more item than shown, and the cursor after them. key: item -> tuple of the cursor's values."""
    if len(items) <= most:
        return items, None
    return items[:most], paging.encode(*key(items[most - 1]))
