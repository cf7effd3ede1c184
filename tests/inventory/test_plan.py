"""Which location gives which units: properties that hold for every shelf and every order."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import plan

demands = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), min_size=1, max_size=6).map(
    lambda pairs: [Demand(index, sku, f"S{sku}", units) for index, (sku, units) in enumerate(pairs)]
)
shelf = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 12)), max_size=4, unique_by=lambda place: place[0])
shelves = st.dictionaries(st.integers(1, 3), shelf, max_size=3)


def total(takes, **wanted):
    return sum(take.units for take in takes if all(getattr(take, name) == value for name, value in wanted.items()))


@settings(max_examples=300, deadline=None)
@given(demands, shelves)
def test_it_gives_all_there_is_and_never_more(wanted, there):
    takes = plan(wanted, there)
    for sku in {demand.sku_id for demand in wanted}:
        asked = sum(demand.units for demand in wanted if demand.sku_id == sku)
        assert total(takes, sku_id=sku) == min(asked, sum(units for _, units in there.get(sku, ())))
        for location, units in there.get(sku, ()):
            assert total(takes, sku_id=sku, location_id=location) <= units
    for demand in wanted:
        assert total(takes, line=demand.line) <= demand.units
    assert all(take.units > 0 for take in takes)
    assert len({(take.line, take.location_id) for take in takes}) == len(takes)


@settings(max_examples=300, deadline=None)
@given(demands, shelves)
def test_one_location_is_enough_when_one_has_everything(wanted, there):
    asked = {}
    for demand in wanted:
        asked[demand.sku_id] = asked.get(demand.sku_id, 0) + demand.units
    places = {location for rows in there.values() for location, _ in rows}
    able = [at for at in places if all(dict(there.get(sku, ())).get(at, 0) >= units for sku, units in asked.items())]
    takes = plan(wanted, there)
    if able:
        assert len({take.location_id for take in takes}) == 1
        assert {take.location_id for take in takes} <= set(able)


@settings(max_examples=100, deadline=None)
@given(demands, shelves, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_what_leaves_a_location(wanted, there, dice: random.Random):
    mixed = wanted[:]
    dice.shuffle(mixed)
    for sku in {demand.sku_id for demand in wanted}:
        assert total(plan(wanted, there), sku_id=sku) == total(plan(mixed, there), sku_id=sku)


def test_nothing_is_left_of_an_empty_shelf():
    assert plan([Demand(0, 1, "A", 3)], {}) == []
    assert plan([Demand(0, 1, "A", 3)], {1: [(7, 0)]}) == []


def test_the_better_location_wins_a_tie():
    assert plan([Demand(0, 1, "A", 3)], {1: [(7, 3), (2, 3)]}) == [Take(0, 1, 7, 3)]
    assert plan([Demand(0, 1, "A", 3)], {1: [(7, 2), (2, 2)]}) == [Take(0, 1, 7, 2), Take(0, 1, 2, 1)]


def test_the_one_that_has_everything_wins_over_the_better_one():
    there = {1: [(7, 9), (2, 5)], 2: [(2, 5)]}
    takes = plan([Demand(0, 1, "A", 2), Demand(1, 2, "B", 1)], there)
    assert takes == [Take(0, 1, 2, 2), Take(1, 2, 2, 1)]
