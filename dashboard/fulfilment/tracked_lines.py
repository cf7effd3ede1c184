"""Of which lots and with which serial numbers fulfilment lines are picked: what to take, and what was taken."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from dashboard.inventory.store import lots, serials
from dashboard.inventory.store.lots import Taken
from dashboard.inventory.tracked_typed import typed_given
from dashboard.inventory.tracked_units import Given, LotUnits

TO_PICK = ("allocated", "released", "picking")


@dataclass
class TrackedLine:
    """tracks: lots or serials; left: units to pick; to_pick: their lots, earliest expiry first.

    picked: the lots, numbers: the serial numbers (id, code) that were taken.
    """

    tracks: str
    left: int
    to_pick: Sequence[Taken] = ()
    picked: Sequence[Taken] = ()
    numbers: Sequence[tuple[int, str]] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """The lots of `to_pick` for the form, like `2 L1`, where they are enough."""
        enough = sum(lot.units for lot in self.to_pick) == self.left
        return [f"{lot.units} {lot.code}" for lot in self.to_pick] if enough else []


def tracked_lines(connection: sa.Connection, works: Sequence[Any], now: dt.datetime) -> dict[int, TrackedLine]:
    """By fulfilment line id, of those whose SKU has lots or serial numbers. Two works are not told the same unit of a lot."""
    mine = [(work, line) for work in works for line in work.lines if line.tracks != "none"]
    if not mine:
        return {}
    found = {line.id: TrackedLine(line.tracks, line.units - line.picked if work.status in TO_PICK else 0) for work, line in mine}
    for line_id, taken in lots.picked(connection, list(found)).items():
        found[line_id].picked = taken
    for line_id, numbers in serials.numbers_on(connection, {work.id for work, _ in mine}).items():
        if line_id in found:
            found[line_id].numbers = numbers
    wanted: dict[int, list[tuple[int, int, int]]] = {}
    for work, line in mine:
        if line.tracks == "lots" and found[line.id].left:
            wanted.setdefault(work.location_id, []).append((line.id, line.sku_id, found[line.id].left))
    for location_id, lines in wanted.items():
        for line_id, taken in lots.to_pick(connection, location_id, lines, now).items():
            found[line_id].to_pick = taken
    return found


def given_of(tracked: Mapping[int, TrackedLine], sent: MultiDict[str, str]) -> dict[int, Given]:
    """What a pick form says per line: serial numbers, another lot, or the lots that the page told."""
    found = {}
    for line_id, line in tracked.items():
        typed = {name: sent.get(f"{line_id}-{name}", "") for name in ("lot", "serials")}
        given = typed_given(line.tracks, line.left, typed)
        if not given.named and line.tracks == "lots":
            given = Given(tuple(_told(sent.getlist(f"{line_id}-told"))))
        if given.named:
            found[line_id] = given
    return found


def _told(typed: Sequence[str]) -> list[LotUnits]:
    """Like `2 L1`, as TrackedLine.told says it; what is something else is left out."""
    words = [line.partition(" ") for line in typed]
    return [LotUnits(code, int(units)) for units, _, code in words if units.isdecimal() and len(units) < 10 and code]
