"""Orders in answers: who they are for, their lines, their headlines."""

from dashboard.api.schemas.answer import Answer, Id, Money, Time


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
