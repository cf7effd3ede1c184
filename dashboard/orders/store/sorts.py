"""How the order list can be sorted: segments that follow one another, each in the order of one column and the id."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.orders.rules import READINESS, WORK_PHASE
from dashboard.orders.store.conditions import AFTER_WORK, LEFT, Clause, Columns, in_phases, literal

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
STAGES = {phase: tuple(work for work, of in WORK_PHASE.items() if work and of == phase) for phase in ("to_pick", "to_pack", "to_ship")}
STEPS = tuple((phase, work) for phase in FLOW for work in STAGES.get(phase, (None,)))
"""(phase, work) of each word of the status column, which is also each next step, in the order of FLOW."""
HERE = tuple(phase for phase in FLOW if phase not in AFTER_WORK)


class Sort(NamedTuple):
    """column: what orders within a group. group, groups: the columns and their values that come one after another; None is the rest.

    nullable: orders without a value come last. private: only for those who may see prices and people.
    """

    column: str
    group: tuple[str, ...] = ()
    groups: tuple[Any, ...] = (None,)
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
    "status": Sort("ship_by", ("phase", "work"), STEPS, nullable=True),
    "next": Sort("ship_by", ("phase", "work"), STEPS, nullable=True),
    "readiness": Sort("ship_by", ("readiness",), (*READINESS, None), nullable=True),
    "location": Sort("ship_by", ("location_id", "phase"), nullable=True),
}
"""A sort by location is given its groups by `located`."""


def located(sort: Sort, ids: Sequence[int], *, descending: bool) -> Sort:
    """The sort by location over these locations in this order, of each what has left after what is there; what is nowhere comes last."""
    shown = [(id_, left) for id_ in (*(ids[::-1] if descending else ids), None) for left in (False, True)]
    return sort._replace(groups=tuple(shown[::-1] if descending else shown))


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


def _group(columns: tuple[str, ...], value: Any) -> tuple[Clause, ...]:
    if columns[0] == "phase":
        return (_step(*value),)
    if columns[0] == "location_id":
        place, left = value
        return _same("location_id", place), in_phases(LEFT if left else HERE)._replace(index="")
    return (_same(columns[0], value)._replace(is_open=value is not None),)  # only an open order has a readiness


def _same(column: str, value: Any) -> Clause:
    return Clause(lambda at: at(column).is_(None) if value is None else at(column) == value, frozenset({column}))


def _step(phase: str, work: str | None) -> Clause:
    """Of a phase with stages the first one is also for orders whose work is none of them."""
    within, stages = in_phases((phase,)), STAGES.get(phase, ())
    if len(stages) < 2 or work is None:
        return within
    others = [literal(stage) for stage in stages if stage != work]

    def test(at: Columns) -> Any:
        if work == stages[0]:
            return sa.and_(within.test(at), sa.or_(at("work").is_(None), at("work").not_in(others)))
        return sa.and_(within.test(at), at("work") == literal(work))

    return within._replace(test=test, reads=within.reads | {"work"})


def step_of(phase: str, work: str | None) -> tuple[str, str | None]:
    """Where among STEPS an order is."""
    stages = STAGES.get(phase, (None,))
    return phase, work if work in stages else stages[0]


def place_of(sort: Sort, value: Any, group: Any, *, descending: bool) -> int:
    """The segment of an order with this value. group: its values of the columns that make the groups."""
    at = 0
    if sort.group:
        at = sort.groups.index(_value_of(sort, group))
        at = len(sort.groups) - 1 - at if descending else at
    return at * 2 + (value is None) if sort.nullable else at


def _value_of(sort: Sort, group: Sequence[Any]) -> Any:
    """Which of the sort's groups an order with these values is in."""
    if sort.group[0] == "phase":
        return step_of(*group)
    if sort.group[0] == "location_id":
        left = group[1] in LEFT
        return (group[0], left) if (group[0], left) in sort.groups else (None, left)
    return group[0] if group[0] in sort.groups else None


def null_rule(segment: Segment, sort: Sort, at: Columns) -> list[Any]:
    if segment.is_empty:
        return [at(segment.column).is_(None)]
    return [at(segment.column).is_not(None)] if sort.nullable else []
