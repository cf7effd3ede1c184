"""How orders that were one share what their payments promise: pure, minor units.

Orders that were split or merged are a family: each payment stays where it was made, and counts for whoever of the family needs it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Member(NamedTuple):
    """One order. need: what it costs, 0 for one that is cancelled; received: taken and not paid back as too much; free: promised and
    not taken; carried: what counts for it of the others' payments so far (below 0: the other way); given: paid back as goodwill."""

    id: int
    need: int
    received: int
    free: int
    carried: int
    given: int = 0

    @property
    def own(self) -> int:
        return self.received + self.free


class Flow(NamedTuple):
    """What of one order's payments counts for another. received: as much of it as has come in."""

    payer: int
    to: int
    amount: int
    received: int


def share(members: Iterable[Member]) -> list[Flow]:
    """Who pays for whom: each order keeps what counted for it, as far as it needs it; what is free then goes to those who need more.

    Money that has come in is used before promises, an order's own before another's. Orders come by id.
    """
    family = sorted(members)
    rest = _shares(family)
    received = _use({one.id: one.received for one in family}, rest)
    promised = _use({one.id: one.free for one in family}, rest)
    pairs = sorted(received.keys() | promised.keys())
    return [
        Flow(payer, to, received.get((payer, to), 0) + promised.get((payer, to), 0), received.get((payer, to), 0))
        for payer, to in pairs
        if payer != to
    ]


def _shares(family: Sequence[Member]) -> dict[int, int]:
    """{order id: what counts for it}: at most what it needs, in all at most what there is."""
    found = {one.id: min(one.need, max(0, one.own + one.carried)) for one in family}
    left = sum(one.own for one in family) - sum(found.values())
    for one in reversed(family):  # a promise that is void counts for nobody: the newest order loses it first
        lost = min(max(0, -left), max(0, found[one.id] - one.own))
        found[one.id] -= lost
        left += lost
    left -= sum(one.given for one in family)
    for one in family:
        more = min(max(0, left), one.need - found[one.id])
        found[one.id] += more
        left -= more
    return found


def _use(there: dict[int, int], rest: dict[int, int]) -> dict[tuple[int, int], int]:
    """{(payer, order): amount}: each for itself first, then for the others. Lowers `rest`."""
    found = {}
    for payer, to in [*((one, one) for one in there), *((payer, to) for payer in there for to in rest if payer != to)]:
        amount = min(there[payer], rest[to])
        if amount > 0:
            found[payer, to] = amount
            there[payer] -= amount
            rest[to] -= amount
    return found
