"""Payments in words."""

from collections.abc import Mapping
from typing import Any

from dashboard.orders.views.telling import Said, Telling, in_words
from dashboard.web.filters import money

MONEY = {"authorization": "promised", "capture": "received", "void": "voided", "refund": "refunded"}


def paid(data: Mapping[str, Any], telling: Telling) -> Said:
    """Money was promised, received, given up or paid back."""
    word = MONEY.get(data["kind"], data["kind"])
    if not telling.sight.full:
        return Said(5, "money", "card", f"Payment {word}")
    details = (data["reason"],) if data.get("reason") else ()
    method = f" ({in_words(data['method'])})" if data["method"] else ""
    rank = {"authorization": 4, "void": 3}.get(data["kind"], 7)
    return Said(rank, "money", "card", f"{money(data['amount'], data['currency'])} {word}{method}", details)
