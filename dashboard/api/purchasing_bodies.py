"""Bodies about purchase orders, and the commands they mean."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from dashboard.api import bodies
from dashboard.api.bodies import Amount, Body, Moment, Units, Version
from dashboard.api.tracked_bodies import GivenBody
from dashboard.catalog.rules import LONGEST_CODE
from dashboard.kernel.errors import Invalid
from dashboard.purchasing.commands import (
    PurchaseDraft,
    PurchaseLine,
    ReceiptItem,
    ReceivePurchase,
    ReschedulePurchase,
    SaveSupplier,
    SupplySku,
)
from dashboard.purchasing.rules import CANCEL_REASONS, OVER_REASONS, REVIEW_DAYS, SHORT_REASONS

Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
Day = Annotated[str, Field(max_length=10, description="ISO 8601 day", json_schema_extra={"format": "date"})]
Days = Annotated[int, Field(ge=0, le=365)]
Note = Annotated[str, Field(max_length=2000)]
Damaged = Annotated[int, Field(ge=0, le=2**31 - 1, description="Those of the units that came damaged")]


class PurchaseLineBody(Body):
    """unit_cost: in the supplier's currency; without it what the supplier is known to ask."""

    sku: Code
    quantity: Units
    unit_cost: Amount | None = None


class PurchaseOrderBody(Body):
    """supplier: its name. expected_on: without it today and the supplier's lead days."""

    supplier: Annotated[str, Field(min_length=1, max_length=80)]
    location: Annotated[str, Field(min_length=1, max_length=20)]
    lines: Annotated[list[PurchaseLineBody], Field(min_length=1, max_length=500)]
    expected_on: Day | None = None
    note: Note = ""

    def command(self) -> PurchaseDraft:
        lines = tuple(
            PurchaseLine(line.sku, line.quantity, bodies.price_e4(line.unit_cost, f"lines.{index}.unit_cost"))
            for index, line in enumerate(self.lines)
        )
        return PurchaseDraft(self.supplier, self.location, lines, _day(self.expected_on), self.note)


class PlacementBody(Body):
    version: Version = None


class PurchaseCancellationBody(Body):
    reason: Literal[tuple(CANCEL_REASONS)]  # type: ignore[valid-type]
    version: Version = None


class ArrivalBody(Body):
    """arrived_at: without it now."""

    arrived_at: Moment | None = None


class ScheduleBody(Body):
    expected_on: Day
    version: Version = None

    def command(self, number: str) -> ReschedulePurchase:
        return ReschedulePurchase(number, _day(self.expected_on), self.version)


class ClosingBody(Body):
    reason: Literal[tuple(SHORT_REASONS)]  # type: ignore[valid-type]
    version: Version = None


class SupplierBody(Body):
    """lead_days: from order to delivery; review_days: between two orders to it."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    lead_days: Days
    review_days: Days = REVIEW_DAYS
    currency: Annotated[str, Field(min_length=3, max_length=3)] = "GBP"

    def command(self) -> SaveSupplier:
        return SaveSupplier(self.name, self.lead_days, self.review_days, self.currency)


class SupplierChangeBody(SupplierBody):
    """The whole supplier as it should be; version: of the one it was read as."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]

    def change(self, supplier_id: int) -> SaveSupplier:
        return SaveSupplier(self.name, self.lead_days, self.review_days, self.currency, supplier_id, self.version)


class SuppliedBody(Body):
    """unit_cost: in the supplier's currency."""

    sku: Code
    pack_size: Units = 1
    unit_cost: Amount = "0"

    def command(self, supplier_id: int) -> SupplySku:
        return SupplySku(supplier_id, self.sku, self.pack_size, bodies.price_e4(self.unit_cost, "unit_cost") or 0)


class ReceiptItemBody(GivenBody):
    """units: all that came, the damaged ones included. bin: its code; the whole ones are put into it at once."""

    sku: Code
    units: Units
    damaged: Damaged = 0
    bin: Annotated[str, Field(min_length=1, max_length=30)] | None = None


class ReceiptBody(Body):
    """over_reason: for more than was ordered, up to a tenth of the line and at least one unit; without it more is refused."""

    items: Annotated[list[ReceiptItemBody], Field(min_length=1, max_length=500)]
    over_reason: Literal[tuple(OVER_REASONS)] | None = None  # type: ignore[valid-type]
    note: Note = ""
    version: Version = None

    def command(self, number: str) -> ReceivePurchase:
        items = tuple(ReceiptItem(item.sku, item.units, item.damaged, item.given(), bin=item.bin or "") for item in self.items)
        return ReceivePurchase(number, items, self.over_reason or "", self.note, version=self.version)


def _day(text: str | None) -> dt.date | None:
    """Raises: Invalid, for no day."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = "must be a day like 2026-12-01"
        raise Invalid(f"expected_on {message}.", fields={"expected_on": message}) from None
