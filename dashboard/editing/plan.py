"""What an edit would do, as plain values: the preview shows it and the write carries out exactly this."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from dashboard.catalog.lookup import SkuFacts
from dashboard.editing.amounts import Money
from dashboard.editing.cutting import Cut
from dashboard.editing.facts import LineFacts
from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import Shelf
from dashboard.orders.named import Named


class LinePlan(NamedTuple):
    """One line that changes. quantity: units the customer is to get. credited: cut units that stay on the line as cancelled;
    the other cut units were never ordered, now. restored: cancelled units that are wanted again; raised: further units.
    """

    line: LineFacts
    quantity: int
    unit_price_e4: int
    tax: int
    discount: int
    total: int
    cuts: tuple[Cut, ...] = ()
    credited: int = 0
    restored: int = 0
    raised: int = 0
    taxes: tuple[Named, ...] = ()
    discounts: tuple[Named, ...] = ()

    @property
    def taken_off(self) -> int:
        return sum(cut.units for cut in self.cuts)

    @property
    def added(self) -> int:
        return self.restored + self.raised


class NewLine(NamedTuple):
    """One further line. key: its (negative) place among the demands; replaces: id of the line it stands for."""

    key: int
    sku: SkuFacts
    quantity: int
    unit_price_e4: int
    tax: int
    discount: int
    total: int
    replaces: int | None = None
    taxes: tuple[Named, ...] = ()
    discounts: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Plan:
    """header: fields of the order and their new values; changes: {field: (before, after)} of everything; sums: as in amounts.sums."""

    changes: Mapping[str, tuple[Any, Any]]
    header: Mapping[str, Any]
    lines: tuple[LinePlan, ...]
    new: tuple[NewLine, ...]
    demands: tuple[Demand, ...]
    shelves: Mapping[int, Shelf]
    takes: tuple[Take, ...]
    waits: Mapping[int, int]
    sums_before: Mapping[str, int]
    sums: Mapping[str, int]
    money: Money

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.new

    @property
    def fingerprint(self) -> str:
        """The same plan has the same one: what was shown is what is done."""
        cuts = [[cut.line_id, cut.work_id, cut.units, cut.picked] for line in self.lines for cut in line.cuts]
        new = [[line.sku.id, line.quantity, line.unit_price_e4, line.tax, line.discount, line.taxes, line.discounts] for line in self.new]
        text = json.dumps(
            [sorted(self.changes.items()), cuts, new, self.takes, sorted(self.waits.items()), sorted(self.sums.items())]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:32]
