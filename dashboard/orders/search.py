"""Search over orders: number, external id, SKUs and item names for everybody; customer and e-mail for those who may see people.

SQLite: an FTS5 trigram table; PostgreSQL: pg_trgm. Under three characters only order numbers are searched, by prefix.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order

LONGEST = 120
SHORTEST = 3  # a trigram index knows nothing shorter

_INDEX_TABLE = sa.table("order_search", sa.column("rowid", sa.BigInteger), sa.column("order_search"))
_TEXT = """o.number || ' ' || coalesce(o.external_id, '') || ' ' ||
 coalesce((SELECT {join}(l.sku_code || ' ' || l.name, ' ') FROM order_line l WHERE l.order_id = o.id), ''),
 o.customer_name || ' ' || o.email || ' ' || o.phone || ' ' || o.ship_name || ' ' || o.ship_postal_code"""
_INDEX = Prepared(
    sqlite="INSERT OR REPLACE INTO order_search (rowid, body, person)"  # noqa: S608 (constants only)
    f" SELECT o.id, {_TEXT.format(join='group_concat')} FROM json_each(:ids) j JOIN orders o ON o.id = j.value",
    postgresql="INSERT INTO order_search (rowid, body, person)"  # noqa: S608 (constants only)
    f" SELECT o.id, {_TEXT.format(join='string_agg')} FROM orders o"
    " WHERE o.id = ANY(SELECT json_array_elements_text(%(ids)s::json)::bigint)"
    " ON CONFLICT (rowid) DO UPDATE SET body = excluded.body, person = excluded.person",
)


def index_orders(tx: Tx, ids: Sequence[int]) -> None:
    """Write what these orders are found by; run again after their lines or customer change."""
    if ids:
        tx.run(_INDEX, ids=json.dumps(sorted(set(ids))))


def clean(text: str) -> str:
    """The query as it can be asked: one line, no control characters, no lone surrogates, at most LONGEST characters."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.encode("utf-8", "ignore").decode().split())[:LONGEST]


def exact_number(text: str) -> str:
    """The order number a person may have meant: '#10399' is 10399."""
    return clean(text).lstrip("#").strip().upper()


def matching(text: str, dialect: str, *, people: bool) -> sa.ColumnElement[bool]:
    """Which orders the query means, as a condition on Order.id.

    Args: text: every word of three characters or more must occur. people: whether customers and e-mails may be searched too.
    """
    words = _words(text)
    if not words:
        return _number_starts(clean(text))
    if dialect != "sqlite":
        return Order.id.in_(_trigram(words, people))
    return Order.id.in_(sa.select(_INDEX_TABLE.c.rowid).where(_match(words, people)))


def newest_first(text: str, *, people: bool) -> tuple[Any, sa.ColumnElement[bool], sa.ColumnElement[int]] | None:
    """SQLite: (what to select from, the condition, the row id to order by) to walk the matches from the newest order back.

    None for a query that the trigram index cannot answer.
    """
    words = _words(text)
    if not words:
        return None
    return sa.join(_INDEX_TABLE, Order, _INDEX_TABLE.c.rowid == Order.id), _match(words, people), _INDEX_TABLE.c.rowid


def _words(text: str) -> list[str]:
    wanted = clean(text).lstrip("#")
    if len(wanted) < SHORTEST:
        return []
    return [word for word in wanted.split() if len(word) >= SHORTEST] or [wanted]


def _number_starts(text: str) -> sa.ColumnElement[bool]:
    start = text.lstrip("#").upper()
    if not start:
        return sa.false()
    return sa.and_(Order.number >= start, Order.number < start[:-1] + chr(min(ord(start[-1]) + 1, 0x10FFFF)))


def _match(words: Sequence[str], people: bool) -> sa.ColumnElement[bool]:
    """Every word is quoted: FTS5's own syntax is text to us."""
    quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
    columns = "{body person}" if people else "{body}"
    return _INDEX_TABLE.c.order_search.op("MATCH")(f"{columns} : ({quoted})")


def _trigram(words: Sequence[str], people: bool) -> sa.Select:
    table = sa.table("order_search", sa.column("rowid"), sa.column("body"), sa.column("person"))
    places = (table.c.body, table.c.person) if people else (table.c.body,)
    return sa.select(table.c.rowid).where(
        *(sa.or_(*(place.icontains(word, autoescape=True) for place in places)) for word in words)
    )
