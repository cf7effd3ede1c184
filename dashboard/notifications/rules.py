"""Kinds of messages, how one moves, and which address can be written to. Pure."""

import datetime as dt
import re

from dashboard.kernel.states import StateTable

KINDS = {"items_cancelled": "Items cancelled", "order_cancelled": "Order cancelled", "quote": "Quote"}
MESSAGE = StateTable(
    "message",
    ["queued"],
    {
        "queued": ("sent", "failed", "dead"),
        "failed": ("sent", "dead"),
        "dead": ("sent", "failed"),
        "sent": (),
    },
)
WORDS = {"queued": "Waits to be sent", "sent": "Sent", "failed": "Not taken yet", "dead": "Given up"}
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
"""Between attempts: a mail server may be away for a while, or ask a stranger to come again later."""
_PLAIN = r"[^\s@<>,;:\"\\\x00-\x1f\x7f]"
_ADDRESS = re.compile(rf"{_PLAIN}{{1,64}}@(?=[^@]{{1,189}}$)(?!.*\.\.)[^.](?:{_PLAIN})*\.{_PLAIN}*[^\s.]")
REASONS = {
    "customer": "You asked us to.",
    "out_of_stock": "We no longer have what you ordered in stock.",
    "payment": "Your payment has not arrived.",
    "duplicate": "It was ordered twice.",
}
"""What a customer is told of orders.rules.CANCEL_REASONS; of the others, nothing."""


def can_be_written_to(address: str) -> bool:
    """Whether it is an address that a mail can be sent to, as far as its looks say."""
    return _ADDRESS.fullmatch(address) is not None
