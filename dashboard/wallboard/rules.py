"""How many tiles a display shows, and which. Pure."""

from collections.abc import Iterable

DENSITIES = (8, 4, 1)
"""8 tiles are read up to 3.5 m from a 55-inch display, 4 up to 6 m, 1 from 8 m and more."""
FOUR = ("fulfilment_rate", "backlog", "at_risk", "shipped_per_hour")
ONE = ("at_risk",)


def density_of(text: str | None) -> int:
    """The asked-for density if there is such a one, else 8."""
    return int(text) if text in {str(density) for density in DENSITIES} else DENSITIES[0]


def keys_of(density: int, chosen: str | None, known: Iterable[str]) -> tuple[str, ...]:
    """Keys of the tiles: those chosen (`a,b`), filled up with the density's own; as many as it shows."""
    every = tuple(known)
    own = {8: every, 4: FOUR, 1: ONE}[density]
    wanted = [key for key in (chosen or "").split(",") if key in every]
    return tuple(dict.fromkeys((*wanted, *own, *every)))[:density]
