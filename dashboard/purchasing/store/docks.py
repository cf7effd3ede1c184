"""How long deliveries wait between the dock and the shelf."""

import datetime as dt
import statistics
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.purchasing.model import PurchaseOrder, PurchaseReceipt

DAYS = 28
MOST = 1000


class DockToStock(NamedTuple):
    """median: None without a receipt whose arrival was noted."""

    median: dt.timedelta | None
    receipts: int


def dock_to_stock(connection: sa.Connection, locations: Sequence[str], now: dt.datetime) -> DockToStock:
    """The median over the newest receipts of the last DAYS at these locations (codes)."""
    query = (
        sa.select(PurchaseReceipt.arrived_at, PurchaseReceipt.received_at)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseReceipt.purchase_order_id)
        .join(Location, Location.id == PurchaseOrder.location_id)
        .where(
            PurchaseReceipt.arrived_at.is_not(None),
            PurchaseReceipt.received_at >= now - dt.timedelta(days=DAYS),
            Location.code.in_(locations),
        )
        .order_by(PurchaseReceipt.id.desc())
        .limit(MOST)
    )
    waits = [received - arrived for arrived, received in connection.execute(query)]
    return DockToStock(statistics.median(waits) if waits else None, len(waits))
