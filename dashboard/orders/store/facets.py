"""How many orders each view counts: maintained counters, and one indexed count for what the clock decides."""

import datetime as dt

import sqlalchemy as sa

from dashboard.orders.model import Order, OrderFacet
from dashboard.orders.store.conditions import at_risk


def counts(connection: sa.Connection, now: dt.datetime) -> dict[str, int]:
    """Orders per view; a view nobody counted yet has none."""
    kept = sa.select(OrderFacet.view, sa.func.sum(OrderFacet.count)).group_by(OrderFacet.view)
    found = {name: int(count) for name, count in connection.execute(kept)}
    found["at_risk"] = connection.scalar(sa.select(sa.func.count()).select_from(Order).where(at_risk(now))) or 0
    return found
