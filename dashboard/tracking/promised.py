"""What an order's customer is told of units that have no stock yet: the day they leave, and why it moved."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from dashboard.promises import store as promises
from dashboard.tracking import eta
from dashboard.tracking.eta import Days, Transit
from dashboard.tracking.rules import Awaited


def awaited(
    connection: sa.Connection, order_id: int, today: dt.date, transit: Transit | None, written: Callable[[Days], str]
) -> Awaited | None:
    """None while nothing waits. written: days as the reader's country writes them."""
    waiting = [one for one in promises.of_order(connection, order_id, today).values() if one.units]
    if not waiting:
        return None
    days = [one.on for one in waiting if one.on is not None]
    last = max(days) if len(days) == len(waiting) else None
    moved = max((one for one in waiting if one.moved and one.moved_at), key=lambda one: one.moved_at, default=None)
    late = last is not None and last < today
    return Awaited(
        written(Days(last, last)) if last else "",
        late,
        written(eta.arrival(last, transit)) if last and not late else "",
        all(one.preorder for one in waiting),
        written(Days(moved.moved_from, moved.moved_from)) if moved else "",
        moved.moved_cause or "" if moved else "",
        moved is None or moved.on is None or moved.on > moved.moved_from,
    )
