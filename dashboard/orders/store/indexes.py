"""What each index of orders holds, and which of them lists the orders of a query in the wanted order."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboard.orders.model import Order
from dashboard.orders.store.conditions import LEFT, OPEN, Clause, in_phases

HELD: dict[str, frozenset[str]] = {
    index.name.removeprefix("ix_orders_"): frozenset(column.name for column in index.columns)
    for index in Order.__table__.indexes  # type: ignore[attr-defined]
    if index.name
}
"""Short name of an index -> the columns that can be read from it without the row itself."""
SORTED_BY = {"placed_at": "placed_at", "ship_by": "ship_by", "total": "total", "unit_count": "unit_count"}


class Walk(NamedTuple):
    """An index read from one end. within: what its rows have in common; holds: the columns in it."""

    within: tuple[Clause, ...]
    holds: frozenset[str]


def walk_by(column: str, clauses: Sequence[Clause]) -> Walk:
    """The narrowest index that lists the rows of these clauses by this column, rather one that holds all they look at."""
    reads = frozenset().union(*(clause.reads for clause in clauses))
    walks = _walks(column, clauses)
    return next((walk for walk in walks if reads <= walk.holds), walks[0])


def _walks(column: str, clauses: Sequence[Clause]) -> list[Walk]:
    if column == "id":
        return [Walk((), frozenset(column.name for column in Order.__table__.columns))]
    found = []
    if column == "ship_by":
        there = [clause for clause in clauses if clause.reads == {"location_id"}]
        found += [Walk((*there, clause), HELD["left"]) for clause in clauses if there and clause.phases == LEFT]
        found += [Walk((in_phases(clause.phases),), HELD["phase"]) for clause in clauses if len(clause.phases) == 1]
        found += [Walk((OPEN,), HELD["open"])] if any(clause.is_open for clause in clauses) else []
    if column == "placed_at":
        found += [Walk((clause,), HELD["channel"]) for clause in clauses if clause.equal and clause.equal[0] == "channel"]
    return [*found, Walk((), HELD[SORTED_BY[column]])]
