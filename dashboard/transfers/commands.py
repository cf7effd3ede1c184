"""What can be asked of transfers. A version is the one the person saw; None for whatever there is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dashboard.inventory.tracked_units import NOTHING, Given


class DraftedLine(NamedTuple):
    """Units of one SKU that shall go."""

    sku: str
    units: int


class Arrival(NamedTuple):
    """Units of one SKU that arrived: whole and damaged ones. given: which lots or serial numbers, where not all that left came."""

    sku: str
    received: int = 0
    damaged: int = 0
    given: Given = NOTHING


class Loss(NamedTuple):
    """Units of one SKU that will not arrive. given: which serial numbers, where not all that are left are lost."""

    sku: str
    units: int
    given: Given = NOTHING


@dataclass(frozen=True)
class DraftTransfer:
    """from_location, to_location: codes. Nothing moves before the dispatch."""

    from_location: str
    to_location: str
    lines: tuple[DraftedLine, ...]
    note: str = ""
    expected_on: dt.date | None = None


@dataclass(frozen=True)
class EditTransfer:
    """Replace what a draft says."""

    number: str
    version: int | None
    draft: DraftTransfer


@dataclass(frozen=True)
class DispatchTransfer:
    """All planned units leave their location. given: which lots or serial numbers, by SKU; lots go earliest expiry first without."""

    number: str
    version: int | None = None
    given: Mapping[str, Given] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceiveTransfer:
    """Units arrive. lines: None for all that are on the way, whole. key: the same key is received once."""

    number: str
    lines: tuple[Arrival, ...] | None = None
    note: str = ""
    version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class SettleLoss:
    """Write off units that were lost on the way. reason: one of rules.LOSS_REASONS."""

    number: str
    lines: tuple[Loss, ...]
    reason: str
    note: str = ""
    version: int | None = None


@dataclass(frozen=True)
class SendBack:
    """What is still on the way goes back to where it came from."""

    number: str
    note: str = ""
    version: int | None = None


@dataclass(frozen=True)
class CancelTransfer:
    """A draft is not wanted any more."""

    number: str
    note: str = ""
    version: int | None = None
