"""Which bins give units, and which lose them when stock leaves. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

KINDS = {True: "Pick bin", False: "Set aside"}
STATES = {"": "Sellable until now", "quarantine": "In quarantine already", "damaged": "Damaged already"}
"""What units are before they go into a bin that is not pickable."""
LAST_ORDER = 999_999


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


def pick_list(wants: Sequence[tuple[int, int, int]], bins: Mapping[int, Sequence[Held]]) -> dict[int, list[tuple[str, int]]]:
    """Where to find what several lines want, each unit promised to one of them.

    Args: wants: [(line id, SKU id, units)], the first served first; bins: per SKU id.
    Returns: {line id: [(bin's code, units)]} in pick order; what lies in no bin has the code "".
    """
    left = {sku: {held: held.units for held in sorted(held_, key=_order) if held.pickable} for sku, held_ in bins.items()}
    found: dict[int, list[tuple[str, int]]] = {}
    for line, sku, wanted in wants:
        stops = []
        for held, units in left.get(sku, {}).items():
            given = min(units, wanted)
            if given:
                stops.append((held.code, given))
                left[sku][held] -= given
                wanted -= given
        found[line] = [*stops, *([("", wanted)] if wanted else [])]
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
