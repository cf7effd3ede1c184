"""How far somebody may adjust stock: units per adjustment, and which locations."""

from collections.abc import Iterable

from dashboard.accounts.roles import limits_of, may_adjust, reaches_location
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.model import Location
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden


def check_reach(command: AdjustStock, actor: Actor) -> None:
    """Raises: Forbidden, for a location that is not theirs, or more units than their role may change alone."""
    if not reaches_location(actor, command.location):
        raise Forbidden(f"You work at {', '.join(actor.locations or ())}; this is {command.location}. Ask somebody there.")
    units = command.change if command.change is not None else (command.on_hand or 0) - (command.expected or 0)
    if not may_adjust(actor, units):
        most = limits_of(actor).adjust
        raise Forbidden(
            f"Your role may change at most {most} units at once; this changes {abs(units)}. Ask an operations manager.", most=most
        )


def reachable(places: Iterable[Location], actor: Actor) -> list[Location]:
    """The locations where this actor may work."""
    return [place for place in places if reaches_location(actor, place.code)]
