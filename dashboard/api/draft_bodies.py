"""Bodies about drafts, and the documents they mean."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from dashboard.api.bodies import Amount, Body, Version
from dashboard.api.order_bodies import AddressBody, CustomerBody, LineBody
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid
from dashboard.orders import named
from dashboard.orders.draft import CHANNELS, CURRENCIES, MOST_LINES, PAYMENTS, SHORTAGES


class DraftContent(Body):
    """An order as far as it is known."""

    currency: Literal[CURRENCIES]  # type: ignore[valid-type]
    channel: Literal[tuple(CHANNELS)] = "phone"  # type: ignore[valid-type]
    lines: Annotated[list[LineBody], Field(max_length=MOST_LINES)] = []
    customer: CustomerBody = CustomerBody()
    shipping_address: AddressBody = AddressBody()
    shipping_price: Amount | None = None
    payment: Literal[tuple(PAYMENTS)] = "bank_transfer"  # type: ignore[valid-type]
    on_shortage: Literal[tuple(SHORTAGES)] = "refuse"  # type: ignore[valid-type]


class DraftBody(Body):
    """valid_until: the last day of a quote."""

    order: DraftContent
    kind: Literal["draft", "quote"] = "draft"
    valid_until: Annotated[str, Field(max_length=10, json_schema_extra={"format": "date"})] | None = None

    def until(self) -> dt.date | None:
        """Raises: Invalid, for a day that is none."""
        if self.valid_until is None:
            return None
        try:
            return dt.date.fromisoformat(self.valid_until)
        except ValueError:
            raise Invalid("valid_until must be a day like 2026-12-24.", fields={"valid_until": "a day like 2026-12-24"}) from None


class DraftOrderBody(Body):
    version: Version = None


class QuoteMessageBody(Body):
    """again: send it though it was sent before."""

    version: Version = None
    again: bool = False


def document_of(order: DraftContent) -> dict[str, Any]:
    """The document of drafts.rules: values and lines as they would be typed."""
    values = {f"ship_{name}": value for name, value in order.shipping_address.model_dump().items()}
    values |= {f"customer_{name}": value for name, value in order.customer.model_dump().items()}
    values |= {"shipping": order.shipping_price or "", "currency": order.currency, "channel": order.channel}
    values |= {"payment": order.payment, "on_shortage": order.on_shortage}
    return {"values": values, "lines": [_line(place, line, order.currency) for place, line in enumerate(order.lines)]}


def _line(place: int, line: LineBody, currency: str) -> list[str]:
    """Raises: Invalid, for names of an amount that are none."""
    draft = line.draft(currency, f"order.lines.{place}")
    amounts = (line.tax or "", line.discount or "")
    if line.taxes or line.discounts:
        amounts = (units.decimal_text(draft.tax, currency), units.decimal_text(draft.discount, currency))
    names = (named.typed(draft.taxes, currency), named.typed(draft.discounts, currency))
    return [line.sku, str(line.quantity), line.unit_price or "", *amounts, *names]
