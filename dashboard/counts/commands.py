"""What can be asked of counts."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dashboard.inventory.tracked_units import Given


@dataclass(frozen=True)
class OpenCount:
    """Count these SKUs (codes or barcodes) at a location (its code).

    source: manual (somebody chose them: all or none) or schedule (they are due: those that another count took meanwhile are left out).
    bin: the code of one bin: only what lies in it is counted; without SKUs, all that is known to lie there.
    """

    location: str
    skus: tuple[str, ...]
    note: str = ""
    source: str = "manual"
    bin: str = ""


@dataclass(frozen=True)
class BeginLine:
    """Say that one is on this SKU (code or barcode), so that nobody else walks there too."""

    number: str
    sku: str


@dataclass(frozen=True)
class CountUnits:
    """Enter what was found of a SKU (code or barcode)."""

    number: str
    sku: str
    units: int


@dataclass(frozen=True)
class TakeBack:
    """Take back one's own figure of a SKU (code or barcode)."""

    number: str
    sku: str


@dataclass(frozen=True)
class DecideLines:
    """Approve, reject or ask for a recount of lines by id. version: of the count as the person saw it, None to go without.

    lines: None for every counted line (approve: those within the tolerance only, for somebody who may not approve more).
    given: per line id, of which lot or with which serial numbers a variance is; what is missing of a lot goes earliest expiry first.
    """

    number: str
    lines: tuple[int, ...] | None = None
    version: int | None = None
    given: Mapping[int, Given] = field(default_factory=dict)


@dataclass(frozen=True)
class CancelCount:
    number: str
    version: int | None = None


class Stocked(NamedTuple):
    """A SKU that has a shelf at the location, and when it was last counted there (approved)."""

    sku_id: int
    code: str
    name: str
    last_counted: dt.datetime | None


class Due(NamedTuple):
    """A SKU to be counted. class_: A, B or C; days_late: None when it was never counted."""

    sku_id: int
    code: str
    name: str
    class_: str
    last_counted: dt.datetime | None
    days_late: int | None


class Decided(NamedTuple):
    """What became of a count. lines: how many were decided; left: counted ones that still wait for somebody who may approve more."""

    number: str
    status: str
    version: int
    lines: int
    left: int = 0


