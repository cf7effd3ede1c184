"""What the API answers about customers."""

from dashboard.api.schemas import Answer, Id, Money, Time


class CustomerRow(Answer):
    """orders: how many count. ordered_for: per currency. records: of how many records this person is made."""

    id: Id
    name: str
    email: str | None
    phone: str | None
    erased: bool
    orders: int
    ordered_for: dict[str, Money]
    last_order_at: Time | None
    tags: list[str]
    records: int
    version: int


class CustomerList(Answer):
    items: list[CustomerRow]
    next: str | None


class KeptAddress(Answer):
    name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    used_at: Time


class Consent(Answer):
    granted: bool
    how: str
    at: Time


class CustomerNote(Answer):
    body: str
    author: str
    at: Time


class Merge(Answer):
    """customer: the record that became part of this one; DELETE the merge and it is one of its own again."""

    id: Id
    customer: Id
    name: str
    by: str
    at: Time


class Match(Answer):
    """Somebody who is probably the same person."""

    id: Id
    name: str
    reasons: list[str]


class CustomerDetail(CustomerRow):
    """consents: what was said last on each purpose, null where nothing was."""

    created_at: Time
    addresses: list[KeptAddress]
    consents: dict[str, Consent | None]
    notes: list[CustomerNote]
    merges: list[Merge]
    probably_the_same: list[Match]


class CustomerOrder(Answer):
    number: str
    channel: str
    status: str
    phase: str
    currency: str
    total: Money
    placed_at: Time


class CustomerOrderList(Answer):
    items: list[CustomerOrder]
    next: str | None
