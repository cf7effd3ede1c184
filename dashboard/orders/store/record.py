"""One order as plain values for machines: the shapes of the public contract (TRUST: money as decimal strings, times ISO 8601)."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import clock, units
from dashboard.orders import naming
from dashboard.orders.named import Named
from dashboard.orders.store import order, parts
from dashboard.orders.store.labels import of_order

COUNTERS = ("allocated", "backordered", "picked", "packed", "shipped", "delivered", "returned", "cancelled")
MOMENTS = ("placed_at", "ship_by", "promised_at", "ready_at", "shipped_at", "delivered_at", "cancelled_at")
AMOUNTS = ("tax", "shipping", "discount", "total", "authorized", "captured", "refunded", "voided")


def order_record(connection: sa.Connection, number: str) -> dict[str, Any]:
    """Everything of one order but its fulfilment orders and payments (their own slices tell those).

    Raises: NotFound, with near numbers.
    """
    facts = order.by_number(connection, number)
    names = naming.of_order(connection, facts.id)
    labels = of_order(connection, facts.id)
    return {
        **summary(facts),
        "tags": list(labels.tags),
        "assignee": None if labels.assignee_id is None else str(labels.assignee_id),
        "assignee_name": labels.assignee or None,
        "taxes": named_amounts(naming.sums_of(names, "tax"), facts.currency),
        "discounts": named_amounts(naming.sums_of(names, "discount"), facts.currency),
        "lines": [_line(line, facts.currency, names) for line in parts.lines(connection, facts.id)],
        "holds": [_hold(hold) for hold in parts.holds(connection, facts.id) if hold.released_at is None],
        "notes": [
            {"id": str(note.id), "body": note.body, "author": note.author, "at": clock.iso(note.at)}
            for note in parts.notes(connection, facts.id)
        ],
    }


def summary(facts: Any) -> dict[str, Any]:
    """The order's own columns."""
    return {
        "id": str(facts.id),
        "number": facts.number,
        "channel": facts.channel,
        "external_id": facts.external_id,
        "status": facts.status,
        "phase": facts.phase,
        "fulfilment_status": facts.fulfilment_status,
        "payment_status": facts.payment_status,
        "readiness": facts.readiness,
        "currency": facts.currency,
        **{name: units.decimal_text(getattr(facts, name), facts.currency) for name in AMOUNTS},
        **{name: clock.iso(getattr(facts, name)) for name in MOMENTS},
        "cancel_reason": facts.cancel_reason,
        "shipping_method": facts.shipping_method,
        "priority": facts.priority,
        "customer": {"name": facts.customer_name, "email": facts.email, "phone": facts.phone},
        "shipping_address": {
            "name": facts.ship_name,
            "line1": facts.ship_line1,
            "line2": facts.ship_line2,
            "city": facts.ship_city,
            "region": facts.ship_region,
            "postal_code": facts.ship_postal_code,
            "country": facts.ship_country,
        },
        "version": facts.version,
    }


def named_amounts(entries: Sequence[Named], currency: str) -> list[dict[str, str]]:
    """Taxes or discounts by name."""
    return [{"name": entry.name, "amount": units.decimal_text(entry.amount, currency)} for entry in entries]


def _line(line: Any, currency: str, names: Mapping[naming.Of, Sequence[Named]]) -> dict[str, Any]:
    return {
        "sku": line.sku_code,
        "name": line.name,
        "quantity": line.ordered,
        "unit_price": units.price_text(line.unit_price_e4, currency),
        "tax": units.decimal_text(line.tax, currency),
        "discount": units.decimal_text(line.discount, currency),
        "total": units.decimal_text(line.total, currency),
        "taxes": named_amounts(names.get((line.id, "tax"), ()), currency),
        "discounts": named_amounts(names.get((line.id, "discount"), ()), currency),
        **{name: getattr(line, name) for name in COUNTERS},
    }


def _hold(hold: Any) -> dict[str, Any]:
    return {
        "id": str(hold.id),
        "kind": hold.kind,
        "note": hold.note,
        "until": clock.iso(hold.until),
        "release_when": hold.release_when,
        "placed_by": hold.placed_by,
        "placed_at": clock.iso(hold.placed_at),
    }
