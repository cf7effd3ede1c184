"""Fulfilment orders and parcels as plain values for machines."""

from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder, Parcel
from dashboard.fulfilment.store import naming
from dashboard.inventory.model import Location
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.model import Order, OrderLine

MOMENTS = ("created_at", "released_at", "picked_at", "packed_at", "shipped_at")
_WORK = (
    sa.select(FulfilmentOrder.__table__, Order.number.label("order_number"), Order.channel, Location.code.label("location"))
    .join(Order, Order.id == FulfilmentOrder.order_id)
    .join(Location, Location.id == FulfilmentOrder.location_id)
)


def fulfilment_orders_of(connection: sa.Connection, order_id: int) -> list[dict[str, Any]]:
    """An order's fulfilment orders, oldest first, with lines and parcels."""
    return _records(connection, FulfilmentOrder.order_id == order_id)


def fulfilment_order(connection: sa.Connection, work_id: int) -> dict[str, Any]:
    """Raises: NotFound."""
    found = _records(connection, FulfilmentOrder.id == work_id)
    if not found:
        raise NotFound(f"There is no fulfilment order {work_id}.", fulfilment_order=str(work_id))
    return found[0]


def place(connection: sa.Connection, work_id: int) -> tuple[str, str, str]:
    """(order number, channel, location code) of a fulfilment order. Raises: NotFound."""
    found = connection.execute(_WORK.where(FulfilmentOrder.id == work_id)).first()
    if found is None:
        raise NotFound(f"There is no fulfilment order {work_id}.", fulfilment_order=str(work_id))
    return found.order_number, found.channel, found.location


def _records(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = connection.execute(_WORK.where(which).order_by(FulfilmentOrder.id)).all()
    ids = [row.id for row in rows]
    lines, parcels = _lines(connection, ids), _parcels(connection, ids)
    return [
        {
            "id": str(row.id),
            "number": row.number,
            "order": row.order_number,
            "location": row.location,
            "status": row.status,
            **{name: clock.iso(getattr(row, name)) for name in MOMENTS},
            "version": row.version,
            "lines": lines.get(row.id, []),
            "parcels": parcels.get(row.id, []),
        }
        for row in rows
    ]


def _lines(connection: sa.Connection, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    query = (
        sa.select(FulfilmentLine.__table__, OrderLine.position, *naming())
        .join(OrderLine, OrderLine.id == FulfilmentLine.order_line_id)
        .join(Sku, Sku.id == FulfilmentLine.sku_id)
        .where(FulfilmentLine.fulfilment_order_id.in_(ids))
        .order_by(FulfilmentLine.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(query) if ids else ():
        found.setdefault(row.fulfilment_order_id, []).append({
            "id": str(row.id),
            "line": row.position,
            "sku": row.sku_code,
            "name": row.name,
            "kit": row.kit,
            "quantity": row.units,
            "picked": row.picked,
            "packed": row.packed,
        })
    return found


def _parcels(connection: sa.Connection, ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    query = sa.select(Parcel.__table__).where(Parcel.fulfilment_order_id.in_(ids)).order_by(Parcel.id)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(query) if ids else ():
        found.setdefault(row.fulfilment_order_id, []).append({
            "id": str(row.id),
            "status": row.status,
            "carrier": row.carrier,
            "tracking_number": row.tracking_number,
            "weight_grams": row.weight_grams,
            **{name: clock.iso(getattr(row, name)) for name in ("expected_at", "handed_over_at", "delivered_at")},
            "version": row.version,
        })
    return found
