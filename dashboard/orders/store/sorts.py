"""How the order list can be sorted: segments that follow one another, each in the order of one column and the id."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashboard.orders.rules import READINESS
from dashboard.orders.store.conditions import Clause, Columns, clauses, in_phases

FLOW = (
    "disputed",
    "on_hold",
    "payment_due",
    "out_of_stock",
    "to_route",
    "to_pick",
    "to_pack",
    "to_ship",
    "delivery_problem",
    "in_transit",
    "return_open",
    "delivered",
    "completed",
    "cancelled",
)
"""Phases as work goes through them, what is stuck first."""


class Sort(NamedTuple):
    """column: what orders within a group. group, groups: the column and its values that come one after another; None is the rest.

    nullable: orders without a value come last. private: only for those who may see prices and people.
    """

    column: str
    group: str = ""
    groups: tuple[str | None, ...] = (None,)
    nullable: bool = False
    private: bool = False


class Segment(NamedTuple):
    """Part of a sorted list. clauses: what its orders have in common; is_empty: those without a value."""

    place: int
    column: str
    descending: bool
    clauses: tuple[Clause, ...]
    is_empty: bool


class Key(NamedTuple):
    """One order of a page: its id, its value (an instant in microseconds), its segment."""

    id: int
    value: Any
    place: int


class Cursor(NamedTuple):
    """Behind which order the next page begins: its segment, its value there (an instant in microseconds), its id."""

    place: int
    value: int | str | None
    id: int


SORTS: Mapping[str, Sort] = {
    "placed": Sort("placed_at"),
    "ship_by": Sort("ship_by", nullable=True),
    "total": Sort("total", private=True),
    "number": Sort("id"),
    "customer": Sort("customer_name", private=True),
    "items": Sort("unit_count"),
    "status": Sort("ship_by", "phase", FLOW, nullable=True),
    "readiness": Sort("ship_by", "readiness", (*READINESS, None), nullable=True),
}


def segments(sort: Sort, *, descending: bool) -> list[Segment]:
    """The segments in the order they are shown. Within a group the most urgent comes first, whichever way the groups go."""
    groups = sort.groups[::-1] if descending else sort.groups
    inner = descending and not sort.group
    found: list[Segment] = []
    for value in groups:
        common = _group(sort.group, value) if sort.group else ()
        for is_empty in (False, True) if sort.nullable else (False,):
            found.append(Segment(len(found), sort.column, inner, common, is_empty))
    return found


def _group(column: str, value: str | None) -> tuple[Clause, ...]:
    if value is None:
        return (Clause(lambda at: at(column).is_(None), frozenset({column})),)
    if column == "phase":
        return (in_phases((value,)),)
    return tuple(clauses("all", {column: value}, _NO_MOMENT))


_NO_MOMENT: Any = None
"""No group depends on the clock."""


def place_of(sort: Sort, value: Any, group: Any, *, descending: bool) -> int:
    """The segment of an order with this value in this group."""
    at = 0
    if sort.group:
        at = sort.groups.index(group if group in sort.groups else None) if None in sort.groups else sort.groups.index(group)
        at = len(sort.groups) - 1 - at if descending else at
    return at * 2 + (value is None) if sort.nullable else at


def null_rule(segment: Segment, sort: Sort, at: Columns) -> list[Any]:
    if segment.is_empty:
        return [at(segment.column).is_(None)]
    return [at(segment.column).is_not(None)] if sort.nullable else []
