"""Figures of stock and of the exceptions queue as they stand now."""

from typing import NamedTuple

import sqlalchemy as sa

from dashboard.insights.store.query import AT, Scope, one, rows

_AVAILABLE = "b.on_hand - b.allocated - b.held - b.damaged - b.quarantine"
_BALANCES = "FROM stock_balance b JOIN location p ON p.id = b.location_id AND p.active"
_LOW = f"""
SELECT count(DISTINCT CASE WHEN {_AVAILABLE} <= b.reorder_point THEN b.sku_id END), count(DISTINCT b.sku_id)
{_BALANCES} WHERE b.reorder_point > 0 {{place}}"""  # noqa: S608
_OUT = f"""
SELECT count(*) FROM (SELECT DISTINCT sku_id FROM order_line WHERE backordered > 0 AND sku_id IS NOT NULL) q
WHERE EXISTS (SELECT 1 {_BALANCES} WHERE b.sku_id = q.sku_id {{place}})
  AND NOT EXISTS (SELECT 1 {_BALANCES} WHERE b.sku_id = q.sku_id AND {_AVAILABLE} > 0 {{place}})"""  # noqa: S608
_LOWEST = f"""
SELECT s.code, s.name, p.code AS location, {_AVAILABLE} AS available, b.reorder_point, b.on_hand
FROM stock_balance b JOIN location p ON p.id = b.location_id AND p.active JOIN sku s ON s.id = b.sku_id
WHERE b.reorder_point > 0 AND {_AVAILABLE} <= b.reorder_point {{place}}
ORDER BY {_AVAILABLE} - b.reorder_point, s.code, p.code LIMIT :most"""  # noqa: S608
_WAITING = """
SELECT o.id, o.ship_by FROM orders o
WHERE o.id IN (SELECT order_id FROM order_line WHERE backordered > 0) AND o.status = 'open' {at}"""
_EXCEPTIONS = f"""
SELECT x.id, x.order_id, x.opened_at FROM order_exception x LEFT JOIN orders o ON o.id = x.order_id
WHERE x.resolved_at IS NULL AND x.snoozed_until IS NULL AND (:everywhere = 1 OR x.order_id IS NULL OR {AT})"""  # noqa: S608
_OPEN = "SELECT count(*) FROM orders o WHERE o.status = 'open' {at}"


class Open(NamedTuple):
    """An open exception; opened_at in microseconds since 1970."""

    id: int
    order_id: int | None
    opened_at: int


def low(connection: sa.Connection, within: Scope) -> tuple[int, int]:
    """SKUs at or below the reorder point at one location or more, and SKUs that have a reorder point."""
    return tuple(one(connection, _LOW, within))


def out_with_demand(connection: sa.Connection, within: Scope) -> int:
    """SKUs that an order waits for and of which nothing is available."""
    return one(connection, _OUT, within)[0]


def lowest(connection: sa.Connection, within: Scope, most: int) -> list[sa.Row]:
    """code, name, location, available, reorder_point, on_hand of the balances furthest below their reorder point."""
    return rows(connection, _LOWEST, within, most=most)


def waiting_for_stock(connection: sa.Connection, within: Scope) -> list[tuple[int, int | None]]:
    """Open orders with backordered units: (id, ship-by in microseconds)."""
    return [tuple(row) for row in rows(connection, _WAITING, within)]


def open_exceptions(connection: sa.Connection, within: Scope) -> list[Open]:
    """Every open exception that nobody has snoozed; one without an order belongs to every location."""
    sql = sa.text(_EXCEPTIONS)
    found = connection.execute(sql, {"everywhere": int(within.location is None), "location": within.key})
    return [Open(*row) for row in found]


def open_orders(connection: sa.Connection, within: Scope) -> int:
    return one(connection, _OPEN, within)[0]
