"""Which bins give units, and which lose them when stock leaves. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

KINDS = {True: "Pick bin", False: "Set aside"}
STATES = {"sellable": "Sellable until now", "quarantine": "In quarantine already", "damaged": "Damaged already"}
"""What units are before they go into a bin that is not pickable."""
LAST_ORDER = 999_999

K = TypeVar("K")


class Held(NamedTuple):
    """Units of one SKU in one bin."""

    bin_id: int
    code: str
    pickable: bool
    pick_order: int
    units: int


class Leaving(NamedTuple):
    """Units that a bin loses."""

    held: Held
    units: int


def in_bins(bins: Sequence[Held]) -> int:
    return sum(held.units for held in bins)


def set_aside(bins: Sequence[Held]) -> int:
    """Units in bins that are not pickable: a part of the balance's quarantine."""
    return sum(held.units for held in bins if not held.pickable)


def taken(bins: Sequence[Held], units: int, told: Sequence[str] = ()) -> list[Leaving]:
    """Which bins picked units came from: those the picker was told first, then pickable bins in their order, then none.

    A bin that turns out to hold less than was told gives what it has: the units were found somewhere, and the rest is looked up by the
    same rule. Args: told: codes. Returns: less than `units` when the rest lay in no bin.
    """
    known = {held.code: held for held in bins if held.pickable}
    first = [known[code] for code in dict.fromkeys(told) if code in known]
    rest = sorted((held for held in known.values() if held not in first), key=_order)
    return _give([*first, *rest], units)


def losing(bins: Sequence[Held], on_hand: int, quarantine: int) -> list[Leaving]:
    """Which bins lose units after stock has left, so that no bin holds what is not there.

    Units in no bin leave first. Bins that are not pickable lose what quarantine no longer covers; pickable bins lose what on hand no
    longer covers; each the last in pick order first, so that what is picked next stays where the pick list says.

    Args: on_hand, quarantine: of the balance after it.
    """
    backwards = sorted(bins, key=_order, reverse=True)
    aside = _give([held for held in backwards if not held.pickable], set_aside(bins) - quarantine)
    over = in_bins(bins) - sum(units for _, units in aside) - on_hand
    return aside + _give([held for held in backwards if held.pickable], over)


Stops = list[tuple[Held | None, int]]
"""Where to go for one line, in pick order: [(bin, units)]; what lies in no bin has none."""


def pick_list(wants: Sequence[tuple[int, K, int]], bins: Mapping[K, Sequence[Held]]) -> dict[int, Stops]:
    """Where to find what several lines want, each unit promised to one of them.

    Args: wants: [(line id, what, units)], the first served first; bins: per what (a SKU at a place).
    Returns: stops per line id.
    """
    left = {what: {held: held.units for held in sorted(held_, key=_order) if held.pickable} for what, held_ in bins.items()}
    found: dict[int, Stops] = {}
    for line, what, wanted in wants:
        stops: Stops = []
        for held, units in left.get(what, {}).items():
            given = min(units, wanted)
            if given:
                stops.append((held, given))
                left[what][held] -= given
                wanted -= given
        found[line] = [*stops, *([(None, wanted)] if wanted else [])]
    return found


def _order(held: Held) -> tuple[int, str]:
    return held.pick_order, held.code


def _give(bins: Sequence[Held], units: int) -> list[Leaving]:
    found = []
    for held in bins:
        given = min(held.units, units)
        if given > 0:
            found.append(Leaving(held, given))
            units -= given
    return found
