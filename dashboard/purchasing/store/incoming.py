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


def by_place(statuses: Iterable[str] = INCOMING) -> Any:
    """A subquery: sku_id, location_id, units still to come of purchase orders in these statuses."""
    return (
        sa.select(PurchaseOrderLine.sku_id, PurchaseOrder.location_id, sa.func.sum(_LEFT).label("units"))
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.purchase_order_id)
        .where(PurchaseOrder.status.in_(tuple(statuses)), _LEFT > 0)
        .group_by(PurchaseOrderLine.sku_id, PurchaseOrder.location_id)
        .subquery()
    )


def incoming_units(connection: sa.Connection, codes: Iterable[str]) -> dict[tuple[str, str], int]:
    """{(SKU code, location code): units on their way} of these SKUs."""
    wanted = sorted(set(codes))
    found = by_place()
    query = (
        sa.select(Sku.code, Location.code, found.c.units)
        .join(Sku, Sku.id == found.c.sku_id)
        .join(Location, Location.id == found.c.location_id)
        .where(Sku.code.in_(wanted))
    )
    return {(sku, place): int(units) for sku, place, units in connection.execute(query)} if wanted else {}
