"""What the filter menus offer."""

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.orders.model import Order

# One index probe per channel instead of a walk over all orders.
_CHANNELS = sa.text(
    "WITH RECURSIVE found(name) AS (SELECT min(channel) FROM orders UNION ALL"
    " SELECT (SELECT min(channel) FROM orders WHERE channel > found.name) FROM found WHERE found.name IS NOT NULL)"
    " SELECT name FROM found WHERE name IS NOT NULL"
)


def channels(connection: sa.Connection) -> list[str]:
    """Every channel that ever placed an order, in alphabetical order."""
    return list(connection.scalars(_CHANNELS))


def locations(connection: sa.Connection) -> list[sa.Row]:
    """Locations as (id, code, name, time_zone), best first."""
    query = sa.select(Location.id, Location.code, Location.name, Location.time_zone).where(Location.active)
    return list(connection.execute(query.order_by(Location.priority, Location.id)))


def newest_id(connection: sa.Connection) -> int:
    """The id of the last order captured; 0 before the first."""
    return connection.scalar(sa.select(sa.func.coalesce(sa.func.max(Order.id), 0))) or 0
