"""Which orders are meant: every one of a list's query, in one snapshot, oldest first."""

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from dashboard.bulk.rules import MOST_ORDERS
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.orders import list_forms, store, words
from dashboard.orders.sight import sight_of
from dashboard.orders.store import ListQuery

AT_ONCE = 2_000
LONGEST = 2_000
"""Characters of a list's URL."""


def orders_of_list(connection: sa.Connection, query: str, actor: Actor, now: dt.datetime) -> list[int]:
    """Ids of every order of a list's URL, as this person sees it.

    Raises: Invalid, for a filter that cannot be read (it would mean more orders than were seen), none, or too many.
    """
    found = orders_of(connection, _read(connection, query, actor, now), now)
    if not found:
        raise Invalid("No order matches this list any more.", fields={"query": "no order"})
    return found


def count_of_list(connection: sa.Connection, query: str, actor: Actor, now: dt.datetime) -> int:
    """How many orders a list's URL means to this person, exactly.

    Raises: Invalid, for a filter that cannot be read, or more than a bulk action takes.
    """
    return len(orders_of(connection, _read(connection, query, actor, now), now))


def _read(connection: sa.Connection, query: str, actor: Actor, now: dt.datetime) -> ListQuery:
    """Raises: Invalid, for a filter that cannot be read (it would mean more orders than were seen)."""
    sight, zone = sight_of(actor), words.zone_of(store.locations(connection))
    form = list_forms.read_list(dict(parse_qsl(query[:LONGEST])), now, zone, prices=sight.full, me=list_forms.me_of(actor))
    if form.errors:
        raise Invalid(" ".join(form.errors.values()), fields={"query": "cannot be read"})
    return form.query(1, people=sight.full)


def orders_of(connection: sa.Connection, query: ListQuery, now: dt.datetime) -> list[int]:
    """Ids of all orders of the query.

    Raises: Invalid, for more than a bulk action takes.
    """
    asked = replace(query, sort="number", descending=False, after=None, limit=AT_ONCE)
    counts = store.counts(connection, now)
    found: dict[int, None] = {}
    if query.text:  # the order of that very number comes first on the list, whatever the search index makes of it
        found |= dict.fromkeys(row.id for row in store.page(connection, replace(asked, limit=1), now, counts).rows)
    after: Any = None
    while True:
        ids, after, _, _ = store.ids_of(connection, replace(asked, after=after), now, counts)
        found |= dict.fromkeys(ids)
        if len(found) > MOST_ORDERS:
            raise Invalid(f"More than {MOST_ORDERS:,} orders match. Narrow the list first.", most=MOST_ORDERS)
        if after is None:
            return sorted(found)
