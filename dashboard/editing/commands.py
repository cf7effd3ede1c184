"""What can be asked of an order that is open: changes of its lines, money and address. Amounts are minor units of its currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.orders.named import Named


@dataclass(frozen=True)
class AddLine:
    """unit_price_e4: 1/10,000 of the currency, None for the catalogue's. taxes, discounts: by name, when they have names."""

    sku: str
    quantity: int
    unit_price_e4: int | None = None
    tax: int = 0
    discount: int = 0
    taxes: tuple[Named, ...] = ()
    discounts: tuple[Named, ...] = ()


@dataclass(frozen=True)
class SetQuantity:
    """quantity: units of the line that the customer is to get in all; 0 removes the line."""

    line_id: int
    quantity: int


@dataclass(frozen=True)
class RemoveLine:
    line_id: int


@dataclass(frozen=True)
class ReplaceSku:
    """As many units of another SKU instead of this line's. quantity: None for as many as the line has."""

    line_id: int
    sku: str
    quantity: int | None = None
    unit_price_e4: int | None = None


@dataclass(frozen=True)
class Reprice:
    line_id: int
    unit_price_e4: int


@dataclass(frozen=True)
class SetTax:
    """names: what the tax consists of; None: the names that are there, in proportion."""

    line_id: int
    tax: int
    names: tuple[Named, ...] | None = None


@dataclass(frozen=True)
class Discount:
    """Of one line, or of the order (line_id None: spread over its lines by what they are worth). Either amount or percent.

    name: of this discount, which comes beside those of other names; without one it is all there is. names: as in SetTax, of a line.
    """

    line_id: int | None = None
    amount: int | None = None
    percent: int | None = None
    name: str = ""
    names: tuple[Named, ...] | None = None


@dataclass(frozen=True)
class SetAddress:
    """Fields of the ship-to address by name: name, line1, line2, city, region, postal_code, country; those missing stay."""

    values: Mapping[str, str]


@dataclass(frozen=True)
class SetShipping:
    """method: one of orders.fields.SHIPPING_METHODS; price: what the customer pays for it. None: as it is."""

    method: str | None = None
    price: int | None = None


@dataclass(frozen=True)
class SetPriority:
    """priority: one of orders.fields.PRIORITIES."""

    priority: int


Change = AddLine | SetQuantity | RemoveLine | ReplaceSku | Reprice | SetTax | Discount | SetAddress | SetShipping | SetPriority


@dataclass(frozen=True)
class EditOrder:
    """version: of the order as the person saw it, base: its fields as seen then (rules.fields_of; without it, as they were in that
    version), so that what others changed meanwhile can be told from what this changes; leave: fields that stay as they are all the
    same. on_shortage: refuse or backorder. expected: fingerprint of the plan that was shown; another plan is not carried out."""

    order_id: int
    changes: tuple[Change, ...]
    version: int | None = None
    base: Mapping[str, Any] = field(default_factory=dict)
    on_shortage: str = "refuse"
    reason: str = ""
    expected: str | None = None
    leave: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UndoEdit:
    """Take an edit back as a whole. at most rules.UNDO_WITHIN after it."""

    edit_id: int


@dataclass(frozen=True)
class CancelUnits:
    """Part of an order. units: {order line id: units}; reason: one of orders.rules.CANCEL_REASONS. to: shelf, damaged or quarantine.

    refund: pay back at once what is received above the new total. notify: tell the customer.
    """

    order_id: int
    units: Mapping[int, int]
    reason: str
    to: str = "shelf"
    refund: bool = False
    version: int | None = None
    notify: bool = False


@dataclass(frozen=True)
class SplitOrder:
    """Send some units as an order of their own. units: {order line id: units}."""

    order_id: int
    units: Mapping[int, int]
    version: int | None = None


@dataclass(frozen=True)
class MergeOrders:
    """Everything of `other_id` joins `order_id`; the other is cancelled, as merged. versions: as the person saw them."""

    order_id: int
    other_id: int
    version: int | None = None
    other_version: int | None = None
