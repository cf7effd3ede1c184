"""Kits leave from one location, whole: make a plan of parts into a plan of kits. Pure."""

from collections.abc import Mapping, Sequence

from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import Shelf

Recipes = Mapping[int, Mapping[int, int]]
"""{line: {SKU id: units of it in one}}; a line that is no kit is one unit of itself."""
Given = dict[tuple[int, int], int]
"""{(line, location id): how many of the line (kits, or units)}."""


def whole_kits(demands: Sequence[Demand], takes: Sequence[Take], shelves: Mapping[int, Shelf]) -> list[Take]:
    """The plan again, such that a location gives every part of a kit or none of it.

    1. A plan in which every line gets all it wants, in whole kits, stays as it is.
    2. Otherwise the units are dealt out again: kits first, the one with the fewest ways to be met first, each at the locations
       the plan liked best; then the other lines, so that a kit never loses a part to a line that could have had it elsewhere.
    3. The better of the two plans counts.

    Args: takes: a plan of rules.plan for these demands; shelves: what it was made of. Returns: takes in line order.
    """
    recipes: dict[int, dict[int, int]] = {}
    wanted: dict[int, int] = {}
    for demand in demands:
        recipes.setdefault(demand.line, {})[demand.sku_id] = demand.per or 1
        wanted[demand.line] = demand.units // (demand.per or 1)
    planned = _whole(takes, recipes)
    if sum(planned.values()) < sum(wanted.values()):
        dealt = _deal(demands, wanted, recipes, _liked(takes, shelves), shelves)
        planned = max((planned, dealt), key=lambda given: sum(given.values()))
    per = {(demand.line, demand.sku_id): demand.per for demand in demands}
    return [
        Take(line, sku, location, count * units, per[line, sku])
        for line, recipe in recipes.items()
        for (owner, location), count in planned.items()
        if owner == line and count
        for sku, units in recipe.items()
    ]


def _whole(takes: Sequence[Take], recipes: Recipes) -> Given:
    """How many of each line a plan gives per location, in whole kits."""
    units: dict[tuple[int, int], dict[int, int]] = {}
    for take in takes:
        here = units.setdefault((take.line, take.location_id), {})
        here[take.sku_id] = here.get(take.sku_id, 0) + take.units
    return {
        (line, location): min(here.get(sku, 0) // per for sku, per in recipes[line].items())
        for (line, location), here in units.items()
    }


def _liked(takes: Sequence[Take], shelves: Mapping[int, Shelf]) -> list[int]:
    """Locations, those first that give most in the plan, then as the shelves have them."""
    gives: dict[int, int] = {}
    for take in takes:
        gives[take.location_id] = gives.get(take.location_id, 0) + take.units
    known = dict.fromkeys(location for shelf in shelves.values() for location, _ in shelf)
    return sorted(known, key=lambda location: -gives.get(location, 0))


def _deal(
    demands: Sequence[Demand], wanted: Mapping[int, int], recipes: Recipes, locations: Sequence[int], shelves: Mapping[int, Shelf]
) -> Given:
    left = {(sku, location): units for sku, shelf in shelves.items() for location, units in shelf}
    kits = {demand.line for demand in demands if demand.per}
    slack = {line: sum(_most(recipes[line], at, left) for at in locations) - wanted[line] for line in kits}
    given: Given = {}
    for line in sorted(recipes, key=lambda line: (line not in kits, slack.get(line, 0), line)):
        missing = wanted[line]
        for location in locations:
            count = min(missing, _most(recipes[line], location, left))
            if count > 0:
                given[line, location] = count
                missing -= count
                for sku, per in recipes[line].items():
                    left[sku, location] -= count * per
    return given


def _most(recipe: Mapping[int, int], location: int, left: Mapping[tuple[int, int], int]) -> int:
    return min(max(0, left.get((sku, location), 0)) // per for sku, per in recipe.items())
