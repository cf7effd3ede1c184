"""How everything here is measured: beside its raw limit in the same run, alternating, the median of three."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """One measured figure. value and limit are in `unit`; ratio = value / limit; at_least and at_most bound the ratio where there
    is a limit, else the value. beside: another figure of the same run that the value is read against, and not judged by."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    limit_name: str = ""
    at_least: float | None = None
    at_most: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    beside: float | None = None
    beside_name: str = ""

    @property
    def judged(self) -> float:
        return self.value / self.limit if self.limit else self.value

    @property
    def holds(self) -> bool:
        return (self.at_least is None or self.judged >= self.at_least) and (self.at_most is None or self.judged <= self.at_most)


def alternate(*measures: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    """The median of each, run in turn so that a busy moment meets all of them."""
    found: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for place, measure in enumerate(measures):
            found[place].append(measure())
    return [statistics.median(values) for values in found]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
