"""Which location's figures somebody sees: what they ask for, within what they may."""

from collections.abc import Mapping
from typing import Any

from dashboard.insights import board
from dashboard.insights.store.query import Scope
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden


def scope_of(connection: Any, actor: Actor, arguments: Mapping[str, str]) -> Scope:
    """The scope of `?location=CODE`; without it all locations, or the first of an actor who has their own.

    Raises: NotFound, for an unknown location; Forbidden, for somebody else's.
    """
    code = arguments.get("location") or None
    if actor.locations is None:
        return board.of_location(connection, code)
    if code is not None and code not in actor.locations:
        raise Forbidden("These are the figures of another location.", locations=list(actor.locations))
    return board.of_location(connection, code or actor.locations[0])


def room_of(within: Scope) -> str:
    """The live room in which these figures are pushed."""
    return f"kpi:{within.location.id}" if within.location else "kpi"


def choices(connection: Any, actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the locations this actor may choose from; empty when there is nothing to choose."""
    places = board.of_location(connection, None).places
    found = [(place.code, place.name) for place in places if actor.locations is None or place.code in actor.locations]
    return found if len(found) > 1 else []
