"""Which locations send an order, by ranked rules: candidate plans are narrowed rule by rule, the same way when they are explained. Pure."""

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import Shelf, plan, to_lines, wanted_locations, wanted_units
from dashboard.routing import rules
from dashboard.routing.commands import Wish
from dashboard.routing.rules import Plan, Rule, RuleSet, Scales

MOST_COMBINATIONS = 3_000
"""Groups of locations looked at for the fewest parcels; with more locations than that allows, the filled plans must do."""

Units = Mapping[int, int]
Left = Mapping[tuple[int, int], int]


class Loss(NamedTuple):
    """Why a location does not send. rule: the kind that decided, "" before any rule; mine, best: the scores that were compared.

    short: [(SKU id, units it has, units wanted)] where it lacks something.
    """

    location: int
    rule: str
    mine: object
    best: object
    short: tuple[tuple[int, int, int], ...]


class Step(NamedTuple):
    """One rule's turn: how many plans it had and kept, and the locations that were still in."""

    rule: str
    before: int
    after: int
    locations: tuple[int, ...]


class Explained(NamedTuple):
    """A decision with its reasons. whole: the order may come from one location only; order: all locations, best first."""

    chosen: Plan | None
    steps: tuple[Step, ...]
    losses: tuple[Loss, ...]
    whole: bool
    order: tuple[int, ...]


def route(rule_set: RuleSet, demands: Sequence[Demand], shelves: Mapping[int, Shelf], wish: Wish) -> list[Take]:
    """The takes of the best plan, in line order; what they lack no location has (or may send)."""
    if rule_set is rules.DEFAULT and not wish.excluded:
        return plan(demands, shelves)
    wanted = wanted_units(demands)
    found = explain(rule_set, wanted, shelves, wish)
    if found.chosen is None:
        return []
    return to_lines(demands, found.order, dict(found.chosen.given))


def explain(rule_set: RuleSet, wanted: Units, shelves: Mapping[int, Shelf], wish: Wish) -> Explained:
    """Decide, and say why: each rule in rank order keeps its best plans; a location is out with its last plan."""
    order = wanted_locations(wanted, shelves)
    open_ = [at for at in order if at not in wish.excluded]
    left = {(sku, at): units for sku in wanted for at, units in shelves.get(sku, ()) if at not in wish.excluded}
    by = rules.scales(rule_set, order, wish)
    whole = rules.is_whole(rule_set, wish)
    plans = _one_place(wanted, open_, left, wish) if whole else _plans(rule_set, wanted, open_, left, by)
    steps, losses = [], _never_in(wanted, order, left, plans, rule_set, whole=whole)
    for rule in rule_set.active:
        plans, step, lost = _narrow(rule, plans, by)
        steps.append(step)
        losses += [Loss(at, rule.kind, mine, best, _short(wanted, at, left)) for at, mine, best in lost]
    last = sorted(plans, key=lambda one: [by.order[at] for at in one.locations])
    chosen = last[0] if last else None
    in_use = chosen.locations if chosen else ()
    known = {loss.location for loss in losses} | set(in_use)
    losses += [Loss(at, "order", by.order[at], None, _short(wanted, at, left)) for at in order if at not in known]
    return Explained(chosen, tuple(steps), tuple(loss for loss in losses if loss.location not in in_use), whole, tuple(order))


def _narrow(rule: Rule, plans: list[Plan], by: Scales) -> tuple[list[Plan], Step, list[tuple[int, object, object]]]:
    """The plans that a rule likes best, and the locations that went with the others: (id, its best score, the best score)."""
    if not plans:
        return plans, Step(rule.kind, 0, 0, ()), []
    scored = [(rules.plan_score(rule, one, by), one) for one in plans]
    best = min(score for score, _ in scored)
    kept = [one for score, one in scored if score == best]
    still = {at for one in kept for at in one.locations}
    lost: dict[int, object] = {}
    for score, one in sorted(scored, key=lambda pair: pair[0]):
        for at in one.locations:
            if at not in still:
                lost.setdefault(at, score)
    places = tuple(sorted(still, key=lambda at: by.order[at]))
    return kept, Step(rule.kind, len(plans), len(kept), places), [(at, score, best) for at, score in lost.items()]


