"""What can be asked of messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class QueueMessage:
    """cause: natural key of what happened; one cause has one message. facts: what the text says; by_name: who caused it.

    order_id: None for a quote (draft_id) that is no order yet.
    """

    order_id: int | None
    kind: str
    cause: str
    recipient: str
    facts: Mapping[str, Any]
    by_name: str
    draft_id: int | None = None


@dataclass(frozen=True)
class SendQuote:
    """version: of the quote as the person saw it. facts: what the text says of that version.

    seen: how often it was sent before, as the person saw; None to send it whatever was sent.
    """

    draft_id: int
    version: int
    recipient: str
    facts: Mapping[str, Any]
    seen: int | None = 0


@dataclass(frozen=True)
class WriteMessage:
    """The text, once and for all attempts."""

    id: int
    subject: str
    body: str


@dataclass(frozen=True)
class SettleMessage:
    """How one attempt ended. status: sent, failed (there is another one) or dead; error: '' when it was sent."""

    id: int
    status: str
    error: str = ""
