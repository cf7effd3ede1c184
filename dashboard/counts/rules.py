"""How a count moves on, what is due for counting, and when a difference needs a second person. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dashboard.counts.commands import Due, Stocked
from dashboard.kernel.states import StateTable

COUNT = StateTable("count", ["open"], {
    "open": ("counting", "review", "cancelled"),
    "counting": ("review", "approved", "cancelled"),
    "review": ("counting", "approved", "cancelled"),
    "approved": (), "cancelled": (),
})  # fmt: skip
LINE = StateTable("line", ["to_count"], {
    "to_count": ("counted", "rejected"),
    "counted": ("to_count", "recount", "approved", "rejected"),
    "recount": (), "approved": (), "rejected": (),
})  # fmt: skip
SOURCES = ("schedule", "manual")
UNDECIDED = ("to_count", "counted")

EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
VALUE_DAYS = 90
"""Over how many days the shipped value decides a SKU's class."""
SHARES = (("A", 80), ("B", 95), ("C", 100))
"""A: the first 80 % of the shipped value; B: what follows up to 95 %; C: the rest."""


class Policy(NamedTuple):
    """The rule of one class. interval_days: between two counts; a figure may differ by the larger of the two tolerances."""

    interval_days: int
    tolerance_units: int = 2
    tolerance_percent: int = 2


POLICIES = {"A": Policy(30), "B": Policy(90), "C": Policy(180)}
"""Until somebody sets others."""
MOST_LINES = 200
"""Lines of one count: what a few people can do in a shift."""


def number_of(count_id: int) -> str:
    return f"C{count_id:05d}"


def number_of_cause(cause: str | None) -> str:
    """The number of the count that caused a movement: 'count:7' -> 'C00007'; nothing for another cause."""
    kind, _, count_id = (cause or "").partition(":")
    return number_of(int(count_id)) if kind == "count" and count_id.isdecimal() else ""


def classes(value_by_sku: Mapping[int, int]) -> dict[int, str]:
    """The ABC class of each SKU id by its share of the shipped value (any unit); a SKU without value is C.

    A SKU belongs to the class in which its share begins: the one that crosses 80 % is still A.
    """
    total, before = sum(value_by_sku.values()), 0
    found = {}
    for sku_id, value in sorted(value_by_sku.items(), key=lambda item: (-item[1], item[0])):
        share = 100 * before
        found[sku_id] = next((name for name, upto in SHARES if share < upto * total), "C") if value > 0 else "C"
        before += value
    return found


def due_at(last_counted: dt.datetime | None, policy: Policy) -> dt.datetime:
    """From when on a shelf is to be counted; what never was, since ever."""
    return EVER if last_counted is None else last_counted + dt.timedelta(days=policy.interval_days)


def due(
    shelves: Iterable[Stocked], class_of: Mapping[int, str], now: dt.datetime, policies: Mapping[str, Policy] = POLICIES
) -> list[Due]:
    """What should be counted now: never counted, or longer ago than its class allows. A before B before C, the longest wait first."""
    found = []
    for shelf in shelves:
        class_ = class_of.get(shelf.sku_id, "C")
        since = due_at(shelf.last_counted, policies[class_])
        if since <= now:
            found.append((class_, since, shelf.sku_id, late(shelf, class_, since, now)))
    return [one for *_, one in sorted(found)]


def late(shelf: Stocked, class_: str, since: dt.datetime, now: dt.datetime) -> Due:
    """The shelf as due since that moment."""
    days = None if shelf.last_counted is None else (now - since).days
    return Due(shelf.sku_id, shelf.code, shelf.name, class_, shelf.last_counted, days)


def allowed(expected: int, policy: Policy = POLICIES["C"]) -> int:
    """Units by which a counted figure may differ without a second person: the larger of the two tolerances."""
    return max(policy.tolerance_units, expected * policy.tolerance_percent // 100)


def within_tolerance(expected: int, counted: int, policy: Policy = POLICIES["C"]) -> bool:
    return abs(counted - expected) <= allowed(expected, policy)


def needs_recount(expected: int, counted: int, round_: int, policy: Policy = POLICIES["C"]) -> bool:
    """Whether the figure must be counted again by another person: a first figure above the tolerance."""
    return round_ == 1 and not within_tolerance(expected, counted, policy)


def accuracy(exact: int, lines: int) -> float | None:
    """Inventory accuracy in percent: lines without variance of all counted lines; None when nothing was counted."""
    return round(100 * exact / lines, 1) if lines else None


def status_after(status: str, states: Iterable[str]) -> str:
    """What a count becomes once its lines stand so: counting while one is to be counted, review while one is undecided."""
    found = set(states)
    if "to_count" in found:
        return status if found == {"to_count"} and status == "open" else "counting"
    if "counted" in found:
        return "review"
    return "approved" if "approved" in found else "cancelled"
