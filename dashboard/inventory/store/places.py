"""Locations as they are read."""

from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.kernel import text
from dashboard.kernel.db import db
from dashboard.kernel.errors import NotFound


def locations(active: bool | None = None) -> Sequence[Location]:
    """Locations, the best first. active: only those in use (True) or not (False)."""
    query = sa.select(Location).order_by(Location.priority, Location.id)
    if active is not None:
        query = query.where(Location.active == active)
    return db.session.scalars(query).all()


def location(code: str) -> Location:
    """Raises: NotFound."""
    found = None if text.trouble(code, 20) else db.session.scalar(sa.select(Location).where(Location.code == code))
    if found is None:
        raise NotFound(f"There is no location {code[:20]}.", location=code[:20])
    return found
