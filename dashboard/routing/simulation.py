"""What other rules would have decided for orders of the past, each on the shelves it met. Pure."""

from collections import Counter
from typing import Any

from dashboard.routing import engine, rules
from dashboard.routing.engine import Explained
from dashboard.routing.rules import RuleSet
from dashboard.routing.store import Decision


class Trial:
    """One rule set over orders of the past, oldest first; each day's orders count against the capacities as they would have come.

    Args: table: the rule set whose distances measure all sides alike.
    """

    def __init__(self, rule_set: RuleSet, table: RuleSet):
        self._rule_set, self._table = rule_set, table
        self._day: object = None
        self._today: Counter[int] = Counter()
        self.orders = self.parcels = self.split = self.missing = self.km = self.measured = 0
        self.orders_at: Counter[int] = Counter()

    def decide(self, one: Decision) -> Explained:
        """Decide again, and count what it means."""
        if one.at.date() != self._day:
            self._day, self._today = one.at.date(), Counter()
        wish = one.facts.wish._replace(load=dict(self._today))
        found = engine.explain(self._rule_set, one.facts.wanted, one.facts.shelves, wish)
        self._count(one, found)
        return found

    def _count(self, one: Decision, found: Explained) -> None:
        plan, wish = found.chosen, one.facts.wish
        places = plan.locations if plan else ()
        distances = rules.distances_to(self._table, wish.country, wish.postal_code)
        known = [distances[at] for at in places if at in distances]
        self.orders += 1
        self.parcels += len(places)
        self.split += len(places) > 1
        self.missing += plan.missing if plan else sum(one.facts.wanted.values())
        self.km += sum(known)
        self.measured += len(known)
        self.orders_at.update(places)
        self._today.update(places)

    def summed(self) -> dict[str, Any]:
        """As plain values: orders, parcels, split, missing (units nobody sends), km of the measured parcels, orders_at {id: parcels}."""
        names = ("orders", "parcels", "split", "missing", "km", "measured")
        return {**{name: getattr(self, name) for name in names}, "orders_at": {str(at): count for at, count in self.orders_at.items()}}


def is_changed(before: Explained, after: Explained) -> bool:
    """Whether the two send the order differently."""
    return _given(before) != _given(after)


def _given(found: Explained) -> dict[tuple[int, int], int]:
    return dict(found.chosen.given) if found.chosen else {}
