"""Timed holds as they are read."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.hold_model import StockHold, StockHoldLine
from dashboard.inventory.model import Location
from dashboard.kernel import clock, text
from dashboard.kernel.errors import NotFound

MOST_SHOWN = 50


class KeptUnits(NamedTuple):
    """Units of one SKU that a hold keeps at a location."""

    channel: str
    location: str
    units: int
    expires_at: dt.datetime


def hold_record(connection: sa.Connection, token: str, channel: str | None) -> dict[str, Any]:
    """A hold as plain values; one whose time is over has expired, swept or not. channel: of the asker, None for one who sees all.

    Raises: NotFound.
    """
    hold = None if text.trouble(token, 40) else connection.execute(sa.select(StockHold.__table__).where(StockHold.token == token)).first()
    if hold is None or channel not in (None, hold.channel):
        raise NotFound("There is no such stock hold.")
    lines = connection.execute(
        sa.select(Sku.code, Location.code.label("location"), StockHoldLine.units)
        .join(Sku, Sku.id == StockHoldLine.sku_id)
        .join(Location, Location.id == StockHoldLine.location_id)
        .where(StockHoldLine.hold_id == hold.id)
        .order_by(Sku.code, Location.priority, Location.id)
    )
    is_over = hold.state == "held" and hold.expires_at <= clock.now()
    return {
        "token": hold.token,
        "channel": hold.channel,
        "state": "expired" if is_over else hold.state,
        "created_at": clock.iso(hold.created_at),
        "expires_at": clock.iso(hold.expires_at),
        "ended_at": clock.iso(hold.ended_at) if hold.ended_at else None,
        "order_id": None if hold.order_id is None else str(hold.order_id),
        "version": hold.version,
        "lines": [{"sku": row.code, "location": row.location, "units": row.units} for row in lines],
    }


def kept_units(connection: sa.Connection, sku_id: int) -> list[KeptUnits]:
    """What is held of a SKU now, the next to expire first; at most MOST_SHOWN."""
    rows = connection.execute(
        sa.select(StockHold.channel, Location.name, StockHoldLine.units, StockHold.expires_at)
        .join(StockHold, StockHold.id == StockHoldLine.hold_id)
        .join(Location, Location.id == StockHoldLine.location_id)
        .where(StockHoldLine.sku_id == sku_id, StockHold.state == "held")
        .order_by(StockHold.expires_at, StockHoldLine.id)
        .limit(MOST_SHOWN)
    )
    return [KeptUnits(*row) for row in rows]
