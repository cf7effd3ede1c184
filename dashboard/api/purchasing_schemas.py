"""What the API answers about purchase orders."""

from dashboard.api.schemas import Answer, Id, Money, Time


class PurchaseOrderRow(Answer):
    """units: ordered ones, without those that will not come."""

    id: Id
    number: str
    status: str
    supplier: str
    location: str
    expected_on: str
    late: bool
    units: int
    received: int
    version: int


class PurchaseOrderList(Answer):
    items: list[PurchaseOrderRow]
    next: str | None


class PurchaseOrderLine(Answer):
    """surplus: received above the order; incoming: still on its way. unit_cost only for those who may see prices."""

    sku: str
    name: str
    quantity: int
    received: int
    surplus: int
    cancelled: int
    incoming: int
    unit_cost: Money | None = None


class PurchaseReceipt(Answer):
    """units: all that came, the damaged ones included; arrived_at: when they stood at the dock, if it was noted."""

    id: Id
    sku: str
    units: int
    damaged: int
    surplus: int
    over_reason: str | None
    note: str | None
    arrived_at: Time | None
    received_at: Time
    actor: str


class PurchaseOrder(Answer):
    id: Id
    number: str
    status: str
    supplier: str
    location: str
    expected_on: str
    currency: str
    note: str
    created_at: Time
    ordered_at: Time | None
    arrived_at: Time | None
    closed_at: Time | None
    close_reason: str | None
    version: int
    lines: list[PurchaseOrderLine]
    receipts: list[PurchaseReceipt]


class Supplier(Answer):
    """lead_days: from order to delivery; review_days: between two orders to it."""

    id: Id
    name: str
    lead_days: int
    review_days: int
    currency: str
    version: int


class SupplierList(Answer):
    items: list[Supplier]
    next: str | None


class Supplied(Answer):
    """unit_cost only for those who may see prices."""

    sku: str
    name: str
    pack_size: int
    unit_cost: Money | None = None


class SuppliedList(Answer):
    items: list[Supplied]
    next: str | None
