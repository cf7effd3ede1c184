"""What can be asked of stock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashboard.inventory.tracked_units import NOTHING, Given


@dataclass(frozen=True)
class AdjustStock:
    """Change on hand by `change` units, or set it to `on_hand` while it is still `expected` (compare and set).

    reason: one of rules.REASONS. key: natural or idempotency key; the same key moves stock once. given: its lots or serial numbers.
    bin: the code of the bin that gains or loses the units; without, what lies in no bin does first.
    """

    sku: str
    location: str
    reason: str
    change: int | None = None
    on_hand: int | None = None
    expected: int | None = None
    note: str = ""
    key: str | None = None
    given: Given = NOTHING
    bin: str = ""


@dataclass(frozen=True)
class RepairStock:
    """Make balance and ledger agree again at one place, while its balance is still of the version `expected`."""

    sku: str
    location: str
    expected: int
    note: str = ""


@dataclass(frozen=True)
class ReceiveStock:
    """Put units on the shelf; the balance is made when the SKU is new at this location. given: their lots or serial numbers."""

    sku: str
    location: str
    units: int
    note: str = ""
    key: str | None = None
    given: Given = NOTHING


class Demand(NamedTuple):
    """Units of one SKU wanted by one order line. line: the caller's index of the line.

    per: 0 for a line of the SKU itself; for a part of the line's kit, its units in one kit (a kit has a demand per part).
    """

    line: int
    sku_id: int
    sku: str
    units: int
    per: int = 0


class Take(NamedTuple):
    """Units of one order line that one location gives. per: as in Demand."""

    line: int
    sku_id: int
    location_id: int
    units: int
    per: int = 0


@dataclass(frozen=True)
class CreateLocation:
    """cutoff, working_days, holidays: as in calendars.Calendar; priority: 1 gives first."""

    code: str
    name: str
    kind: str = "warehouse"
    time_zone: str = "Europe/London"
    cutoff: int = 16 * 60 + 30
    working_days: str = "12345"
    holidays: str = ""
    priority: int = 1
    active: bool = True


@dataclass(frozen=True)
class UpdateLocation:
    """Change some fields; version, values and base as in catalog.commands.UpdateSku."""

    code: str
    version: int
    values: Mapping[str, Any]
    base: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SetLevels:
    """Plan one SKU at one location. reorder_point: at or below it is low; safety: units no new order may take.

    base: (reorder point, safety) as the person saw them.
    """

    sku: str
    location: str
    reorder_point: int
    safety: int
    base: tuple[int, int]
