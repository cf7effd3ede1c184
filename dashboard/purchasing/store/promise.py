"""What is on its way of one SKU, with what can be promised on each day: ATP as its stock page tells it."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.purchasing.rules import Due, first_day, promisable
from dashboard.purchasing.store.incoming import incoming


class Coming(NamedTuple):
    """One delivery. late: its day has passed; atp: units to promise at the end of its day."""

    on: dt.date
    late: bool
    number: str
    location: str
    units: int
    atp: int


class Promise(NamedTuple):
    """now: available less waiting; first: the first day with a unit that nobody waits for, None when there is none in sight."""

    rows: list[Coming]
    total: int
    available: int
    waiting: int
    now: int
    first: dt.date | None


def promise(connection: sa.Connection, sku_id: int, available: int, waiting: int, today: dt.date) -> Promise:
    """available: of the SKU over all locations; waiting: units that orders wait for, as parts of kits too."""
    found = incoming(connection, sku_id)
    dues = [Due(row.on, row.units) for row in found]
    rows = [
        Coming(
            row.on,
            row.on < today,
            row.number,
            row.location,
            row.units,
            promisable(available, waiting, dues, max(row.on, today)),
        )
        for row in found
    ]
    first = first_day(available, waiting, dues, 1, today)
    return Promise(rows, sum(due.units for due in dues), available, waiting, available - waiting, first)
