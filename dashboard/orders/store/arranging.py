"""Sort a few orders in memory: matches of a search, or what is left of a list that goes by groups."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.orders.model import Order
from dashboard.orders.store.conditions import table
from dashboard.orders.store.sorts import Cursor, Key, Sort, place_of

FEW = 2_000
"""Orders that are sorted so."""


def arranged(connection: sa.Connection, tests: Sequence[Any], sort: Sort, *, descending: bool) -> list[Key]:
    """The orders that pass these tests, in the order of the sort; there must be few."""
    column = table(sort.column)
    raw = column if isinstance(column.type, sa.String) else sa.type_coerce(column, sa.BigInteger)
    found = connection.execute(sa.select(Order.id, raw.label("key"), *map(table, sort.group)).where(*tests))
    keys = [Key(id_, key, place_of(sort, key, group, descending=descending)) for id_, key, *group in found]
    keys.sort(key=lambda key: (_comparable(key.value), key.id), reverse=descending and not sort.group)
    keys.sort(key=lambda key: key.place)  # the orders without a value have a place of their own
    return keys


def is_among(connection: sa.Connection, ids: Sequence[int]) -> Any:
    """The order is one of these, however many."""
    if connection.dialect.name == "sqlite":
        return Order.id.in_(sa.text("SELECT value FROM json_each(:ids)").bindparams(ids=json.dumps(list(ids))))
    return Order.id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.BigInteger)))


def behind(keys: Sequence[Key], after: Cursor | None, *, descending: bool) -> Sequence[Key]:
    """Those of the sorted keys that come after the cursor. descending: within a segment."""
    if after is None:
        return keys
    for at, key in enumerate(keys):
        mine, last = (_comparable(key.value), key.id), (_comparable(after.value), after.id)
        if key.place > after.place or (key.place == after.place and (mine < last if descending else mine > last)):
            return keys[at:]
    return []


def _comparable(value: Any) -> Any:
    return 0 if value is None else value
