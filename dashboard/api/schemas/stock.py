"""SKUs, stock and its movements in answers."""

from dashboard.api.schemas.answer import Answer, Id, Money, Time


class Component(Answer):
    """quantity: units of this SKU in one kit."""

    sku: str
    quantity: int


class SkuPreorder(Answer):
    """The SKU is on preorder until the day it is available from; cap: units that may wait meanwhile, null for any number."""

    available_from: str
    cap: int | None


class Sku(Answer):
    """components: what a kit is made of; empty for everything else. preorder: null without a day. tracks: none, lots or serials."""

    sku: str
    name: str
    barcode: str | None
    kind: str
    tracks: str
    unit_price: Money
    currency: str
    weight_grams: int
    active: bool
    components: list[Component]
    preorder: SkuPreorder | None = None
    version: int


class SkuList(Answer):
    items: list[Sku]
    next: str | None


class Stock(Answer):
    """available = on_hand - allocated - held - damaged - quarantine.

    sellable: with ?channel=, units of the SKU that channel may sell now, from all its locations: what is available less safety
    stock and buffer, and what may be backordered as far as there is a cap.
    """

    sku: str
    location: str
    on_hand: int
    allocated: int
    held: int
    damaged: int
    quarantine: int
    safety: int
    available: int
    incoming: int
    version: int
    sellable: int | None = None


class StockList(Answer):
    items: list[Stock]
    next: str | None


class Movement(Answer):
    """change: the deltas per bucket that are not 0."""

    id: Id
    sku: str
    location: str
    kind: str
    change: dict[str, int]
    on_hand_after: int
    allocated_after: int
    cause: str | None
    reason: str | None
    note: str | None
    actor: str
    at: Time


class MovementList(Answer):
    items: list[Movement]
    next: str | None
