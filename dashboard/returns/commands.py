"""What can be asked of returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.inventory.tracked_units import Given


@dataclass(frozen=True)
class ReturnItem:
    """units of one order line; disposition: restock, damaged, quarantine, scrap or vendor."""

    order_line_id: int
    units: int
    disposition: str = "restock"


@dataclass(frozen=True)
class RequestReturn:
    """reason: one of rules.REASONS."""

    order_id: int
    reason: str
    items: tuple[ReturnItem, ...]
    note: str = ""


@dataclass(frozen=True)
class ReceiveReturn:
    """The goods are here: put each item where its disposition says, at this location.

    given: which lots or serial numbers, by SKU; without, they go back to the lots they were shipped from.
    """

    return_id: int
    location: str
    version: int | None = None
    given: Mapping[str, Given] = field(default_factory=dict)
