"""The order list: keyset pages over one index, then the rows of that page by id."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.orders import search
from dashboard.orders.model import Order
from dashboard.orders.store import conditions, rows
from dashboard.orders.store.rows import Row, order_rows

__all__ = ["ListPage", "ListQuery", "Row", "order_rows", "page"]

SORTS: Mapping[str, Any] = {"placed": Order.placed_at, "ship_by": Order.ship_by, "total": Order.total, "number": Order.id}
NULLABLE = {"ship_by"}
RARE = 2_000
"""Up to so many rows, a view is read whole and sorted; above, the sort's own index is walked."""


@dataclass(frozen=True)
class ListQuery:
    """What the URL of a list says, checked.

    Args: filters: names of conditions.FILTERS to values. after: (sort value or None, id) of the last row before this page.
    people: whether the search may look at customers.
    """

    view: str = "all"
    text: str = ""
    sort: str = "placed"
    descending: bool = True
    filters: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[int | None, int] | None = None
    limit: int = 50
    people: bool = True


class ListPage(NamedTuple):
    """after: the cursor of the next page, None on the last one."""

    rows: list[Row]
    after: tuple[int | None, int] | None


def page(connection: sa.Connection, query: ListQuery, now: dt.datetime, counts: Mapping[str, int]) -> ListPage:
    """One page of the list. The order whose number is the search text itself comes first."""
    first = _exact(connection, query, now) if query.text and query.after is None else []
    keys = _keys(connection, query, now, counts, first)
    more = len(keys) > query.limit
    keys = keys[: query.limit]
    after = (keys[-1][1], keys[-1][0]) if more else None
    return ListPage(rows.order_rows(connection, first + [key[0] for key in keys]), after)


def statement(
    query: ListQuery, now: dt.datetime, dialect: str, counts: Mapping[str, int], *, empty_last: bool = False
) -> sa.Select[Any]:
    """The ids of a page in order, with the sort value. empty_last: the rows without a sort value, which come at the end."""
    column, source = sa.type_coerce(SORTS[query.sort], sa.BigInteger), None
    wanted = [conditions.FILTERS[name](value) for name, value in query.filters.items()]
    if query.text:
        walk = search.newest_first(query.text, people=query.people) if dialect == "sqlite" and query.sort == "number" else None
        if walk is None:
            wanted.append(search.matching(query.text, dialect, people=query.people))
        else:
            source, match, column = walk
            wanted.append(match)
    walked = (
        dialect == "sqlite" and query.sort != "ship_by" and counts.get(query.view, 0) > RARE
    )  # views' own indexes end in ship_by
    wanted += conditions.view(query.view, now, walked=walked)
    wanted += _null_rule(query, column, empty_last=empty_last)
    wanted += _after(query, column, empty_last=empty_last)
    turn = sa.desc if query.descending else sa.asc
    order = [turn(Order.id)] if empty_last else [turn(column)] if query.sort == "number" else [turn(column), turn(Order.id)]
    found = sa.select(Order.id, column.label("key"))
    return (found if source is None else found.select_from(source)).where(*wanted).order_by(*order).limit(query.limit + 1)


def _null_rule(query: ListQuery, column: Any, *, empty_last: bool) -> list[sa.ColumnElement[bool]]:
    if empty_last:
        return [column.is_(None)]
    return [column.is_not(None)] if query.sort in NULLABLE else []


def _after(query: ListQuery, column: Any, *, empty_last: bool) -> list[sa.ColumnElement[bool]]:
    if query.after is None:
        return []
    value, last = query.after
    if empty_last or value is None:
        return [Order.id < last if query.descending else Order.id > last] if value is None else []
    if query.sort == "number":
        return [column < last if query.descending else column > last]
    here = sa.tuple_(column, Order.id)
    there = sa.tuple_(sa.literal(value, sa.BigInteger), sa.literal(last, sa.BigInteger))
    return [here < there if query.descending else here > there]


def _keys(
    connection: sa.Connection, query: ListQuery, now: dt.datetime, counts: Mapping[str, int], first: Sequence[int]
) -> list[tuple[int, int | None]]:
    dialect = connection.dialect.name
    found: list[tuple[int, int | None]] = []
    in_empty = query.after is not None and query.after[0] is None
    if not in_empty:
        found = [tuple(key) for key in connection.execute(statement(query, now, dialect, counts))]
    if query.sort in NULLABLE and len(found) <= query.limit:
        rest = connection.execute(statement(query, now, dialect, counts, empty_last=True))
        found += [tuple(key) for key in rest][: query.limit + 1 - len(found)]
    return [key for key in found if key[0] not in first]


def _exact(connection: sa.Connection, query: ListQuery, now: dt.datetime) -> list[int]:
    """The order of that very number, if it is in the view and passes the filters."""
    number = search.exact_number(query.text)
    if not number:
        return []
    wanted = [conditions.FILTERS[name](value) for name, value in query.filters.items()] + conditions.view(query.view, now)
    found = connection.scalar(sa.select(Order.id).where(Order.number == number, *wanted))
    return [found] if found is not None else []
