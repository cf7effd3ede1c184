"""Bodies about changes of orders, and the commands they mean."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dashboard.api import bodies
from dashboard.api.bodies import Amount, Body, Units, Version
from dashboard.api.named_bodies import Names, names_of
from dashboard.api.order_bodies import LineBody
from dashboard.editing.cancelling import PLACES
from dashboard.editing.commands import (
    AddLine,
    CancelUnits,
    Change,
    Discount,
    EditOrder,
    ReplaceSku,
    Reprice,
    SetAddress,
    SetPriority,
    SetQuantity,
    SetShipping,
    SetTax,
    SplitOrder,
)
from dashboard.editing.facts import Facts
from dashboard.kernel.errors import Invalid
from dashboard.kernel.units import MOST_UNITS
from dashboard.orders import named
from dashboard.orders.fields import PRIORITIES, SHIPPING_METHODS
from dashboard.orders.rules import CANCEL_REASONS

Place = Annotated[int, Field(ge=1, le=2000, description="Position of the order line, from 1")]
Short = Annotated[str, Field(max_length=200)]


class LineChangeBody(Body):
    """line: its position, from 1. quantity: units in all; 0 removes the line. sku: another SKU in its place.

    taxes, discounts: by name; tax and discount alone keep the names there are, in proportion.
    """

    line: Place
    quantity: Annotated[int, Field(ge=0, le=MOST_UNITS)] | None = None
    unit_price: Amount | None = None
    tax: Amount | None = None
    discount: Amount | None = None
    taxes: Names | None = None
    discounts: Names | None = None
    sku: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    def changes(self, line_id: int, currency: str) -> list[Change]:
        at = f"lines.{self.line}"
        price = bodies.price_e4(self.unit_price, f"{at}.unit_price")
        if self.sku is not None:
            return [ReplaceSku(line_id, self.sku, self.quantity, price)]
        found: list[Change] = []
        if self.quantity is not None:
            found.append(SetQuantity(line_id, self.quantity))
        if price is not None:
            found.append(Reprice(line_id, price))
        for kind, given, names in (("tax", self.tax, self.taxes), ("discount", self.discount, self.discounts)):
            if given is None and names is None:
                continue
            said = None if names is None else names_of(names, currency, f"{at}.{kind}")
            amount = bodies.minor(given, currency, f"{at}.{kind}") if given is not None else named.summed(said or ())
            found.append(SetTax(line_id, amount, said) if kind == "tax" else Discount(line_id, amount=amount, names=said))
        return found


class AddedLineBody(LineBody):
    """A further line of an order."""

    def change(self, currency: str, at: str) -> AddLine:
        """Raises: Invalid, for an amount that is none."""
        line = self.draft(currency, at)
        return AddLine(line.sku, line.quantity, line.unit_price_e4, line.tax, line.discount, line.taxes, line.discounts)


class DiscountBody(Body):
    """Over the whole order, spread over its lines by what they are worth: amount or percent. name: it comes beside those of others."""

    name: Annotated[str, Field(max_length=named.LONGEST)] = ""
    amount: Amount | None = None
    percent: Annotated[int, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("give either amount or percent")
        return self


class AddressChangeBody(Body):
    """The fields that change; the others stay."""

    name: Short | None = None
    line1: Short | None = None
    line2: Short | None = None
    city: Short | None = None
    region: Short | None = None
    postal_code: Short | None = None
    country: Short | None = None


class EditBody(Body):
    """version: the one you saw; fields that only others changed since are kept, those that both changed answer 409.

    expected: fingerprint of a preview; another plan than that is refused with 409.
    """

    version: Version = None
    lines: Annotated[list[LineChangeBody], Field(max_length=2000)] = []
    add: Annotated[list[AddedLineBody], Field(max_length=2000)] = []
    discount: DiscountBody | None = None
    shipping_address: AddressChangeBody | None = None
    shipping_method: Literal[tuple(SHIPPING_METHODS)] | None = None  # type: ignore[valid-type]
    shipping_price: Amount | None = None
    priority: Literal[tuple(PRIORITIES)] | None = None  # type: ignore[valid-type]
    on_shortage: Literal["refuse", "backorder"] = "refuse"
    reason: Short = ""
    expected: Annotated[str, Field(max_length=64)] | None = None

    def command(self, facts: Facts) -> EditOrder:
        """Raises: Invalid, for an amount that is none or a line that is not there."""
        currency = facts.currency
        changes: list[Change] = []
        for line in self.lines:
            changes += line.changes(_line_id(facts, line.line), currency)
        for place, add in enumerate(self.add):
            changes.append(add.change(currency, f"add.{place}"))
        if self.discount is not None:
            amount = bodies.minor(self.discount.amount, currency, "discount.amount") if self.discount.amount is not None else None
            changes.append(Discount(None, amount, self.discount.percent, self.discount.name))
        return EditOrder(
            facts.id, (*changes, *self._own(currency)), self.version, {}, self.on_shortage, self.reason, self.expected
        )

    def _own(self, currency: str) -> list[Change]:
        found: list[Change] = []
        if self.shipping_address is not None:
            found.append(SetAddress(self.shipping_address.model_dump(exclude_none=True)))
        price = bodies.minor(self.shipping_price, currency, "shipping_price") if self.shipping_price is not None else None
        if price is not None or self.shipping_method is not None:
            found.append(SetShipping(self.shipping_method, price))
        if self.priority is not None:
            found.append(SetPriority(self.priority))
        return found


class CancelledLineBody(Body):
    line: Place
    quantity: Units


class CancelledUnitsBody(Body):
    """to: where the units go. refund: pay back at once what is received above the new total. notify: tell the customer by e-mail."""

    lines: Annotated[list[CancelledLineBody], Field(min_length=1, max_length=2000)]
    reason: Literal[tuple(CANCEL_REASONS)]  # type: ignore[valid-type]
    to: Literal[tuple(PLACES)] = "shelf"  # type: ignore[valid-type]
    refund: bool = False
    notify: bool = False
    version: Version = None

    def command(self, facts: Facts) -> CancelUnits:
        """Raises: Invalid, for a line that is not there."""
        units: dict[int, int] = {}
        for line in self.lines:
            line_id = _line_id(facts, line.line)
            units[line_id] = units.get(line_id, 0) + line.quantity
        return CancelUnits(facts.id, units, self.reason, self.to, self.refund, self.version, self.notify)


class SplitBody(Body):
    """The units that become an order of their own."""

    lines: Annotated[list[CancelledLineBody], Field(min_length=1, max_length=2000)]
    version: Version = None

    def command(self, facts: Facts) -> SplitOrder:
        """Raises: Invalid, for a line that is not there."""
        units: dict[int, int] = {}
        for line in self.lines:
            line_id = _line_id(facts, line.line)
            units[line_id] = units.get(line_id, 0) + line.quantity
        return SplitOrder(facts.id, units, self.version)


class MergeBody(Body):
    """other: number of the order whose lines join this one."""

    other: Annotated[str, Field(min_length=1, max_length=20)]
    version: Version = None
    other_version: Version = None


def _line_id(facts: Facts, position: int) -> int:
    found = next((line.id for line in facts.lines if line.position == position), None)
    if found is None:
        raise Invalid(f"Order {facts.number} has no line {position}.", fields={"lines": f"no line {position}"})
    return found
