"""A message as machines read it."""

from typing import Any

from dashboard.kernel import clock

_PLAIN = ("kind", "status", "recipient", "subject", "body", "attempts", "error")


def message_record(row: Any) -> dict[str, Any]:
    """subject and body are empty until it is first sent."""
    return {
        "id": str(row.id),
        "by": row.by_name,
        "queued_at": clock.iso(row.queued_at),
        "sent_at": clock.iso(row.sent_at) if row.sent_at else None,
        **{name: getattr(row, name) for name in _PLAIN},
    }
