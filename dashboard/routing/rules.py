"""Routing rules as data: what a rule set says, what an order brings along, and how each rule scores a plan. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.routing.commands import Wish

KINDS = {
    "do_not_split_below": "Do not split a small order",
    "one_location_has_everything": "One location that has everything",
    "most_units_first": "Most units from one place first",
    "capacity_left_today": "Capacity left today",
    "nearest": "Nearest first",
    "cheapest_split": "Fewest parcels, then cheapest",
    "location_priority": "Priority of locations",
}
MEANINGS = {
    "do_not_split_below": "An order below this value is sent by one location; what that location lacks is backordered. A limit: it holds "
    "wherever it stands. An order that would be refused for it is split all the same.",
    "one_location_has_everything": "Prefer a single location that has every unit of the order.",
    "most_units_first": "When an order is split, the location that can give most units gives all it can, then the next.",
    "capacity_left_today": "Prefer locations that have not yet been given their orders of today. "
    "When all are full, the order leaves as many working days later as its location is behind.",
    "nearest": "Prefer the location with the smallest distance to the customer in the table below.",
    "cheapest_split": "Prefer the plan with the fewest parcels, then the lowest sum of costs per parcel.",
    "location_priority": "Prefer the locations listed here, best first; then the others by their own priority.",
}
DEFAULT_ON = ("one_location_has_everything", "most_units_first")
MOST_DISTANCES = 5_000
LONGEST_PREFIX = 5
FAR = 10**9
"""Kilometres of a location for which the table has none: it comes last."""


class Rule(NamedTuple):
    """One rule. below_e4: order value in 1/10,000 of its currency; locations: ids, best first."""

    kind: str
    on: bool = True
    below_e4: int = 0
    locations: tuple[int, ...] = ()


class RuleSet(NamedTuple):
    """Ranked rules and the tables they read.

    capacity: orders per day of a location (missing: no limit). parcel_cost: minor units of one parcel from a location.
    distances: {(country, postal-code prefix): {location id: km}}; the longest prefix counts.
    """

    rules: tuple[Rule, ...]
    capacity: Mapping[int, int] = {}
    parcel_cost: Mapping[int, int] = {}
    distances: Mapping[tuple[str, str], Mapping[int, int]] = {}

    @property
    def active(self) -> tuple[Rule, ...]:
        """The rules that are on and rank plans; the limit is not one of them."""
        return tuple(rule for rule in self.rules if rule.on and rule.kind != "do_not_split_below")

    def days_behind(self, location: int, load: Mapping[int, int]) -> int:
        """Days of work that it was given today already; what comes now leaves so much later. load: orders of today by location."""
        most = self.capacity.get(location)
        return 0 if most is None else load.get(location, 0) // max(1, most)

    def rule(self, kind: str) -> Rule | None:
        """The rule of this kind if it is on."""
        return next((rule for rule in self.rules if rule.kind == kind and rule.on), None)


DEFAULT = RuleSet(
    tuple(Rule(kind, kind in DEFAULT_ON) for kind in (*DEFAULT_ON, *(kind for kind in KINDS if kind not in DEFAULT_ON)))
)
"""What an installation starts with: one location if any can, else the fewest that can give the most."""


class Plan(NamedTuple):
    """Who gives what: {(SKU id, location id): units}; locations in the order in which they were asked."""

    given: Mapping[tuple[int, int], int]
    locations: tuple[int, ...]
    missing: int = 0

    def units(self, location: int) -> int:
        return sum(units for (_, at), units in self.given.items() if at == location)


def rule_set_of(document: Mapping[str, Any]) -> RuleSet:
    """A stored document as a rule set."""
    distances: dict[tuple[str, str], dict[int, int]] = {}
    for country, prefix, location, km in document["distances"]:
        distances.setdefault((country, prefix), {})[location] = km
    rules = tuple(Rule(r["kind"], r["on"], r.get("below_e4", 0), tuple(r.get("locations", ()))) for r in document["rules"])
    return RuleSet(
        rules,
        {int(at): facts["capacity"] for at, facts in document["places"].items() if facts.get("capacity") is not None},
        {int(at): facts["parcel_cost"] for at, facts in document["places"].items() if facts.get("parcel_cost")},
        distances,
    )


def document_of(rule_set: RuleSet) -> dict[str, Any]:
    """The rule set as it is stored; rule_set_of reads it back."""
    return {
        "rules": [
            {"kind": rule.kind, "on": rule.on, "below_e4": rule.below_e4, "locations": list(rule.locations)}
            for rule in rule_set.rules
        ],
        "places": {
            str(at): {"capacity": rule_set.capacity.get(at), "parcel_cost": rule_set.parcel_cost.get(at, 0)}
            for at in sorted({*rule_set.capacity, *rule_set.parcel_cost})
        },
        "distances": [
            [country, prefix, at, km]
            for (country, prefix), row in sorted(rule_set.distances.items())
            for at, km in sorted(row.items())
        ],
    }


def distances_to(rule_set: RuleSet, country: str, postal_code: str) -> dict[int, int]:
    """Kilometres per location to this place: per location the row with the longest prefix that fits."""
    code = folded_code(postal_code)
    found: dict[int, int] = {}
    for length in range(min(len(code), LONGEST_PREFIX), -1, -1):
        for at, km in rule_set.distances.get((country.upper(), code[:length]), {}).items():
            found.setdefault(at, km)
    return found


def folded_code(postal_code: str) -> str:
    """A postal code for comparing: capitals, no spaces or dashes."""
    return postal_code.upper().replace(" ", "").replace("-", "")


def is_whole(rule_set: RuleSet, wish: Wish) -> bool:
    """Whether only one location may send this order."""
    limit = rule_set.rule("do_not_split_below")
    return limit is not None and wish.value_e4 < limit.below_e4 and not wish.all_or_nothing


class Scales(NamedTuple):
    """What the rules of one decision measure with, worked out once. order: location ids, best first by their own priority."""

    rule_set: RuleSet
    order: Mapping[int, int]
    km: Mapping[int, int]
    load: Mapping[int, int]

    def is_full(self, location: int) -> bool:
        most = self.rule_set.capacity.get(location)
        return most is not None and self.load.get(location, 0) >= most


def scales(rule_set: RuleSet, order: Sequence[int], wish: Wish) -> Scales:
    km = distances_to(rule_set, wish.country, wish.postal_code) if rule_set.rule("nearest") else {}
    return Scales(rule_set, {at: rank for rank, at in enumerate(order)}, km, wish.load)


def location_score(rule: Rule, location: int, by: Scales) -> Any:
    """What a rule thinks of one location, lower is better; 0 for a rule that judges only whole plans."""
    if rule.kind == "nearest":
        return by.km.get(location, FAR)
    if rule.kind == "capacity_left_today":
        return int(by.is_full(location))
    if rule.kind == "location_priority":
        ranks = rule.locations
        return ranks.index(location) if location in ranks else len(ranks) + by.order[location]
    if rule.kind == "cheapest_split":
        return by.rule_set.parcel_cost.get(location, 0)
    return 0


def plan_score(rule: Rule, plan: Plan, by: Scales) -> Any:
    """What a rule thinks of a plan, lower is better; comparable with the scores of the same rule only."""
    if rule.kind == "one_location_has_everything":
        return int(len(plan.locations) > 1 or plan.missing > 0)
    if rule.kind == "most_units_first":
        return [(-plan.units(at), by.order[at]) for at in plan.locations]
    if rule.kind == "cheapest_split":
        return (len(plan.locations), sum(location_score(rule, at, by) for at in plan.locations))
    return sorted(location_score(rule, at, by) for at in plan.locations)
