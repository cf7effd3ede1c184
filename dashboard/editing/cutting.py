"""Which units of a line are taken off: those that wait first, then those with the least work in them. Pure."""

from typing import NamedTuple

from dashboard.editing.facts import LineFacts, PartLine, Share
from dashboard.editing.rules import CUTTABLE


class PartCut(NamedTuple):
    """units, picked: what a row of a fulfilment order loses."""

    id: int
    sku_id: int
    units: int
    picked: int


class Cut(NamedTuple):
    """Units of one order line that leave one fulfilment order (work_id 0: none had them). allocated, picked: from which bucket."""

    line_id: int
    work_id: int
    number: str
    location_id: int
    location: str
    parts: tuple[PartCut, ...]
    backordered: int = 0
    allocated: int = 0
    picked: int = 0
    packed: int = 0

    @property
    def units(self) -> int:
        return self.backordered + self.allocated + self.picked + self.packed


def cuts_of(line: LineFacts, units: int) -> tuple[Cut, ...]:
    """Take so many units off the line; fewer, where the rest is packed or gone."""
    waiting = min(units, line.backordered)
    found = [_bare(line, backordered=waiting)] if waiting else []
    left = units - waiting
    if line.kind == "service":
        served = min(left, line.packed)
        return (*found, _bare(line, packed=served)) if served else tuple(found)
    for share in sorted(line.shares, key=lambda one: (_trouble(one), -one.work_id)):
        taken = min(left, share.units) if share.status in CUTTABLE else 0
        if taken:
            found.append(_cut(line, share, taken))
            left -= taken
    return tuple(found)


def _trouble(share: Share) -> int:
    return CUTTABLE.index(share.status) if share.status in CUTTABLE else len(CUTTABLE)


def _bare(line: LineFacts, backordered: int = 0, packed: int = 0) -> Cut:
    return Cut(line.id, 0, "", 0, "", (), backordered=backordered, packed=packed)


def _cut(line: LineFacts, share: Share, units: int) -> Cut:
    parts = tuple(_part(part, units) for part in share.parts)
    left = [(part.picked - cut.picked) // part.per for part, cut in zip(share.parts, parts, strict=True)]
    picked = share.picked - min(left)
    place = (share.work_id, share.number, share.location_id, share.location)
    return Cut(line.id, *place, parts, allocated=units - picked, picked=picked)


def _part(part: PartLine, units: int) -> PartCut:
    off = units * part.per
    return PartCut(part.id, part.sku_id, off, max(0, part.picked - (part.units - off)))
