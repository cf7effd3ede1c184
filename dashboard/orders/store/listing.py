"""The order list: keyset pages, found by keys.py or by a search, then the rows of that page by id."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.orders import search
from dashboard.orders.model import Order
from dashboard.orders.store import conditions, rows
from dashboard.orders.store.arranging import arranged, behind, is_among
from dashboard.orders.store.conditions import Clause, table, unindexed
from dashboard.orders.store.keys import Found, listed
from dashboard.orders.store.rows import Row, order_rows
from dashboard.orders.store.sorts import SORTS, Cursor, Key, Sort, located

__all__ = ["SORTS", "Counted", "Cursor", "ListPage", "ListQuery", "Row", "count_up_to", "ids_of", "order_rows", "page"]

Counts = Mapping[str, int]


@dataclass(frozen=True)
class ListQuery:
    """What the URL of a list says, checked.

    Args: filters: names of conditions.FILTERS and RANGES to values. after: behind which order the page begins.
    people: whether the search may look at customers.
    """

    view: str = "all"
    text: str = ""
    sort: str = "placed"
    descending: bool = True
    filters: Mapping[str, Any] = field(default_factory=dict)
    after: Cursor | None = None
    limit: int = 50
    people: bool = True


class ListPage(NamedTuple):
    """after: the cursor of the next page, None on the last one. looked: orders looked through when the page could not be filled
    within the budget; there may be more behind the cursor. newest: of a sorted search, the matches it was limited to; 0 for all."""

    rows: list[Row]
    after: Cursor | None
    looked: int = 0
    newest: int = 0


class Counted(NamedTuple):
    """count: orders found; more: there are, or may be, others."""

    count: int
    more: bool


def page(connection: sa.Connection, query: ListQuery, now: dt.datetime, counts: Counts) -> ListPage:
    """One page of the list. The order whose number is the search text itself comes first."""
    first = _exact(connection, query, now) if query.text and query.after is None else []
    ids, after, looked, newest = ids_of(connection, query, now, counts)
    return ListPage(rows.order_rows(connection, first + [id_ for id_ in ids if id_ not in first]), after, looked, newest)


def ids_of(
    connection: sa.Connection, query: ListQuery, now: dt.datetime, counts: Counts
) -> tuple[list[int], Cursor | None, int, int]:
    """(the ids of a page in order, then what ListPage says beside its rows)."""
    clauses = conditions.clauses(query.view, query.filters, now)
    newest = 0
    if query.text:
        found, newest = _searched(connection, query, clauses)
    else:
        sort, more = _sort(connection, query), query.limit + 1
        found = listed(connection, sort, clauses, counts, descending=query.descending, after=query.after, wanted=more)
        newest = found.newest
    keys = found.keys[: query.limit]
    ids = [key.id for key in keys]
    if len(found.keys) > query.limit:
        return ids, Cursor(keys[-1].place, keys[-1].value, keys[-1].id), 0, newest
    return ids, found.stopped, found.looked, newest


def count_up_to(connection: sa.Connection, query: ListQuery, now: dt.datetime, counts: Counts, most: int = 1_000) -> Counted:
    """How many orders the query means, as far as it can be told within the budget of one page."""
    if not query.text and not query.filters and query.view in counts:
        return Counted(counts[query.view], more=False)
    asked = ListQuery(query.view, query.text, query.sort, query.descending, query.filters, None, most, query.people)
    ids, after, _, newest = ids_of(connection, asked, now, counts)
    return Counted(len(ids), after is not None or newest > 0)


def _sort(connection: sa.Connection, query: ListQuery) -> Sort:
    """The sort; of one by location, with the locations from A to Z. At one location there is nothing to sort by."""
    if query.sort != "location":
        return SORTS[query.sort]
    if "location" in query.filters:
        return SORTS["ship_by"]
    ids = connection.scalars(sa.select(Location.id).order_by(Location.name, Location.id))
    return located(SORTS["location"], list(ids), descending=query.descending)


def _searched(connection: sa.Connection, query: ListQuery, clauses: Sequence[Clause]) -> tuple[Found, int]:
    """(the matches, of how many newest ones they are the sorted ones: 0 where nothing was left out)."""
    if query.sort != "number":
        return _sorted_matches(connection, query, clauses)
    after = query.after.id if query.after else None
    most = search.MOST if clauses else query.limit + 1
    found = search.matches(connection, query.text, people=query.people, most=most, after=after, descending=query.descending)
    passed = set(found.ids)
    if clauses:
        tests = _tests(connection, found.ids, clauses)
        passed = set(connection.scalars(sa.select(Order.id).where(*tests)))
    keys = [Key(id_, id_, 0) for id_ in found.ids if id_ in passed]
    stopped = None if found.stopped is None else Cursor(0, found.stopped, found.stopped)
    return Found(keys, stopped, len(found.ids) if stopped and clauses else 0), 0


def _sorted_matches(connection: sa.Connection, query: ListQuery, clauses: Sequence[Clause]) -> tuple[Found, int]:
    """A search in another order than by number: of its newest matches."""
    sort = _sort(connection, query)
    found = search.matches(connection, query.text, people=query.people)
    tests = _tests(connection, found.ids, clauses)
    keys = arranged(connection, tests, sort, descending=query.descending)
    shown = behind(keys, query.after, descending=query.descending and not sort.group)
    return Found(list(shown)), len(found.ids) if found.stopped is not None else 0


def _tests(connection: sa.Connection, ids: Sequence[int], clauses: Sequence[Clause]) -> list[Any]:
    """The order is one of these and passes the clauses, without an index of theirs."""
    at = unindexed if connection.dialect.name == "sqlite" else table
    return [is_among(connection, ids), *(clause.test(at) for clause in clauses)]


def _exact(connection: sa.Connection, query: ListQuery, now: dt.datetime) -> list[int]:
    """The order of that very number, if it is in the view and passes the filters."""
    number = search.exact_number(query.text)
    if not number:
        return []
    wanted = [clause.test(table) for clause in conditions.clauses(query.view, query.filters, now)]
    found = connection.scalar(sa.select(Order.id).where(Order.number == number, *wanted))
    return [found] if found is not None else []
