"""What happened in purchasing. sku_ids: of the items that are on their way otherwise than before."""

from dashboard.kernel.events import event


@event("supplier")
class SupplierSaved:
    """changes: {field: [before, after]}; of a new one before is None."""

    id: int
    version: int
    name: str
    changes: dict


@event("supplier")
class SkuSupplied:
    """The supplier of a SKU was chosen; id and version are the supplier's."""

    id: int
    version: int
    sku: str
    pack_size: int


@event("purchase_order")
class PurchaseDrafted:
    """lines: [[SKU, units]]."""

    id: int
    version: int
    number: str
    supplier: str
    location: str
    lines: list


@event("purchase_order")
class PurchaseEdited:
    id: int
    version: int
    number: str
    lines: list


@event("purchase_order")
class PurchasePlaced:
    id: int
    version: int
    number: str
    expected_on: str
    sku_ids: tuple[int, ...] = ()


@event("purchase_order")
class PurchaseRescheduled:
    """before, after: the day it is expected, ISO 8601."""

    id: int
    version: int
    number: str
    before: str
    after: str
    sku_ids: tuple[int, ...] = ()


@event("purchase_order")
class PurchaseArrived:
    """A delivery stands at the dock. arrived_at: ISO 8601."""

    id: int
    version: int
    number: str
    arrived_at: str


@event("purchase_order")
class PurchaseReceived:
    """items: [[SKU, units, damaged]] of this receipt; status: of the purchase order after it."""

    id: int
    version: int
    number: str
    status: str
    items: list
    over_reason: str | None = None
    sku_ids: tuple[int, ...] = ()


@event("purchase_order")
class PurchaseClosedShort:
    """missing: [[SKU, units]] that were ordered and will not come."""

    id: int
    version: int
    number: str
    reason: str
    missing: list
    sku_ids: tuple[int, ...] = ()


@event("purchase_order")
class PurchaseCancelled:
    id: int
    version: int
    number: str
    reason: str
    sku_ids: tuple[int, ...] = ()
