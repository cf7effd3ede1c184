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
