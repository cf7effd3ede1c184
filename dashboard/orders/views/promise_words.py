"""Days that were promised, kept or moved, in words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.orders.views.telling import Said, Telling
from dashboard.web.filters import day_time, number


def promised(data: Mapping[str, Any], _telling: Telling) -> Said:
    """Dates that were promised, or moved."""
    changes = data["changes"]
    lines = []
    for change in changes[:8]:
        source = f", from {change['source']}" if change["source"] else ""
        before = f"{_day(change['before'])} → " if change["before"] else ""
        lines.append(f"{number(change['units'])} × {change['sku']}: {before}{_day(change['after'])}{source}")
    if not any(change["before"] for change in changes):
        return Said(6, "stock", "calendar", f"Promised {_day(max(change['after'] for change in changes))}", tuple(lines))
    why = f": {data['because']}" if data["because"] else ""
    return Said(7, "stock", "calendar", f"Promise moved{why}", tuple(lines))


def told(data: Mapping[str, Any], _telling: Telling) -> Said:
    """The customer knows the day."""
    return Said(7, "messages", "calendar", f"Customer told: leaves {_day(data['on'])}" if data["on"] else "Customer told: no date yet")


def due_moved(data: Mapping[str, Any], _telling: Telling) -> Said:
    """The moment it must leave."""
    moment = dt.datetime.fromisoformat(data["ship_by"]) if data["ship_by"] else None
    return Said(2, "status", "calendar", f"Due to leave {day_time(moment)}")


def sent_early(data: Mapping[str, Any], _telling: Telling) -> Said:
    """It need not wait for the day its items are on sale."""
    return Said(8, "stock", "calendar", "May leave before its preorder date", (data["reason"],))


def _day(text: str | None) -> str:
    return f"{dt.date.fromisoformat(text):%d %b %Y}".lstrip("0") if text else "no date"
