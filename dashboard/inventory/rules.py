"""Which location gives which units, and what an adjustment may say. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from dashboard.inventory.commands import Demand, Take

REASONS = {
    "counted": "Counted again",
    "damaged": "Damaged",
    "lost": "Lost",
    "found": "Found",
    "received": "Received without an order",
    "returned": "Returned to the shelf",
    "correction": "Correction of a mistake",
    "sample": "Sample or own use",
    "other": "Other",
}

Shelf = Sequence[tuple[int, int]]
"""[(location id, units it may give)], best location first."""


def plan(demands: Sequence[Demand], shelves: Mapping[int, Shelf]) -> list[Take]:
    """Choose locations for every line: one location for all of it if any can, else the fewest that can give the most.

    1. Demand is summed per SKU first, so that two lines on one SKU see the same shelf.
    2. The first location that has everything gives everything.
    3. Otherwise the location that can give most units gives all it can, then the next; ties go to the better location.

    Args: shelves: per SKU id. Returns: takes in line order; what no location has is missing from them.
    """
    wanted = wanted_units(demands)
    order = wanted_locations(wanted, shelves)
    left = {(sku, location): units for sku in wanted for location, units in shelves.get(sku, ())}
    chosen = _one_that_has_everything(wanted, order, left)
    if chosen is not None:
        return [Take(demand.line, demand.sku_id, chosen, demand.units) for demand in demands]
    return to_lines(demands, order, _most_first(wanted, order, left))


def wanted_units(demands: Sequence[Demand]) -> dict[int, int]:
    """Units per SKU id: two lines on one SKU see the same shelf."""
    wanted: dict[int, int] = {}
    for demand in demands:
        wanted[demand.sku_id] = wanted.get(demand.sku_id, 0) + demand.units
    return wanted


def wanted_locations(wanted: Iterable[int], shelves: Mapping[int, Shelf]) -> list[int]:
    """The locations that keep any of these SKUs, best first."""
    return list(dict.fromkeys(location for sku in wanted for location, _ in shelves.get(sku, ())))


def _one_that_has_everything(wanted: Mapping[int, int], order: Sequence[int], left: Mapping[tuple[int, int], int]) -> int | None:
    for location in order:
        if all(left.get((sku, location), 0) >= units for sku, units in wanted.items()):
            return location
    return None


def _most_first(
    wanted: Mapping[int, int], order: Sequence[int], left: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], int]:
    missing = dict(wanted)
    given: dict[tuple[int, int], int] = {}
    locations = list(order)
    while locations and any(missing.values()):
        can_give = {at: sum(min(left.get((sku, at), 0), units) for sku, units in missing.items()) for at in locations}
        best = max(locations, key=lambda at: (can_give[at], -order.index(at)))
        if not can_give[best]:
            break
        for sku, units in missing.items():
            take = min(left.get((sku, best), 0), units)
            if take > 0:
                given[sku, best] = take
                missing[sku] -= take
        locations.remove(best)
    return given


def to_lines(demands: Sequence[Demand], order: Sequence[int], given: dict[tuple[int, int], int]) -> list[Take]:
    """Hand each SKU's units to its lines, in line order."""
    takes = []
    for demand in demands:
        missing = demand.units
        for location in order:
            units = min(missing, given.get((demand.sku_id, location), 0))
            if units > 0:
                takes.append(Take(demand.line, demand.sku_id, location, units))
                given[demand.sku_id, location] -= units
                missing -= units
    return takes


def level(available: int, reorder_point: int) -> str:
    """out, low or ok: the word beside a figure."""
    if available <= 0:
        return "out"
    return "low" if available <= reorder_point else "ok"
