"""A shop as plain Python: what units and money must be after each action. No SQL, no product code."""

from collections import Counter
from dataclasses import dataclass, field

BUCKETS = ("backordered", "allocated", "picked", "packed", "shipped", "cancelled")


@dataclass
class Line:
    sku: str
    units: Counter
    delivered: int = 0
    returned: int = 0

    def move(self, units: int, source: str, target: str) -> None:
        assert self.units[source] >= units
        self.units[source] -= units
        self.units[target] += units


@dataclass
class Order:
    total: int
    price: int
    lines: dict[int, Line] = field(default_factory=dict)
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    voided: int = 0
    holds: set[int] = field(default_factory=set)

    def count(self, bucket: str) -> int:
        return sum(line.units[bucket] for line in self.lines.values())

    @property
    def is_open(self) -> bool:
        return any(self.count(bucket) for bucket in ("backordered", "allocated", "picked", "packed"))

    def end(self) -> None:
        """An order that is over waits for nothing."""
        if not self.is_open:
            self.holds.clear()


class Shop:
    """Units per SKU over all locations, and the orders."""

    def __init__(self) -> None:
        self.on_hand: Counter = Counter()
        self.allocated: Counter = Counter()
        self.aside: Counter = Counter()
        self.orders: dict[int, Order] = {}

    def available(self, sku: str) -> int:
        return self.on_hand[sku] - self.allocated[sku] - self.aside[sku]

    def short(self, wanted: list[tuple[str, int]]) -> bool:
        asked = Counter()
        for sku, units in wanted:
            asked[sku] += units
        return any(units > self.available(sku) for sku, units in asked.items())

    def capture(self, order_id: int, line_ids: list[int], wanted: list[tuple[str, int]], authorized: int, price: int) -> None:
        order = Order(total=sum(units for _, units in wanted) * price, price=price, authorized=authorized)
        for line_id, (sku, units) in zip(line_ids, wanted, strict=True):
            taken = min(units, self.available(sku))
            self.allocated[sku] += taken
            order.lines[line_id] = Line(sku, Counter(allocated=taken, backordered=units - taken))
        self.orders[order_id] = order

    def step(self, order_id: int, units: dict[int, int], source: str, target: str) -> None:
        """Units per order line move on; what is shipped leaves the building."""
        for line_id, count in units.items():
            line = self.orders[order_id].lines[line_id]
            line.move(count, source, target)
            if target == "shipped":
                self.on_hand[line.sku] -= count
                self.allocated[line.sku] -= count
        self.orders[order_id].end()

    def short_pick(self, order_id: int, units: dict[int, int]) -> None:
        """What was not found goes aside until it is counted; the order waits for it again."""
        self.step(order_id, units, "allocated", "backordered")
        for line_id, count in units.items():
            sku = self.orders[order_id].lines[line_id].sku
            self.allocated[sku] -= count
            self.aside[sku] += count

    def cancel(self, order_id: int) -> None:
        order = self.orders[order_id]
        for line in order.lines.values():
            for bucket in ("backordered", "allocated", "picked", "packed"):
                if bucket != "backordered":
                    self.allocated[line.sku] -= line.units[bucket]
                line.move(line.units[bucket], bucket, "cancelled")
        if order.count("shipped"):
            order.total = order.count("shipped") * order.price
        else:
            order.voided = order.authorized - order.captured
        order.end()

    def take_back(self, order_id: int, line_id: int, units: int, *, broken: bool) -> None:
        line = self.orders[order_id].lines[line_id]
        line.returned += units
        self.on_hand[line.sku] += units
        if broken:
            self.aside[line.sku] += units
