"""What a plan is made from: the order, its lines, where their units are, and what the shelves have. Plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashboard.catalog.lookup import KitPart, SkuFacts
from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import Shelf
from dashboard.orders.named import Named


class PartLine(NamedTuple):
    """A row of a fulfilment order: units of one SKU for one order line. per: units of it in one unit of the line."""

    id: int
    sku_id: int
    units: int
    picked: int
    per: int


class Share(NamedTuple):
    """What one open fulfilment order is to send of an order line."""

    work_id: int
    number: str
    status: str
    location_id: int
    location: str
    parts: tuple[PartLine, ...]

    @property
    def units(self) -> int:
        """Units of the order line; whole kits."""
        return min(part.units // part.per for part in self.parts)

    @property
    def picked(self) -> int:
        return min(part.picked // part.per for part in self.parts)


@dataclass(frozen=True)
class LineFacts:
    """One order line. kind: stock, kit, service, or unknown where no catalogue knows it; shares: newest work first; recipe: of a kit.

    taxes, discounts: by name, where they have names.
    """

    id: int
    position: int
    sku_id: int | None
    sku: str
    name: str
    kind: str
    ordered: int
    cancelled: int
    credited: int
    backordered: int
    allocated: int
    picked: int
    packed: int
    shipped: int
    unit_price_e4: int
    tax: int
    discount: int
    total: int
    shares: tuple[Share, ...] = ()
    recipe: tuple[KitPart, ...] = ()
    taxes: tuple[Named, ...] = ()
    discounts: tuple[Named, ...] = ()

    @property
    def live(self) -> int:
        """Units the customer is to get, or has got."""
        return self.ordered - self.cancelled


class Held(NamedTuple):
    """What a location has of a SKU. safety: units that no new order may take."""

    location_id: int
    available: int
    safety: int


Chooser = Callable[[Sequence[Demand], Mapping[int, Shelf]], list[Take]]


@dataclass(frozen=True)
class Facts:
    """An order to be changed. header: its plain fields by name (rules.HEADER); money: total, promised, received, refunded.

    shelves: per SKU id, best location first; skus: by code, of new lines; parts: of new kits, by the kit's id; waits: units that may
    still wait per SKU id, None for any number (missing: any); choose: which locations send.
    """

    id: int
    number: str
    status: str
    version: int
    currency: str
    pay_on: str
    header: Mapping[str, Any]
    sums: Mapping[str, int]
    money: Mapping[str, int]
    lines: tuple[LineFacts, ...]
    skus: Mapping[str, SkuFacts] = field(default_factory=dict)
    parts: Mapping[int, Sequence[KitPart]] = field(default_factory=dict)
    shelves: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    waits: Mapping[int, int | None] = field(default_factory=dict)
    choose: Chooser = lambda _demands, _shelves: []

    def line(self, line_id: int) -> LineFacts | None:
        return next((line for line in self.lines if line.id == line_id), None)
