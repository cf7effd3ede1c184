"""A customer as machines read them."""

from typing import Any

import sqlalchemy as sa

from dashboard.customers import store
from dashboard.customers.rules import PURPOSES
from dashboard.customers.store import CustomerRow, Row
from dashboard.kernel import clock, units
from dashboard.orders.model import Order

ADDRESS = ("name", "line1", "line2", "city", "region", "postal_code", "country")


def row_record(row: Row) -> dict[str, Any]:
    """One person of the list."""
    return {
        "id": str(row.id),
        "name": row.name,
        "email": row.email or None,
        "phone": row.phone or None,
        "erased": row.erased_at is not None,
        "orders": row.orders,
        "ordered_for": {currency: units.decimal_text(amount, currency) for currency, amount in row.sums.items()},
        "last_order_at": clock.iso(row.last_order_at),
        "tags": row.tags,
        "records": row.records,
        "version": row.version,
    }


def record(connection: sa.Connection, customer_id: int) -> dict[str, Any]:
    """One person with addresses, consent, notes and merges; of a record that was merged, the person it is part of.

    Raises: NotFound.
    """
    shown = store.customer(connection, store.customer(connection, customer_id).root_id)
    [row] = store.customers_by_id(connection, [shown.id])
    said = {one.purpose: one for one in store.consents(connection, shown.id) if one.newest}
    return {
        **row_record(row),
        "created_at": clock.iso(shown.created_at),
        "addresses": [
            {name: getattr(place, name) for name in ADDRESS} | {"used_at": clock.iso(place.used_at)}
            for place in store.addresses(connection, shown.id)
        ],
        "consents": {purpose: _consent(said.get(purpose)) for purpose in PURPOSES},
        "notes": [
            {"body": entry.body, "author": entry.actor_name, "at": clock.iso(entry.at)}
            for entry in store.entries(connection, shown.id)
            if entry.kind == "note"
        ],
        "merges": [
            {"id": str(merge.id), "customer": str(merge.gone_id), "name": merge.name, "by": merge.actor_name, "at": clock.iso(merge.at)}
            for merge in store.merges(connection, shown.id)
        ],
        "probably_the_same": [
            {"id": str(match.id), "name": match.name, "reasons": list(match.reasons)} for match in _matches(connection, shown)
        ],
    }


def _consent(said: store.Consent | None) -> dict[str, Any] | None:
    return None if said is None else {"granted": said.granted, "how": said.how, "at": clock.iso(said.at)}


def _matches(connection: sa.Connection, shown: CustomerRow) -> list[store.Match]:
    return store.suggestions(connection, shown.id) if shown.erased_at is None else []


def orders(connection: sa.Connection, customer_id: int, before: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """Their orders, newest first, and the id to go on before; None at the end. Raises: NotFound."""
    root = store.customer(connection, customer_id).root_id
    ids = store.order_ids(connection, root, before, limit + 1)
    table = Order.__table__.c
    columns = (table.id, table.number, table.channel, table.status, table.phase, table.currency, table.total, table.placed_at)
    found = {row.id: row for row in connection.execute(sa.select(*columns).where(table.id.in_(ids[:limit])))}
    return [_order(found[order_id]) for order_id in ids[:limit]], ids[limit - 1] if len(ids) > limit else None


def _order(row: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("number", "channel", "status", "phase", "currency")}
    return plain | {"total": units.decimal_text(row.total, row.currency), "placed_at": clock.iso(row.placed_at)}
