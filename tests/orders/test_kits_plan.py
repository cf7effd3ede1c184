"""Plans of parts become plans of whole kits: on made-up shelves nothing is given twice, half, or where it is not."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.inventory.commands import Demand
from dashboard.inventory.kits import whole_kits
from dashboard.inventory.rules import plan

SKUS, PLACES = range(1, 5), range(1, 4)
SHELVES = st.fixed_dictionaries({
    sku: st.lists(st.integers(0, 9), min_size=3, max_size=3).map(lambda units: list(zip(PLACES, units, strict=True)))
    for sku in SKUS
})
RECIPE = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1, max_size=3)
LINES = st.lists(st.one_of(st.tuples(st.integers(1, 6), RECIPE), st.tuples(st.integers(1, 6), st.sampled_from(SKUS))), max_size=5)


def demands_of(lines) -> list[Demand]:
    found = []
    for index, (quantity, what) in enumerate(lines):
        if isinstance(what, int):
            found.append(Demand(index, what, str(what), quantity))
        else:
            found += [Demand(index, sku, str(sku), quantity * per, per) for sku, per in what.items()]
    return found


def given_of(takes, demands) -> dict[tuple[int, int], set[int]]:
    """{(line, location): how many of it each of its SKUs would make}."""
    per = {(demand.line, demand.sku_id): demand.per or 1 for demand in demands}
    found: dict[tuple[int, int], set[int]] = {}
    for take in takes:
        count, rest = divmod(take.units, per[take.line, take.sku_id])
        assert not rest
        found.setdefault((take.line, take.location_id), set()).add(count)
    return found


@settings(max_examples=400, deadline=None)
@given(LINES, SHELVES)
def test_kits_are_whole_and_shelves_are_respected(lines, shelves):
    demands = demands_of(lines)
    takes = whole_kits(demands, plan(demands, shelves), shelves)
    taken = Counter()
    for take in takes:
        taken[take.sku_id, take.location_id] += take.units
    assert all(units <= dict(shelves[sku])[place] for (sku, place), units in taken.items())
    together = given_of(takes, demands)
    assert all(len(counts) == 1 for counts in together.values())
    recipes = [{what: 1} if isinstance(what, int) else what for _, what in lines]
    for line, (quantity, _) in enumerate(lines):
        here = [(place, takes_) for (owner, place), takes_ in together.items() if owner == line]
        assert sum(min(counts) for _, counts in here) <= quantity
        for place, _ in here:
            assert {take.sku_id for take in takes if (take.line, take.location_id) == (line, place)} == set(recipes[line])


@settings(max_examples=200, deadline=None)
@given(LINES.filter(lambda lines: all(isinstance(what, int) for _, what in lines)), SHELVES)
def test_without_kits_it_gives_as_much_as_the_plan(lines, shelves):
    demands = demands_of(lines)
    planned = plan(demands, shelves)
    assert sum(take.units for take in whole_kits(demands, planned, shelves)) == sum(take.units for take in planned)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 6), RECIPE, SHELVES)
def test_one_kind_of_kit_is_given_as_often_as_the_shelves_allow(quantity, recipe, shelves):
    demands = demands_of([(quantity, recipe)])
    takes = whole_kits(demands, plan(demands, shelves), shelves)
    most = sum(min(dict(shelves[sku])[place] // per for sku, per in recipe.items()) for place in PLACES)
    some, per = next(iter(recipe.items()))
    assert sum(take.units for take in takes if take.sku_id == some) // per == min(quantity, most)
