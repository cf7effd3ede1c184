"""What the API answers about messages to customers."""

from dashboard.api.schemas import Answer, Id, Time


class Message(Answer):
    """status: queued, sent, failed (tried again later) or dead (given up). error: of the last attempt."""

    id: Id
    kind: str
    status: str
    recipient: str
    subject: str
    body: str
    attempts: int
    error: str
    by: str
    queued_at: Time
    sent_at: Time | None


class MessageList(Answer):
    items: list[Message]
    next: None
