"""What can be asked of purchasing."""

import datetime as dt
from dataclasses import dataclass

from dashboard.inventory.tracked_units import NOTHING, Given


@dataclass(frozen=True)
class SaveSupplier:
    """Make a supplier (id None) or change one. lead_days: from order to delivery; review_days: between two orders to it."""

    name: str
    lead_days: int
    review_days: int = 7
    currency: str = "GBP"
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class SupplySku:
    """Who supplies a SKU, in which packs, at which cost per unit (1/10,000 of the supplier's currency)."""

    supplier_id: int
    sku: str
    pack_size: int = 1
    unit_cost_e4: int = 0


@dataclass(frozen=True)
class PurchaseLine:
    """unit_cost_e4: 1/10,000 of the order's currency; None: what the supplier is known to ask."""

    sku: str
    units: int
    unit_cost_e4: int | None = None


@dataclass(frozen=True)
class PurchaseDraft:
    """What a draft says. supplier: its name; location: its code; expected_on None: today and the supplier's lead days."""

    supplier: str
    location: str
    lines: tuple[PurchaseLine, ...]
    expected_on: dt.date | None = None
    note: str = ""


@dataclass(frozen=True)
class EditDraft:
    number: str
    draft: PurchaseDraft
    version: int


@dataclass(frozen=True)
class PlacePurchaseOrder:
    """The supplier has it: the units are incoming from now on."""

    number: str
    version: int | None = None


@dataclass(frozen=True)
class ReschedulePurchase:
    """The supplier says another day; None for a day that could not be read."""

    number: str
    expected_on: dt.date | None
    version: int | None = None


@dataclass(frozen=True)
class CancelPurchaseOrder:
    number: str
    reason: str
    version: int | None = None


@dataclass(frozen=True)
class CloseShort:
    """What has not come will not come. reason: one of rules.SHORT_REASONS."""

    number: str
    reason: str
    version: int | None = None


@dataclass(frozen=True)
class RecordArrival:
    """A delivery stands at the dock: the clock from dock to stock starts. at: None for now."""

    number: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class ReceiptItem:
    """units: all that came of this SKU, the damaged ones included. given: their lots or serial numbers.

    bin: the code of the bin the whole ones are put into at once; the damaged ones lie in none.
    """

    sku: str
    units: int
    damaged: int = 0
    given: Given = NOTHING
    bin: str = ""


@dataclass(frozen=True)
class ReceivePurchase:
    """Put units of a purchase order on the shelf.

    over_reason: one of rules.OVER_REASONS, for more than was ordered (up to the tolerance); without it more is refused.
    key: the same key receives once per purchase order.
    """

    number: str
    items: tuple[ReceiptItem, ...]
    over_reason: str = ""
    note: str = ""
    key: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class ScanReceipt:
    """A scanned code at a dock: receive units of it against what is due there, the earliest first. state: good or damaged.

    given: their lots or serial numbers. bin: the code of the bin that whole units are put into at once.
    """

    code: str
    location: str
    units: int = 1
    state: str = "good"
    given: Given = NOTHING
    bin: str = ""


@dataclass(frozen=True)
class Reorder:
    """Units of one SKU wanted at one location."""

    sku: str
    location: str
    units: int


@dataclass(frozen=True)
class DraftReorders:
    """supplier: for SKUs that have none of their own."""

    rows: tuple[Reorder, ...]
    supplier: str = ""
