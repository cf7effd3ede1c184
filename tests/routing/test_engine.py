"""Routing by ranked rules: what holds for every shelf, every order and every rule set; and what each rule does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.inventory.commands import Demand
from dashboard.inventory.rules import plan, wanted_units
from dashboard.routing import engine, rules
from dashboard.routing.commands import Wish
from dashboard.routing.rules import DEFAULT, KINDS, Rule, RuleSet

NORTH, SOUTH, EAST = 1, 2, 3

demands = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), min_size=1, max_size=5).map(
    lambda pairs: [Demand(index, sku, f"S{sku}", units) for index, (sku, units) in enumerate(pairs)]
)
shelf = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 12)), max_size=5, unique_by=lambda place: place[0])
shelves = st.dictionaries(st.integers(1, 3), shelf, max_size=3)
numbers = st.dictionaries(st.integers(1, 5), st.integers(0, 20), max_size=5)
rule_sets = st.builds(
    lambda kinds, on, locations, capacity, cost, km: RuleSet(
        tuple(Rule(kind, state, 0, tuple(locations)) for kind, state in zip(kinds, on, strict=True)),
        capacity, cost, {("GB", ""): km, ("GB", "YO"): dict(list(km.items())[:1])},
    ),
    st.permutations(list(KINDS)), st.lists(st.booleans(), min_size=len(KINDS), max_size=len(KINDS)),
    st.lists(st.integers(1, 5), unique=True, max_size=5), numbers, numbers, numbers,
)  # fmt: skip
wishes = st.builds(lambda load, code: Wish("GB", code, load=load), numbers, st.sampled_from(["", "YO1 7HH", "SW1"]))


def total(takes, **wanted):
    return sum(take.units for take in takes if all(getattr(take, name) == value for name, value in wanted.items()))


def on(*kinds, below_e4=0, locations=(), **tables):
    return RuleSet(tuple(Rule(kind, True, below_e4, tuple(locations)) for kind in kinds), **tables)


def places(rule_set, wanted, there, wish=Wish()):  # noqa: B008
    return [take.location_id for take in engine.route(rule_set, wanted, there, wish)]


@settings(max_examples=400, deadline=None)
@given(demands, shelves)
def test_the_first_rule_set_decides_as_the_plain_plan(wanted, there):
    found = engine.explain(DEFAULT, wanted_units(wanted), there, Wish())
    given_ = dict(found.chosen.given) if found.chosen else {}
    assert engine.to_lines(wanted, found.order, given_) == plan(wanted, there) == engine.route(DEFAULT, wanted, there, Wish())


@settings(max_examples=300, deadline=None)
@given(rule_sets, demands, shelves, wishes)
def test_any_rules_give_all_there_is_and_never_more(rule_set, wanted, there, wish):
    takes = engine.route(rule_set, wanted, there, wish)
    for sku, asked in wanted_units(wanted).items():
        assert total(takes, sku_id=sku) == min(asked, sum(units for _, units in there.get(sku, ())))
        for location, units in there.get(sku, ()):
            assert total(takes, sku_id=sku, location_id=location) <= units
    assert takes == engine.route(rule_set, wanted, there, wish)


@settings(max_examples=200, deadline=None)
@given(rule_sets, demands, shelves, wishes)
def test_every_location_is_chosen_or_has_lost_for_one_reason(rule_set, wanted, there, wish):
    found = engine.explain(rule_set, wanted_units(wanted), there, wish)
    chosen = found.chosen.locations if found.chosen else ()
    assert sorted([*chosen, *(loss.location for loss in found.losses)]) == sorted(found.order)


@settings(max_examples=200, deadline=None)
@given(demands, shelves, st.lists(st.integers(1, 5), unique=True, max_size=3))
def test_a_small_order_is_never_split_and_an_excluded_location_never_asked(wanted, there, excluded):
    wish = Wish(value_e4=10, excluded=dict.fromkeys(excluded, "rejected"))
    takes = engine.route(on("do_not_split_below", "most_units_first", below_e4=11), wanted, there, wish)
    assert len({take.location_id for take in takes}) <= 1
    assert not {take.location_id for take in takes} & set(excluded)


def test_a_limit_does_not_refuse_an_order_that_must_be_whole():
    there = {7: [(NORTH, 1), (SOUTH, 1)]}
    rule_set = on("do_not_split_below", below_e4=11)
    assert places(rule_set, [Demand(0, 7, "A", 2)], there, Wish(value_e4=10)) == [NORTH]
    assert places(rule_set, [Demand(0, 7, "A", 2)], there, Wish(value_e4=10, all_or_nothing=True)) == [NORTH, SOUTH]
    assert places(rule_set, [Demand(0, 7, "A", 2)], there, Wish(value_e4=11)) == [NORTH, SOUTH]


def test_what_is_sent_already_keeps_the_rest_of_a_small_order():
    there = {7: [(NORTH, 1), (SOUTH, 1)]}
    assert places(on("do_not_split_below", below_e4=11), [Demand(0, 7, "A", 1)], there, Wish(sending=(SOUTH,))) == [SOUTH]


def test_the_nearest_wins_by_the_longest_prefix_and_the_unknown_comes_last():
    there = {7: [(EAST, 5), (NORTH, 5), (SOUTH, 5)]}
    table = {("GB", ""): {SOUTH: 42, NORTH: 310}, ("GB", "YO"): {NORTH: 5}}
    rule_set = on("one_location_has_everything", "nearest", distances=table)
    wanted = [Demand(0, 7, "A", 2)]
    assert places(rule_set, wanted, there, Wish("GB", "sw1a 1aa")) == [SOUTH]
    assert places(rule_set, wanted, there, Wish("gb", "yo1-7hh")) == [NORTH]
    assert places(rule_set, wanted, there, Wish("FR", "75001")) == [EAST]
    found = engine.explain(rule_set, {7: 2}, there, Wish("GB", "SW1"))
    assert [(loss.location, loss.rule, loss.mine, loss.best) for loss in found.losses] == [
        (NORTH, "nearest", [310], [42]),
        (EAST, "nearest", [rules.FAR], [42]),
    ]


def test_rank_decides_between_one_parcel_and_the_near_one():
    there = {7: [(NORTH, 1), (SOUTH, 2)]}
    table = {("GB", ""): {NORTH: 5, SOUTH: 300}}
    wanted = [Demand(0, 7, "A", 2)]
    assert places(on("one_location_has_everything", "nearest", distances=table), wanted, there, Wish("GB")) == [SOUTH]
    assert places(on("nearest", "one_location_has_everything", distances=table), wanted, there, Wish("GB")) == [NORTH, SOUTH]


def test_a_full_location_is_used_last_but_used():
    there = {7: [(NORTH, 3), (SOUTH, 2)]}
    rule_set = on("capacity_left_today", "one_location_has_everything", capacity={NORTH: 40})
    assert places(rule_set, [Demand(0, 7, "A", 2)], there, Wish(load={NORTH: 39})) == [NORTH]
    assert places(rule_set, [Demand(0, 7, "A", 2)], there, Wish(load={NORTH: 40})) == [SOUTH]
    assert places(rule_set, [Demand(0, 7, "A", 3)], there, Wish(load={NORTH: 40})) == [NORTH, SOUTH]


def test_the_cheapest_split_finds_the_fewest_parcels_and_then_the_cheapest():
    wanted = [Demand(0, 7, "A", 2), Demand(1, 8, "B", 2)]
    there = {7: [(4, 1), (NORTH, 2), (5, 2)], 8: [(4, 1), (SOUTH, 2), (EAST, 2)]}
    cost = {NORTH: 500, SOUTH: 400, EAST: 300, 4: 1, 5: 450}
    assert sorted(places(on("cheapest_split", parcel_cost=cost), wanted, there)) == [EAST, 5]


def test_a_listed_location_comes_before_the_others():
    there = {7: [(NORTH, 5), (SOUTH, 5)]}
    assert places(on("location_priority", locations=[SOUTH]), [Demand(0, 7, "A", 2)], there) == [SOUTH]
    assert places(on("location_priority"), [Demand(0, 7, "A", 2)], there) == [NORTH]


def test_who_lacks_something_is_named_with_what_it_has():
    there = {7: [(NORTH, 2), (SOUTH, 3), (EAST, 0)]}
    found = engine.explain(DEFAULT, {7: 3}, there, Wish())
    assert found.chosen.locations == (SOUTH,)
    assert [(loss.location, loss.rule, loss.short) for loss in found.losses] == [
        (NORTH, "one_location_has_everything", ((7, 2, 3),)),
        (EAST, "", ((7, 0, 3),)),
    ]


def test_a_rule_set_survives_being_stored():
    tables = {"capacity": {1: 40}, "parcel_cost": {2: 395}, "distances": {("GB", "YO"): {1: 5}}}
    rule_set = on("nearest", "location_priority", locations=[2, 1], **tables)
    assert rules.rule_set_of(rules.document_of(rule_set)) == rule_set
    assert rules.rule_set_of(rules.document_of(DEFAULT)) == DEFAULT
