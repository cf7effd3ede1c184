"""Purchase orders as plain values for machines."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import clock, units
from dashboard.purchasing import store


def listed(
    connection: sa.Connection, view: str, query: str, today: dt.date, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest first, those before this id."""
    return [_row(row, today) for row in store.purchase_orders(connection, view, today, query, before, limit)]


def _row(row: store.Row, today: dt.date) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.number,
        "status": row.status,
        "supplier": row.supplier,
        "location": row.location,
        "expected_on": row.expected_on.isoformat(),
        "late": row.is_late(today),
        "units": row.units,
        "received": row.received,
        "version": row.version,
    }


def purchase_order(connection: sa.Connection, number: str, *, costs: bool) -> dict[str, Any]:
    """One with its lines and receipts. costs: whether the asker may see what it costs. Raises: NotFound."""
    order, lines, receipts = store.purchase_order(connection, number)
    return {
        "id": str(order.id),
        "number": order.number,
        "status": order.status,
        "supplier": order.supplier,
        "location": order.location,
        "expected_on": order.expected_on.isoformat(),
        "currency": order.currency,
        "note": order.note,
        "created_at": clock.iso(order.created_at),
        "ordered_at": clock.iso(order.ordered_at),
        "arrived_at": clock.iso(order.arrived_at),
        "closed_at": clock.iso(order.closed_at),
        "close_reason": order.close_reason,
        "version": order.version,
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": line.ordered,
                "received": line.received,
                "surplus": line.surplus,
                "cancelled": line.cancelled,
                "incoming": line.left if order.status in ("ordered", "partially_received") else 0,
                **({"unit_cost": units.price_text(line.unit_cost_e4, order.currency)} if costs else {}),
            }
            for line in lines
        ],
        "receipts": [
            {
                "id": str(receipt.id),
                "sku": receipt.sku,
                "units": receipt.units,
                "damaged": receipt.damaged,
                "surplus": receipt.surplus,
                "over_reason": receipt.over_reason,
                "note": receipt.note,
                "arrived_at": clock.iso(receipt.arrived_at),
                "received_at": clock.iso(receipt.received_at),
                "actor": receipt.actor_name,
            }
            for receipt in receipts
        ],
    }


def supplier(row: Any) -> dict[str, Any]:
    """row: the columns of a supplier."""
    return {
        "id": str(row.id),
        "name": row.name,
        "lead_days": row.lead_days,
        "review_days": row.review_days,
        "currency": row.currency,
        "version": row.version,
    }


def supplied(row: store.Supplied, currency: str, *, costs: bool) -> dict[str, Any]:
    """One SKU that a supplier supplies. costs: whether the asker may see what it costs."""
    cost = {"unit_cost": units.price_text(row.unit_cost_e4, currency)} if costs else {}
    return {"sku": row.sku, "name": row.name, "pack_size": row.pack_size, **cost}
