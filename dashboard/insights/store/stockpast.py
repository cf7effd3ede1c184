"""How many SKUs were low at past moments: today's balances with the ledger rolled back."""

import datetime as dt

import sqlalchemy as sa

from dashboard.insights.store.query import Scope, rows
from dashboard.kernel import clock

MOST_MOVEMENTS = 20_000
_BALANCES = """
SELECT b.sku_id, b.location_id, b.reorder_point, b.on_hand - b.allocated - b.held - b.damaged - b.quarantine
FROM stock_balance b JOIN location p ON p.id = b.location_id AND p.active WHERE b.reorder_point > 0 {place}"""
_MOVEMENTS = """
SELECT b.sku_id, b.location_id, b.at, b.on_hand - b.allocated - b.held - b.damaged - b.quarantine FROM stock_movement b
WHERE b.id > (SELECT coalesce(max(id), 0) FROM stock_movement) - :most AND b.at > :begin {place} ORDER BY b.at DESC"""


def low_at(connection: sa.Connection, marks: list[dt.datetime], within: Scope) -> list[float | None]:
    """SKUs at or below their reorder point (as it is today) at each moment; oldest first, the last is now."""
    points, available, low = {}, {}, _LowSkus()
    for sku, place, point, units in rows(connection, _BALANCES, within):
        points[sku, place], available[sku, place] = point, units
        low.count(sku, units <= point)
    movements = iter(rows(connection, _MOVEMENTS, within, begin=marks[0], most=MOST_MOVEMENTS))
    found: list[float | None] = []
    movement = next(movements, None)
    for mark in reversed(marks):
        while movement is not None and movement[2] > clock.micros(mark):
            sku, place, _, change = movement
            if (sku, place) in points:
                point, after = points[sku, place], available[sku, place]
                available[sku, place] = after - change
                low.count(sku, after - change <= point)
                low.count(sku, after <= point, -1)
            movement = next(movements, None)
        found.append(float(len(low)))
    return found[::-1]


class _LowSkus:
    """SKUs with at least one low balance."""

    def __init__(self):
        self._balances: dict[int, int] = {}

    def count(self, sku: int, is_low: bool, change: int = 1) -> None:
        if not is_low:
            return
        left = self._balances.get(sku, 0) + change
        if left:
            self._balances[sku] = left
        else:
            self._balances.pop(sku, None)

    def __len__(self) -> int:
        return len(self._balances)
