"""Fulfilment lines of SKUs that are kept by lot or serial number: what is picked for them, and given back. Others cost nothing."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.inventory import picks
from dashboard.inventory.picks import For, Wanted
from dashboard.inventory.tracked_units import NOTHING, Given
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx


def take(tx: Tx, work: Any, units: Mapping[int, int], given: Mapping[int, Given], actor: Actor, now: dt.datetime) -> None:
    """Fix the lots and serial numbers of these units per fulfilment line. work: work.Work.

    Raises: Invalid, naming `<line id>.serials` or `<line id>.lots`; Conflict, for what somebody else has taken.
    """
    lines = {line.id: line for line in work.lines}
    for line_id, one in given.items():
        if one.named and (line_id not in units or lines[line_id].tracks == "none"):
            raise Invalid("Lots or serial numbers are given for a line that needs none.", fields={f"{line_id}.lots": "not asked for"})
    wanted = [
        Wanted(id_, line.order_line_id, line.sku_id, line.sku, line.tracks, count, given.get(id_, NOTHING).at(f"{id_}."))
        for id_, count in sorted(units.items())
        if (line := lines[id_]).tracks != "none"
    ]
    if wanted:
        picks.take(tx, _for(work), wanted, actor, now)


def give_back(tx: Tx, work: Any, units: Mapping[int, int], actor: Actor, now: dt.datetime) -> None:
    """These units per fulfilment line are not picked any more."""
    tracked = {line.id for line in work.lines if line.tracks != "none"}
    back = {line_id: count for line_id, count in units.items() if count and line_id in tracked}
    if back:
        picks.give_back(tx, back, _for(work), actor, now)


def _for(work: Any) -> For:
    return For(work.id, work.number, work.order_id, work.location_id)
