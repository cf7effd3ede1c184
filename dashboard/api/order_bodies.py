"""Bodies about orders, and the commands they mean."""

from typing import Annotated, Literal

from pydantic import Field

from dashboard.api import bodies
from dashboard.api.bodies import Amount, Body, Moment, Units, Version
from dashboard.api.named_bodies import Names, names_of
from dashboard.api.tracked_bodies import GivenOfSkuBody
from dashboard.kernel import units
from dashboard.orders import named
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft
from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS, RELEASES, SHIPPING_CHOICES
from dashboard.returns.rules import DISPOSITIONS
from dashboard.returns.rules import REASONS as RETURN_REASONS


class CustomerBody(Body):
    name: str = ""
    email: str = ""
    phone: str = ""


class AddressBody(Body):
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


class LineBody(Body):
    """unit_price: up to four decimals; the catalogue's without it. tax, discount: of the whole line; taxes, discounts: by name, and
    then those are their sums."""

    sku: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Units
    unit_price: Amount | None = None
    tax: Amount | None = None
    discount: Amount | None = None
    taxes: Names | None = None
    discounts: Names | None = None

    def draft(self, currency: str, at: str) -> DraftLine:
        """Raises: Invalid, for an amount that is none."""
        price = bodies.price_e4(self.unit_price, f"{at}.unit_price")
        tax, discount = bodies.minor(self.tax, currency, f"{at}.tax"), bodies.minor(self.discount, currency, f"{at}.discount")
        if self.taxes is None and self.discounts is None:
            return DraftLine(self.sku, self.quantity, price, tax, discount)
        taxes, discounts = names_of(self.taxes, currency, f"{at}.taxes"), names_of(self.discounts, currency, f"{at}.discounts")
        if taxes and self.tax is None:
            tax = named.summed(taxes)
        if discounts and self.discount is None:
            discount = named.summed(discounts)
        return DraftLine(self.sku, self.quantity, price, tax, discount, None, taxes, discounts)


class PaymentBody(Body):
    provider: Annotated[str, Field(max_length=24)] = "manual"
    authorized: Amount | None = None
    method: Annotated[str, Field(max_length=40)] = ""


class OrderBody(Body):
    channel: Annotated[str, Field(min_length=1, max_length=40)]
    currency: Annotated[str, Field(min_length=3, max_length=3, description="ISO 4217", examples=["GBP"])]
    lines: Annotated[list[LineBody], Field(min_length=1, max_length=2000)]
    external_id: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    placed_at: Moment | None = None
    customer: CustomerBody = CustomerBody()
    shipping_address: AddressBody = AddressBody()
    shipping_price: Amount | None = None
    payment: PaymentBody | None = None
    on_shortage: Literal["refuse", "backorder"] = "refuse"
    stock_hold: Annotated[str, Field(min_length=1, max_length=40, description="Token of the stock held for this order")] | None = None

    def command(self) -> CaptureOrder:
        """Raises: Invalid, for a currency, an amount or a moment that is none."""
        currency = self.currency
        units.digits(currency)
        return CaptureOrder(
            channel=self.channel,
            currency=currency,
            lines=tuple(line.draft(currency, f"lines.{place}") for place, line in enumerate(self.lines)),
            external_id=self.external_id,
            placed_at=bodies.moment(self.placed_at, "placed_at"),
            customer=Customer(**self.customer.__dict__),
            ship_to=Address(**self.shipping_address.__dict__),
            shipping=bodies.minor(self.shipping_price, currency, "shipping_price"),
            payment=_payment(self.payment, currency),
            on_shortage=self.on_shortage,
            stock_hold=self.stock_hold or "",
        )


def _payment(payment: PaymentBody | None, currency: str) -> PaymentDraft | None:
    if payment is None:
        return None
    authorized = bodies.minor(payment.authorized, currency, "payment.authorized")
    if authorized < 0:
        raise bodies.Invalid("payment.authorized must not be negative.", fields={"payment.authorized": "must not be negative"})
    return PaymentDraft(payment.provider, authorized, payment.method)


class HoldBody(Body):
    kind: Literal[tuple(HOLD_KINDS)]  # type: ignore[valid-type]
    note: Annotated[str, Field(max_length=10_000)] = ""
    until: Moment | None = None
    release_when: Annotated[
        Literal[("", *RELEASES)], Field(description="Ends by itself as soon as this is so")  # type: ignore[valid-type]
    ] = ""
    version: Version = None


class ShippingChoiceBody(Body):
    choice: Literal[tuple(SHIPPING_CHOICES)]  # type: ignore[valid-type]
    version: Version = None


class NoteBody(Body):
    body: Annotated[str, Field(min_length=1, max_length=10_000)]


class CancellationBody(Body):
    """A reason that is not in our list counts as `other` and becomes a note. notify: tell the customer by e-mail."""

    reason: Annotated[str, Field(min_length=1, max_length=200, examples=list(CANCEL_REASONS))] = "other"
    notify: bool = False
    version: Version = None


class ReturnLineBody(Body):
    """line: position of the order line, from 1."""

    line: Annotated[int, Field(ge=1, le=2000)]
    quantity: Units
    disposition: Literal[DISPOSITIONS] = "restock"  # type: ignore[valid-type]


class ReturnBody(Body):
    reason: Literal[tuple(RETURN_REASONS)]  # type: ignore[valid-type]
    lines: Annotated[list[ReturnLineBody], Field(min_length=1, max_length=2000)]
    note: Annotated[str, Field(max_length=2000)] = ""


class ReceiptBody(Body):
    """lines: only for SKUs with lots or serial numbers, where it is not clear which of those that were shipped come back."""

    location: Annotated[str, Field(min_length=1, max_length=20)]
    version: Version = None
    lines: Annotated[list[GivenOfSkuBody], Field(max_length=500)] = []
