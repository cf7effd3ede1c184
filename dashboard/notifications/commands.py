"""What can be asked of messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class QueueMessage:
    """cause: natural key of what happened; one cause has one message. facts: what the text says; by_name: who caused it."""

    order_id: int
    kind: str
    cause: str
    recipient: str
    facts: Mapping[str, Any]
    by_name: str


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
