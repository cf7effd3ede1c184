"""A row of the order list as its template shows it."""

import datetime as dt
from typing import NamedTuple

from dashboard.orders import words
from dashboard.orders.rules import views_of
from dashboard.orders.sight import Sight, shown_name
from dashboard.orders.store import Row


class RowView(NamedTuple):
    """next: (label, section) or None. readiness: (role, shape, word), None with nothing left to send. total: None without prices."""

    id: int
    number: str
    version: int
    channel: str
    badge: str
    readiness: tuple[str, str, str] | None
    views: str
    next: tuple[str, str] | None
    customer: str
    line_count: int
    unit_count: int
    total: int | None
    currency: str
    locations: tuple[str, ...]
    placed_at: dt.datetime
    due: words.Due
    ship_by: dt.datetime | None


def row_view(row: Row, sight: Sight, now: dt.datetime, zone: dt.tzinfo) -> RowView:
    due = words.due(row.ship_by, row.phase, now, zone)
    views = sorted(views_of(row.status, row.phase, row.work) | ({"at_risk"} if due.state else set()))
    return RowView(
        row.id,
        row.number,
        row.version,
        row.channel,
        words.badge_of(row.phase, row.work),
        words.READINESS.get(row.readiness or ""),
        " ".join(views),
        words.next_step(row.phase, row.work),
        shown_name(row.customer_name, sight),
        row.line_count,
        row.unit_count,
        row.total if sight.full else None,
        row.currency,
        row.locations,
        row.placed_at,
        due,
        row.ship_by,
    )
