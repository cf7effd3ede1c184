"""What other rules would have decided for orders of the past, each on the shelves it met. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dashboard.routing import engine, rules
from dashboard.routing.engine import Explained
from dashboard.routing.rules import RuleSet
from dashboard.routing.store import Decision


class Result(NamedTuple):
    """One rule set over the orders. parcels: in all; split: orders sent by several; missing: units nobody sends; km: of the parcels
    whose distance is known; orders_at: {location id: parcels}.
    """

    orders: int
    parcels: int
    split: int
    missing: int
    km: tuple[int, ...]
    orders_at: Counter[int]
    decided: tuple[Explained, ...]

    @property
    def parcels_per_order(self) -> float:
        return self.parcels / self.orders if self.orders else 0.0

    @property
    def split_share(self) -> float:
        return self.split / self.orders if self.orders else 0.0

    @property
    def km_per_parcel(self) -> float | None:
        return sum(self.km) / len(self.km) if self.km else None


def simulate(rule_set: RuleSet, decisions: Sequence[Decision], table: RuleSet) -> Result:
    """Decide again, oldest first; each day's orders count against the capacities as they would have come.

    Args: decisions: in the order they were made. table: the rule set whose distances measure both sides alike.
    """
    load: dict[tuple[object, int], int] = {}
    decided: list[Explained] = []
    places: Counter[int] = Counter()
    km: list[int] = []
    for one in decisions:
        day = one.at.date()
        today = {at: count for (when, at), count in load.items() if when == day}
        found = engine.explain(rule_set, one.facts.wanted, one.facts.shelves, one.facts.wish._replace(load=today))
        decided.append(found)
        distances = rules.distances_to(table, one.facts.wish.country, one.facts.wish.postal_code)
        for at in found.chosen.locations if found.chosen else ():
            places[at] += 1
            load[day, at] = load.get((day, at), 0) + 1
            if at in distances:
                km.append(distances[at])
    plans = [found.chosen for found in decided if found.chosen]
    return Result(
        len(decisions),
        sum(len(plan.locations) for plan in plans),
        sum(len(plan.locations) > 1 for plan in plans),
        sum(
            found.chosen.missing if found.chosen else sum(one.facts.wanted.values())
            for found, one in zip(decided, decisions, strict=True)
        ),
        tuple(km),
        places,
        tuple(decided),
    )


def changed(before: Result, after: Result) -> list[int]:
    """The places in the sequence where the two decide differently."""
    pairs = zip(before.decided, after.decided, strict=True)
    return [index for index, (one, other) in enumerate(pairs) if _given(one) != _given(other)]


def _given(found: Explained) -> dict[tuple[int, int], int]:
    return dict(found.chosen.given) if found.chosen else {}
