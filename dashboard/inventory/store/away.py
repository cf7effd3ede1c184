"""Lots and serial numbers that are on their way between two locations."""

import sqlalchemy as sa

from dashboard.inventory.lot_model import Lot, LotMovement
from dashboard.inventory.serial_model import Serial

MOST_NUMBERS = 200


def on_the_way(connection: sa.Connection, cause: str) -> dict[int, list[str]]:
    """What left for this cause (`transfer:7`) and has not come back or arrived, per SKU id: `3 of L1`, or the serial numbers."""
    away = -sa.func.sum(LotMovement.units)
    lots = (
        sa.select(Lot.sku_id, Lot.code, away)
        .join(Lot, Lot.id == LotMovement.lot_id)
        .where(LotMovement.cause == cause)
        .group_by(Lot.id, Lot.sku_id, Lot.code, Lot.expires_on)
        .having(away > 0)
        .order_by(Lot.expires_on, Lot.id)
    )
    found: dict[int, list[str]] = {}
    for sku_id, code, units in connection.execute(lots):
        found.setdefault(sku_id, []).append(f"{int(units):,} of {code}")
    numbers = sa.select(Serial.sku_id, Serial.code).where(Serial.cause == cause, Serial.state == "in_transit").order_by(Serial.code)
    for sku_id, code in connection.execute(numbers.limit(MOST_NUMBERS)):
        found.setdefault(sku_id, []).append(code)
    return found
