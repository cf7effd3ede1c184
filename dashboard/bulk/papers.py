"""What is printed for many orders at once: a packing slip per fulfilment order, or one pick list by bin."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.fulfilment import store as fulfilment
from dashboard.fulfilment.rules import OPEN
from dashboard.orders.model import Order

SHIP_TO = ("name", "line1", "line2", "city", "region", "postal_code", "country")


class Recipient(NamedTuple):
    """Where an order goes, line by line."""

    lines: tuple[str, ...]


class Pick(NamedTuple):
    """One stop of a pick list. bin: empty where the units lie in none. orders: [(order number, units)]."""

    bin: str
    sku: str
    name: str
    units: int
    orders: tuple[tuple[str, int], ...]


def works(connection: sa.Connection, order_ids: Sequence[int]) -> list[Any]:
    """The open fulfilment orders of these orders, in the order of the orders."""
    ids = [id_ for id_, _ in fulfilment.versions(connection, order_ids)]
    place = {order_id: at for at, order_id in enumerate(order_ids)}
    found = [work for work in fulfilment.by_ids(connection, ids) if work.status in OPEN]
    return sorted(found, key=lambda work: (place[work.order_id], work.id))


def recipients(connection: sa.Connection, order_ids: Sequence[int]) -> dict[int, Recipient]:
    """Whom each order is packed for."""
    columns = [getattr(Order, f"ship_{name}") for name in SHIP_TO]
    rows = connection.execute(sa.select(Order.id, Order.customer_name, *columns).where(Order.id.in_(order_ids)))
    return {row[0]: Recipient(tuple(_lines(row[1], *row[2:]))) for row in rows}


def _lines(customer: str, name: str, line1: str, line2: str, city: str, region: str, code: str, country: str) -> list[str]:
    return [line for line in (name or customer, line1, line2, f"{code} {city}".strip(), region, country) if line]


def picks(found: Sequence[Any]) -> list[tuple[str, list[Pick]]]:
    """[(location, its stops in the order of bin and SKU)]: units that are still to be picked, of all orders together."""
    stops: dict[str, dict[tuple[str, str], list[tuple[str, str, int]]]] = {}
    for work in found:
        for bin_, line, units in _wanted(work):
            place = stops.setdefault(work.location_name, {})
            place.setdefault((bin_, line.sku_code), []).append((line.name, work.order_number, units))
    return [(location, [_pick(key, parts) for key, parts in sorted(stops[location].items())]) for location in sorted(stops)]


def _wanted(work: Any) -> list[tuple[str, Any, int]]:
    if work.stops:
        return [(stop.bin, stop.line, stop.units) for stop in work.stops]
    return [("", line, line.units - line.picked) for line in work.lines if line.units > line.picked]


def _pick(key: tuple[str, str], parts: list[tuple[str, str, int]]) -> Pick:
    orders: dict[str, int] = {}
    for _, number, units in parts:
        orders[number] = orders.get(number, 0) + units
    return Pick(*key, parts[0][0], sum(orders.values()), tuple(orders.items()))
