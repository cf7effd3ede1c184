"""What happened to stock."""

from dashboard.kernel.events import event


@event("stock")
class StockChanged:
    """One balance after a change. id: `sku_id:location_id`; change: the deltas that are not 0."""

    id: str
    version: int
    sku: str
    location: str
    kind: str
    change: dict
    on_hand: int
    allocated: int
    available: int
    reason: str | None = None
    order_id: int | None = None


@event("allocation")
class StockAllocated:
    """Units were tied to an order: one fact, whatever it took from. id: the order's; version: 1, for it never changes.

    balances: each that gave, after it: {id: `sku_id:location_id`, version, sku, location, units, on_hand, allocated, available}.
    """

    id: int
    version: int
    order_id: int
    balances: list


@event("location")
class LocationCreated:
    id: int
    version: int
    code: str
    name: str


@event("location")
class LocationChanged:
    """changes: {field: [before, after]}."""

    id: int
    version: int
    code: str
    changes: dict


@event("stock")
class LevelsSet:
    """A balance's plan changed; its units and its version did not. id: `sku_id:location_id`; before, after: by column."""

    id: str
    version: int
    sku: str
    location: str
    before: dict
    after: dict
