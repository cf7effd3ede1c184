"""Returns in answers."""

from dashboard.api.schemas.answer import Answer, Id, Money, Time


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
    next: str | None