def _one_place(wanted: Units, order: Sequence[int], left: Left, wish: Wish) -> list[Plan]:
    """The order must not be split: one location, one of those that give most; one that already sends, if any does."""
    allowed = [at for at in order if at in wish.sending] if wish.sending else list(order)
    plans = [_fill(wanted, [at], left) for at in allowed]
    plans = [one for one in plans if one.locations]
    least = min((one.missing for one in plans), default=0)
    return [one for one in plans if one.missing == least]


def _plans(rule_set: RuleSet, wanted: Units, order: Sequence[int], left: Left, by: Scales) -> list[Plan]:
    """The plans worth comparing; each gives all there is."""
    singles = [one for one in (_fill(wanted, [at], left) for at in order) if one.locations and not one.missing]
    active = rule_set.active
    if singles and active and active[0].kind in ("one_location_has_everything", "cheapest_split"):
        return singles
    keys = {at: tuple(rules.location_score(rule, at, by) for rule in active) + (by.order[at],) for at in order}
    ranked = sorted(order, key=lambda at: keys[at])
    found = [*singles, _most_first(wanted, order, left), _fill(wanted, ranked, left)]
    found += [_fill(wanted, [at, *(other for other in ranked if other != at)], left) for at in ranked]
    if rule_set.rule("cheapest_split") and not singles:
        found += _smallest_groups(wanted, ranked, left)
    unique = {tuple(sorted(one.given.items())): one for one in reversed(found) if one.locations}
    return list(reversed(list(unique.values())))


def _smallest_groups(wanted: Units, ranked: Sequence[int], left: Left) -> list[Plan]:
    """Every way to send with as few parcels as can be, for two and for three of them."""
    missing = _fill(wanted, ranked, left).missing
    for size in (2, 3):
        groups = itertools.islice(itertools.combinations(ranked, size), MOST_COMBINATIONS)
        found = [one for one in (_fill(wanted, group, left) for group in groups) if one.missing == missing]
        if found:
            return found
    return []


def _fill(wanted: Units, order: Sequence[int], left: Left) -> Plan:
    """Each location in turn gives all it can."""
    missing = dict(wanted)
    given: dict[tuple[int, int], int] = {}
    used = []
    for at in order:
        took = False
        for sku, units in missing.items():
            take = min(units, left.get((sku, at), 0))
            if take > 0:
                given[sku, at] = take
                missing[sku] -= take
                took = True
        if took:
            used.append(at)
    return Plan(given, tuple(used), sum(missing.values()))


def _most_first(wanted: Units, order: Sequence[int], left: Left) -> Plan:
    """The location that can give most gives all it can, then the next; ties go to the better location."""
    missing = dict(wanted)
    places, used = list(order), []
    while places and any(missing.values()):
        can = {at: sum(min(left.get((sku, at), 0), units) for sku, units in missing.items()) for at in places}
        best = max(places, key=lambda at: can[at])
        if not can[best]:
            break
        missing = {sku: max(0, units - left.get((sku, best), 0)) for sku, units in missing.items()}
        places.remove(best)
        used.append(best)
    return _fill(wanted, used, left)


def _never_in(
    wanted: Units, order: Sequence[int], left: Left, plans: Sequence[Plan], rule_set: RuleSet, *, whole: bool
) -> list[Loss]:
    """Locations that no plan asks: without stock, not allowed, or less able than those that have everything."""
    inside = {at for one in plans for at in one.locations}
    first = rule_set.active[0].kind if rule_set.active else "order"
    losses = []
    for at in order:
        if at in inside:
            continue
        empty = not any(left.get((sku, at), 0) for sku in wanted)
        rule = "" if empty else ("do_not_split_below" if whole else first)
        losses.append(Loss(at, rule, None, None, _short(wanted, at, left)))
    return losses


def _short(wanted: Units, location: int, left: Left) -> tuple[tuple[int, int, int], ...]:
    has = ((sku, left.get((sku, location), 0), units) for sku, units in wanted.items())
    return tuple(one for one in has if one[1] < one[2])
