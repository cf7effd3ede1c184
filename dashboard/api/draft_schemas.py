"""Answers about drafts."""

from dashboard.api.schemas import Answer, Id, Money, Time


class Draft(Answer):
    """status: draft, open (placed as `order`) or discarded. total: null while something of it is missing."""

    id: Id
    kind: str
    status: str
    customer: str
    currency: str
    lines: int
    total: Money | None
    valid_until: str | None
    order: str | None
    version: int
    updated_by: str
    updated_at: Time


class DraftList(Answer):
    items: list[Draft]
    next: str | None
