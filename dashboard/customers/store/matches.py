"""People who are probably the same as this one: found by keys that join nothing by themselves.

A shared e-mail or phone alone, under names that have nothing in common, is a family or an office and no suggestion.
"""

from typing import NamedTuple

import sqlalchemy as sa

from dashboard.customers.model import Customer, CustomerDistinct, CustomerKey
from dashboard.customers.rules import SUGGESTED_BY, names_touch, words_of

MOST_SHARED = 20
"""A key that more records share says nothing about a person: an office, a parcel shop, an invented number."""


class Match(NamedTuple):
    """Another person, why they may be the same, and their version as it is now."""

    id: int
    name: str
    email: str
    phone: str
    version: int
    reasons: tuple[str, ...]


def suggestions(connection: sa.Connection, root_id: int, limit: int = 10) -> list[Match]:
    """At most `limit`, the one with most in common first; none that somebody has said is somebody else."""
    mine = sa.select(Customer.id).where(Customer.root_id == root_id)
    own = CustomerKey.__table__.alias("own")
    keys = connection.execute(
        sa.select(own.c.kind, own.c.value)
        .where(own.c.customer_id.in_(mine), own.c.kind.in_(list(SUGGESTED_BY)))
        .distinct()
        .limit(100)
    ).all()
    reasons: dict[int, set[str]] = {}
    for kind, value in keys:
        for other in _sharing(connection, kind, value):
            reasons.setdefault(other, set()).add(kind)
    reasons.pop(root_id, None)
    for other in _apart(connection, root_id):
        reasons.pop(other, None)
    table = Customer.__table__.c
    query = sa.select(table.id, table.name, table.email, table.phone, table.version).where(
        table.id.in_(list(reasons)), table.erased_at.is_(None)
    )
    ours = words_of(connection.execute(sa.select(table.name).where(table.id == root_id)).scalar_one())
    found = [
        Match(*row, tuple(words for kind, words in SUGGESTED_BY.items() if kind in reasons[row.id]))
        for row in connection.execute(query)
        if len(reasons[row.id]) > 1 or _may_be_one(ours, words_of(row.name))
    ]
    return sorted(found, key=lambda match: (-len(match.reasons), -match.id))[:limit]


def _may_be_one(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return not ours or not theirs or names_touch(ours, theirs)


def _sharing(connection: sa.Connection, kind: str, value: str) -> list[int]:
    """The people (top records) that have this key; nobody, when it is one that many share."""
    table = CustomerKey.__table__.c
    query = (
        sa.select(Customer.root_id)
        .join(CustomerKey, table.customer_id == Customer.id)
        .where(table.kind == kind, table.value == value)
        .limit(MOST_SHARED + 1)
    )
    found = list(connection.execute(query).scalars())
    return [] if len(found) > MOST_SHARED else sorted(set(found))


def _apart(connection: sa.Connection, root_id: int) -> set[int]:
    """People (top records) of whom somebody said that they are not this one, on whichever record it was said."""
    first, second = Customer.__table__.alias("first"), Customer.__table__.alias("second")
    table = CustomerDistinct.__table__.c
    query = (
        sa.select(first.c.root_id, second.c.root_id)
        .join_from(CustomerDistinct, first, first.c.id == table.first_id)
        .join(second, second.c.id == table.second_id)
        .where(sa.or_(first.c.root_id == root_id, second.c.root_id == root_id))
    )
    return {root for pair in connection.execute(query) for root in pair} - {root_id}
