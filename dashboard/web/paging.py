"""Keyset paging: opaque cursors over (sort value, id), never OFFSET."""

import base64
import json
from typing import Any

from dashboard.kernel import text
from dashboard.kernel.errors import Invalid

MOST = 200
LONGEST = 400


def encode(*values: Any) -> str:
    """A cursor of plain values."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, *types: type) -> tuple[Any, ...]:
    """Raises: Invalid, for a cursor that is not ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(values) != len(types) or not all(isinstance(value, type_) for value, type_ in zip(values, types, strict=True)):
            raise ValueError
        if not all(_storable(value) for value in values):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Invalid("This page link is damaged; start again from the first page.", cursor=cursor[:80]) from None
    return tuple(values)


def _storable(value: Any) -> bool:
    """Whether a database can be asked for it: 64-bit integers, texts without NUL."""
    if isinstance(value, int):
        return abs(value) < 2**63
    return not isinstance(value, str) or text.trouble(value, LONGEST) is None


def limit_of(given: str | None, default: int = 50) -> int:
    """Raises: Invalid, outside 1 to 200."""
    try:
        limit = int(given) if given else default
    except ValueError:
        limit = 0
    if not 1 <= limit <= MOST:
        raise Invalid(f"limit must be between 1 and {MOST}.", fields={"limit": f"1 to {MOST}"})
    return limit
