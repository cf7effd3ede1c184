"""Which orders are meant: every one of a list's query, in one snapshot, oldest first."""

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from dashboard.bulk.rules import MOST_ORDERS
from dashboard.kernel.errors import Invalid
from dashboard.orders import store
from dashboard.orders.store import ListQuery

AT_ONCE = 2_000


def orders_of(connection: sa.Connection, query: ListQuery, now: dt.datetime) -> list[int]:
    """Ids of all orders of the query.

    Raises: Invalid, for more than a bulk action takes.
    """
    asked = replace(query, sort="number", descending=False, after=None, limit=AT_ONCE)
    counts = store.counts(connection, now)
    found: dict[int, None] = {}
    if query.text:  # the order of that very number comes first on the list, whatever the search index makes of it
        found |= dict.fromkeys(row.id for row in store.page(connection, replace(asked, limit=1), now, counts).rows)
    after: Any = None
    while True:
        ids, after, _, _ = store.ids_of(connection, replace(asked, after=after), now, counts)
        found |= dict.fromkeys(ids)
        if len(found) > MOST_ORDERS:
            raise Invalid(f"More than {MOST_ORDERS:,} orders match. Narrow the list first.", most=MOST_ORDERS)
        if after is None:
            return sorted(found)
