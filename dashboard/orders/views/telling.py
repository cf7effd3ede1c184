"""What words of the timeline are made of and depend on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashboard.orders.sight import Sight
from dashboard.web.filters import number


class Said(NamedTuple):
    """One entry in words. rank: the highest of a transaction is its headline; aside: how it reads below another headline, if its
    text and its details do not say it well."""

    rank: int
    kind: str
    icon: str
    text: str
    details: tuple[str, ...] = ()
    anchor: str | None = None
    aside: str = ""


class Telling(NamedTuple):
    """What words depend on besides the entry. places: location names by id; notes: comments as they are now, by id.

    edits: {field: [before, after]} by id of the edit; the log itself names no address.
    """

    sight: Sight
    places: Mapping[int, str]
    currency: str
    notes: Mapping[int, Any] = {}
    edits: Mapping[int, Mapping[str, Any]] = {}


def in_words(status: str | None) -> str:
    """A status for people."""
    return (status or "–").replace("_", " ")


def units_of(count: int) -> str:
    return f"{number(count)} unit" if count == 1 else f"{number(count)} units"
