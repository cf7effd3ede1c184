"""A row of the order list as its template shows it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.orders import words
from dashboard.orders.rules import views_of
from dashboard.orders.sight import Sight, shown_name
from dashboard.orders.store import Labels, Row, labels_of
from dashboard.promises.store import Headline, of_orders

NONE = Labels()


class RowView(NamedTuple):
    """next: (label, section) or None. readiness: (role, shape, word), None with nothing left to send. total: None without prices.

    promise: of what waits, None when nothing does. unit_count: units ordered; wanted: without those that are cancelled.
    """

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
    wanted: int
    total: int | None
    currency: str
    locations: tuple[str, ...]
    placed_at: dt.datetime
    due: words.Due
    ship_by: dt.datetime | None
    promise: Headline | None = None
    labels: Labels = NONE


def row_views(connection: Any, rows: Sequence[Row], sight: Sight, now: dt.datetime, zone: dt.tzinfo) -> list[RowView]:
    """The rows, those that wait with what they are promised."""
    waiting = [row.id for row in rows if row.readiness in ("part", "none")]
    promises = of_orders(connection, waiting, now.date())
    labels = labels_of(connection, [row.id for row in rows])
    return [row_view(row, sight, now, zone, promises.get(row.id), labels.get(row.id, NONE)) for row in rows]


def badge_of(phase: str, work: str | None, preorder: bool) -> str:
    """The order's status word; of one that waits for preorders alone, that."""
    return "preorder" if preorder and phase == "out_of_stock" else words.badge_of(phase, work)


def row_view(
    row: Row, sight: Sight, now: dt.datetime, zone: dt.tzinfo, promise: Headline | None = None, labels: Labels = NONE
) -> RowView:  # fmt: skip
    due = words.due(row.ship_by, row.phase, now, zone)
    views = sorted(views_of(row.status, row.phase, row.work) | ({"at_risk"} if due.state else set()))
    return RowView(
        row.id,
        row.number,
        row.version,
        row.channel,
        badge_of(row.phase, row.work, promise is not None and promise.preorder),
        words.READINESS.get(row.readiness or ""),
        " ".join(views),
        words.next_step(row.phase, row.work),
        shown_name(row.customer_name, sight),
        row.line_count,
        row.unit_count,
        row.wanted,
        row.total if sight.full else None,
        row.currency,
        row.locations,
        row.placed_at,
        due,
        row.ship_by,
        promise,
        labels,
    )
