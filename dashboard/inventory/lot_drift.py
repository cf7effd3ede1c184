"""How the lots of a place are brought to its on hand again. Pure."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from dashboard.inventory.tracked_units import earliest_first

UNKNOWN = "UNKNOWN"
"""The lot of units that are there and that nobody can name: it expires today, so that they are set aside until somebody looks."""


class Shelved(NamedTuple):
    """A lot at the place. units_logged, aside_logged: what its movements sum up to."""

    lot_id: int
    expires_on: dt.date
    units: int
    picked: int
    set_aside: int
    units_logged: int
    aside_logged: int


def wanted(lots: Sequence[Shelved], on_hand: int) -> dict[int, tuple[int, int]] | None:
    """{lot id: (units, set aside)} as it should be, together exactly on hand; None, when more is picked of lots than is on hand.

    What is too much leaves as any loss does, the earliest expiry first: free units, then those that are set aside. What is missing is
    said to be of the lot that expires first, so that nobody is promised it for longer than is known; without any lot it is left over.
    """
    first = sorted(lots, key=lambda lot: (lot.expires_on, lot.lot_id))
    found = {lot.lot_id: (lot.units, lot.set_aside) for lot in first}
    excess = sum(lot.units for lot in first) - on_hand
    free = earliest_first([(lot.lot_id, lot.units - lot.picked - lot.set_aside) for lot in first], max(0, excess))
    rest = max(0, excess) - sum(units for _, units in free)
    for lot_id, units in free:
        found[lot_id] = (found[lot_id][0] - units, found[lot_id][1])
    for lot_id, units in earliest_first([(lot.lot_id, lot.set_aside) for lot in first], rest):
        found[lot_id] = (found[lot_id][0] - units, found[lot_id][1] - units)
        rest -= units
    if excess < 0 and first:
        units, aside = found[first[0].lot_id]
        found[first[0].lot_id] = (units - excess, aside)
    return None if rest else found
