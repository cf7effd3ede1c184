"""The event feed."""

from typing import Any

from dashboard.api.schemas.answer import Answer, Time


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


class AuditEntry(Event):
    """actor_ref: kind and id of who did it; request_id: of the request it was done in; sealed: whether the hash chain covers it."""

    actor_ref: str
    request_id: str | None
    sealed: bool


class AuditList(Answer):
    """next: the seq to send as `after` for more, also where a page holds fewer than asked for; null at the end.

    digest: of the hash chain up to `sealed_to`.
    """

    items: list[AuditEntry]
    next: int | None
    sealed_to: int
    digest: str
