"""One cell of the matrix: a SKU at a location."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.inventory.model import StockBalance
from dashboard.inventory.rules import level

AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


@dataclass(frozen=True)
class Cell:
    """Units of one SKU at one location; version 0: nothing was ever there. made: worked out, not kept."""

    made: ClassVar[bool] = False
    sku_id: int
    location_id: int
    on_hand: int = 0
    allocated: int = 0
    held: int = 0
    damaged: int = 0
    quarantine: int = 0
    safety: int = 0
    reorder_point: int = 0
    version: int = 0

    @property
    def id(self) -> str:
        return f"stock-{self.sku_id}-{self.location_id}"

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated - self.held - self.damaged - self.quarantine

    @property
    def level(self) -> str:
        """none: this SKU was never here."""
        return level(self.available, self.reorder_point) if self.version else "none"
