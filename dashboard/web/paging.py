"""Keyset paging: opaque cursors over (sort value, id), never OFFSET."""

import base64
import json
from typing import Any

from dashboard.kernel.errors import Invalid

MOST = 200


def encode(*values: Any) -> str:
    """A cursor of plain values."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *types: type) -> tuple[Any, ...]:
    """Raises: Invalid, for a cursor that is not ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(values) != len(types) or not all(isinstance(value, type_) for value, type_ in zip(values, types, strict=True)):
            raise ValueError
    except (ValueError, TypeError):
        raise Invalid("This page link is damaged; start again from the first page.", cursor=cursor[:80]) from None
    return tuple(values)


def limit_of(text: str | None, default: int = 50) -> int:
    """Raises: Invalid, outside 1 to 200."""
    try:
        limit = int(text) if text else default
    except ValueError:
        limit = 0
    if not 1 <= limit <= MOST:
        raise Invalid(f"limit must be between 1 and {MOST}.", fields={"limit": f"1 to {MOST}"})
    return limit
