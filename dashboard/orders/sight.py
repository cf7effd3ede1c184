"""How much of an order an actor may see: everything, or the work without money and people. Pure."""

from dataclasses import dataclass

from dashboard.kernel.actor import Actor


@dataclass(frozen=True)
class Sight:
    """full: prices, names, e-mail and phone; otherwise initials and no money. ship_to: the address to pack for."""

    full: bool
    ship_to: bool


def sight_of(actor: Actor) -> Sight:
    """What this actor sees; the members of a live room see what its weakest member does."""
    full = actor.may("orders.prices")
    return Sight(full, full or actor.may("work.read"))


def shown_name(name: str, sight: Sight) -> str:
    """'Ada Byron' -> 'A. B.' where people are masked."""
    if sight.full:
        return name
    return " ".join(f"{word[0]}." for word in name.split()[:3])
