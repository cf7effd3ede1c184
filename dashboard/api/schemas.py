"""What the API answers, as models: the document shows them, the tests hold every answer against them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Money = Annotated[str, Field(description="Decimal string in the order's currency", examples=["12.50"], pattern=r"^-?\d+(\.\d+)?$")]
Time = Annotated[str, Field(description="ISO 8601 with zone", json_schema_extra={"format": "date-time"})]
Id = Annotated[str, Field(pattern=r"^\d+$")]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Customer(Answer):
    name: str
    email: str | None = None
    phone: str | None = None


class Address(Answer):
    city: str
    country: str
    name: str | None = None
    line1: str | None = None
    line2: str | None = None
    region: str | None = None
    postal_code: str | None = None


class Promise(Answer):
    """Of a line whose units wait, or waited: promised_on is the day the last of them leaves, null while it has none.

    basis: what they wait for: purchase, release, stock (there, about to be allocated) or none. late: that day is past.
    purchase_order, moved_because: not for the tokens of channels.
    """

    units: int
    preorder: bool
    promised_on: str | None
    basis: str
    late: bool
    moved_from: str | None
    purchase_order: str | None = None
    moved_because: str | None = None


class NamedAmount(Answer):
    """A part of a line's tax or discount. name: "" for what has none."""

    name: str
    amount: Money


class Line(Answer):
    """Units: quantity = cancelled + backordered + allocated + picked + packed + shipped. Money only for those who may see it.

    taxes, discounts: by name, where they have names; they add up to tax and discount.
    """

    sku: str
    name: str
    quantity: int
    allocated: int
    backordered: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    returned: int
    cancelled: int
    unit_price: Money | None = None
    tax: Money | None = None
    discount: Money | None = None
    total: Money | None = None
    taxes: list[NamedAmount] | None = None
    discounts: list[NamedAmount] | None = None
    promise: Promise | None = None


class Headlines(Answer):
    id: Id
    number: str
    channel: str
    status: str
    phase: str
    fulfilment_status: str
    payment_status: str
    readiness: str | None
    version: int
    placed_at: Time
    ship_by: Time | None


class AddressWarning(Answer):
    """What is doubtful about the address of an order that was taken as it is. field: of shipping_address."""

    field: str
    message: str


class PlacedOrder(Headlines):
    external_id: str | None
    currency: str
    total: Money
    lines: list[Line]
    tracking_url: str
    warnings: list[AddressWarning] | None = None


class Hold(Answer):
    id: Id
    kind: str
    note: str
    until: Time | None
    release_when: str = ""
    placed_by: str
    placed_at: Time


class HoldList(Answer):
    items: list[Hold]
    next: None


class Note(Answer):
    id: Id
    body: str
    author: str
    at: Time


class NoteList(Answer):
    items: list[Note]
    next: None


class Order(Headlines):
    """assignee: id of the user who has it, null for everybody. taxes, discounts: over all lines, by name; '' for what has none."""

    tags: list[str]
    assignee: Id | None
    assignee_name: str | None
    taxes: list[NamedAmount] | None = None
    discounts: list[NamedAmount] | None = None
    external_id: str | None
    currency: str
    promised_at: Time | None
    ready_at: Time | None
    shipped_at: Time | None
    delivered_at: Time | None
    cancelled_at: Time | None
    cancel_reason: str | None
    shipping_method: str
    priority: int
    customer: Customer
    shipping_address: Address
    lines: list[Line]
    holds: list[Hold]
    notes: list[Note] | None = None
    tax: Money | None = None
    shipping: Money | None = None
    discount: Money | None = None
    total: Money | None = None
    authorized: Money | None = None
    captured: Money | None = None
    refunded: Money | None = None
    voided: Money | None = None


class Transaction(Answer):
    id: Id
    kind: str
    status: str
    amount: Money
    provider_ref: str | None
    reason: str | None
    actor: str
    at: Time


class Payment(Answer):
    id: Id
    order: str
    provider: str
    method: str
    currency: str
    authorized: Money
    captured: Money
    refunded: Money
    voided: Money
    version: int
    transactions: list[Transaction]


class PaymentList(Answer):
    items: list[Payment]
    next: None


class WorkLine(Answer):
    """sku: what is to be picked; kit: the code of the kit it is a part of, null for none."""

    id: Id
    line: int
    sku: str
    name: str
    kit: str | None
    quantity: int
    picked: int
    packed: int


class Parcel(Answer):
    id: Id
    status: str
    carrier: str
    tracking_number: str
    weight_grams: int
    expected_at: Time | None
    handed_over_at: Time | None
    delivered_at: Time | None
    version: int


class FulfilmentOrder(Answer):
    id: Id
    number: str
    order: str
    location: str
    status: str
    created_at: Time
    released_at: Time | None
    picked_at: Time | None
    packed_at: Time | None
    shipped_at: Time | None
    version: int
    lines: list[WorkLine]
    parcels: list[Parcel]


class FulfilmentOrderList(Answer):
    items: list[FulfilmentOrder]
    next: None


class ReturnLine(Answer):
    line: int | None
    sku: str
    quantity: int
    disposition: str
    location: str | None
    unit_price: Money | None = None


class Return(Answer):
    id: Id
    number: str
    order: str | None
    channel: str
    external_id: str | None
    status: str
    reason: str
    note: str
    requested_at: Time
    received_at: Time | None
    closed_at: Time | None
    version: int
    lines: list[ReturnLine]


class ReturnList(Answer):
    items: list[Return]
    next: None


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


class Event(Answer):
    seq: int
    type: str
    entity: str
    id: str
    version: int
    at: Time
    actor: str
    data: dict[str, Any]


class EventList(Answer):
    """next: the seq to send as `after` for more; null when there is no more yet."""

    epoch: str
    events: list[Event]
    next: int | None


class Problem(Answer):
    """RFC 9457 problem details. facts: plain values for machines; `fields` names what is wrong with which field."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any]
