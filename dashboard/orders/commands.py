"""What can be asked of orders."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.orders.named import Named


@dataclass(frozen=True)
class DraftLine:
    """quantity: units; unit_price_e4: 1/10,000 of the currency, None for the catalogue's; tax, discount: minor units of the line.

    taxes, discounts: those by name, when they have names; they add up to them.
    """

    sku: str
    quantity: int
    unit_price_e4: int | None = None
    tax: int = 0
    discount: int = 0
    name: str | None = None
    taxes: tuple[Named, ...] = ()
    discounts: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Customer:
    """ref: the channel's own name for the customer, by which its orders belong together."""

    name: str = ""
    email: str = ""
    phone: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Address:
    name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class PaymentDraft:
    """A payment that came with the order. authorized: minor units the provider has promised."""

    provider: str = "manual"
    authorized: int = 0
    method: str = ""


@dataclass(frozen=True)
class CaptureOrder:
    """An order as a door received it.

    on_shortage: refuse (nothing is written) or backorder. sold: a channel has sold it already: never refused; what is short or
    unknown becomes an exception. pay_on: placing (pay before we ship), delivery or invoice. stock_hold: token of units held for this order.
    """

    channel: str
    currency: str
    lines: tuple[DraftLine, ...]
    external_id: str | None = None
    placed_at: dt.datetime | None = None
    customer: Customer = field(default_factory=Customer)
    ship_to: Address = field(default_factory=Address)
    shipping: int = 0
    payment: PaymentDraft | None = None
    on_shortage: str = "refuse"
    sold: bool = False
    pay_on: str = "placing"
    stock_hold: str = ""


@dataclass(frozen=True)
class PlaceHold:
    """kind: one of rules.HOLD_KINDS; until: released by itself then; version: of the order as the person saw it.

    release_when: one of rules.RELEASES, released by itself as soon as that is so.
    """

    order_id: int
    kind: str
    note: str = ""
    until: dt.datetime | None = None
    version: int | None = None
    release_when: str = ""


@dataclass(frozen=True)
class ChooseShipping:
    """choice: one of rules.SHIPPING_CHOICES."""

    order_id: int
    choice: str
    version: int | None = None


@dataclass(frozen=True)
class ReleaseHold:
    hold_id: int
    reason: str = ""


@dataclass(frozen=True)
class AddNote:
    order_id: int
    body: str


@dataclass(frozen=True)
class EditNote:
    """body: the comment as it should be; nothing deletes it. version: of the comment as the person saw it."""

    note_id: int
    body: str
    version: int | None = None


@dataclass(frozen=True)
class SeeMentions:
    """mentions: ids; those of other people are passed over."""

    user_id: int
    mentions: tuple[int, ...]


@dataclass(frozen=True)
class OpenException:
    """kind: one of rules.EXCEPTION_KINDS; key: natural key, so that one trouble is one row.

    occurrence: which time of the cause this is (a due date, the moment a job died): what a person resolved opens again only for
    another one. Without it every report is another time.
    """

    kind: str
    summary: str
    order_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    occurrence: str = ""


@dataclass(frozen=True)
class ResolveException:
    """note: what was done. version: of the exception as the person saw it, None to skip that check."""

    id: int
    note: str = ""
    version: int | None = None
