"""How many orders each view counts: maintained counters, and one indexed count for what the clock decides."""

import datetime as dt

import sqlalchemy as sa

from dashboard.orders.model import Order, OrderFacet
from dashboard.orders.store import conditions

MOST_AT_RISK = 10_000
"""Counted so far and no further: who has more at risk needs no exact figure."""


def counts(connection: sa.Connection, now: dt.datetime) -> dict[str, int]:
    """Orders per view; a view nobody counted yet has none."""
    kept = sa.select(OrderFacet.view, sa.func.sum(OrderFacet.count)).group_by(OrderFacet.view)
    found = {name: int(count) for name, count in connection.execute(kept)}
    due = [clause.test(conditions.table) for clause in conditions.view("at_risk", now)]
    some = sa.select(Order.id).where(*due).limit(MOST_AT_RISK).subquery()
    found["at_risk"] = connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    return found
