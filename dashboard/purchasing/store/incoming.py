"""Units on their way: per SKU and location, and per SKU with the day they should come."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location
from dashboard.purchasing.model import PurchaseOrder, PurchaseOrderLine
from dashboard.purchasing.rules import INCOMING

_LEFT = PurchaseOrderLine.ordered - PurchaseOrderLine.received - PurchaseOrderLine.cancelled
_UNITS = sa.func.coalesce(sa.func.sum(_LEFT), 0)


class Incoming(NamedTuple):
    """Units of a SKU that one purchase order still brings."""

    on: dt.date
    units: int
    number: str
    location_id: int
    location: str


def incoming(connection: sa.Connection, sku_id: int) -> list[Incoming]:
    """What is on its way of a SKU, the earliest first."""
    query = (
        sa.select(PurchaseOrder.expected_on, _LEFT, PurchaseOrder.number, Location.id, Location.name)
        .join(PurchaseOrderLine, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
        .join(Location, Location.id == PurchaseOrder.location_id)
        .where(PurchaseOrderLine.sku_id == sku_id, PurchaseOrder.status.in_(INCOMING), _LEFT > 0)
        .order_by(PurchaseOrder.expected_on, PurchaseOrder.id)
    )
    return [Incoming(*row) for row in connection.execute(query)]


def units_of(sku_id: Any, location_id: Any, statuses: Iterable[str] = INCOMING) -> Any:
    """A scalar subquery: units still to come of this SKU to this location (columns of the query around it)."""
    return (
        sa.select(_UNITS)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(
            PurchaseOrderLine.sku_id == sku_id,
            PurchaseOrder.location_id == location_id,
            PurchaseOrder.status.in_(tuple(statuses)),
            _LEFT > 0,
        )
        .scalar_subquery()
    )


def incoming_units(connection: sa.Connection, codes: Iterable[str]) -> dict[tuple[str, str], int]:
    """{(SKU code, location code): units on their way} of these SKUs."""
    wanted = sorted(set(codes))
    query = (
        sa.select(Sku.code, Location.code, _UNITS)
        .join(PurchaseOrderLine, PurchaseOrderLine.sku_id == Sku.id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .join(Location, Location.id == PurchaseOrder.location_id)
        .where(Sku.code.in_(wanted), PurchaseOrder.status.in_(INCOMING), _LEFT > 0)
        .group_by(Sku.code, Location.code)
    )
    return {(sku, place): int(units) for sku, place, units in connection.execute(query)} if wanted else {}
