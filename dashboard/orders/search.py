"""Search over orders: number, external id, SKUs and item names for everybody; customer and e-mail for those who may see people.

SQLite: an FTS5 trigram table; PostgreSQL: pg_trgm. Under three characters only order numbers are searched, by prefix.
Whatever is asked, a search looks at a bounded part of the orders and says where it stopped.
"""

import json
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order

LONGEST = 120
SHORTEST = 3  # a trigram index knows nothing shorter
MOST = 2_000
"""Matches that are looked at in one go, where they must be filtered or sorted."""
WINDOW = 10_000
"""PostgreSQL: orders read one after another before its trigram index is asked, which is slow for what occurs everywhere."""
DENSE = WINDOW // 100

_INDEX_TABLE = sa.table("order_search", sa.column("rowid", sa.BigInteger), *map(sa.column, ("order_search", "body", "person")))
_TEXT = """o.number || ' ' || coalesce(o.external_id, '') || ' ' ||
 coalesce((SELECT {join}(l.sku_code || ' ' || l.name, ' ') FROM order_line l WHERE l.order_id = o.id), ''),
 o.customer_name || ' ' || o.email || ' ' || o.phone || ' ' || o.ship_name || ' ' || o.ship_postal_code"""
_READ = Prepared(
    sqlite=f"SELECT o.id, {_TEXT.format(join='group_concat')} FROM json_each(:ids) j JOIN orders o ON o.id = j.value",  # noqa: S608 (constants only)
    postgresql=f"SELECT o.id, {_TEXT.format(join='string_agg')} FROM orders o"  # noqa: S608 (constants only)
    " WHERE o.id = ANY(SELECT json_array_elements_text(%(ids)s::json)::bigint)",
)
_WRITE = Prepared(
    sqlite="INSERT OR REPLACE INTO order_search (rowid, body, person) VALUES (:id, :body, :person)",
    postgresql="INSERT INTO order_search (rowid, body, person) VALUES (%(id)s, %(body)s, %(person)s)"
    " ON CONFLICT (rowid) DO UPDATE SET body = excluded.body, person = excluded.person",
    apart=True,
)


def index_orders(tx: Tx, ids: Sequence[int]) -> None:
    """Write what these orders are found by; run again after their lines or customer change."""
    if ids:
        rows = tx.run(_READ, ids=json.dumps(sorted(set(ids)))).fetchall()
        tx.run_many(_WRITE, [{"id": id_, "body": spelled(body), "person": spelled(person)} for id_, body, person in rows])


def spelled(text: str) -> str:
    """The text, and behind it every word with accents once more without: people who look for Céline type celine."""
    return text if text.isascii() else " ".join([text, *(plain(word) for word in text.split() if not word.isascii())])


def plain(text: str) -> str:
    """The text as a keyboard without accents writes it."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in folded if not unicodedata.combining(char))


_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that are not one with an accent to Unicode, but to a keyboard."""


def clean(text: str) -> str:
    """The query as it can be asked: one line, no control characters, no lone surrogates, at most LONGEST characters."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.encode("utf-8", "ignore").decode().split())[:LONGEST]


def exact_number(text: str) -> str:
    """The order number a person may have meant: '#10399' is 10399."""
    return clean(text).lstrip("#").strip().upper()


class Matches(NamedTuple):
    """ids: in the order they were asked for. stopped: the order id that was looked at last, None when there is nothing beyond."""

    ids: list[int]
    stopped: int | None


def matches(
    connection: sa.Connection, text: str, *, people: bool, most: int = MOST, after: int | None = None, descending: bool = True
) -> Matches:
    """The orders that the text means, by id from the newest back (or the oldest on), at most so many.

    Args: text: every word of three characters or more must occur. people: whether customers and e-mails may be searched too.
    after: go on behind this order id.
    """
    wanted = words(text)
    if not wanted:
        return _by_number(connection, clean(text), most, after, descending=descending)
    if connection.dialect.name == "sqlite":
        rowid = _INDEX_TABLE.c.rowid
        return _listed(connection, sa.select(rowid).where(_match(wanted, people)), rowid, most, after, descending=descending)
    return _in_postgresql(connection, wanted, people, most, after, descending=descending)


def words(text: str) -> list[str]:
    """What of the text the trigram index is asked for; nothing when it is too short."""
    wanted = clean(text).lstrip("#")
    if len(wanted) < SHORTEST:
        return []
    return [word for word in wanted.split() if len(word) >= SHORTEST] or [wanted]


def _by_number(connection: sa.Connection, text: str, most: int, after: int | None, *, descending: bool) -> Matches:
    start = text.lstrip("#").upper()
    if not start:
        return Matches([], None)
    end = start[:-1] + chr(min(ord(start[-1]) + 1, 0x10FFFF))
    found = sa.select(Order.id).where(Order.number >= start, Order.number < end).offset(0).subquery()
    return _listed(connection, sa.select(found.c.id), found.c.id, most, after, descending=descending)


def _listed(connection: sa.Connection, found: Any, id_: Any, most: int, after: int | None, *, descending: bool) -> Matches:
    if after is not None:
        found = found.where(id_ < after if descending else id_ > after)
    ids = list(connection.scalars(found.order_by(id_.desc() if descending else id_).limit(most)))
    return Matches(ids, ids[-1] if len(ids) == most else None)


def _match(wanted: Sequence[str], people: bool) -> sa.ColumnElement[bool]:
    """Every word is quoted: FTS5's own syntax is text to us."""
    quoted = " AND ".join("(" + " OR ".join('"' + form.replace('"', '""') + '"' for form in _forms(word)) + ")" for word in wanted)
    columns = "{body person}" if people else "{body}"
    return _INDEX_TABLE.c.order_search.op("MATCH")(f"{columns} : ({quoted})")


def _in_postgresql(
    connection: sa.Connection, wanted: Sequence[str], people: bool, most: int, after: int | None, *, descending: bool
) -> Matches:
    """Read one after another while matches are frequent; ask the trigram index for what is rare."""
    table = _INDEX_TABLE.c
    turn = sa.desc if descending else sa.asc
    read = sa.select(table.rowid, table.body, table.person).order_by(turn(table.rowid)).limit(WINDOW)
    if after is not None:
        read = read.where(table.rowid < after if descending else table.rowid > after)
    near = read.subquery()
    found = sa.select(near.c.rowid).where(_contains(near.c, wanted, people)).order_by(turn(near.c.rowid)).limit(most)
    ids = list(connection.scalars(found))
    if len(ids) == most:
        return Matches(ids, ids[-1])
    if len(ids) >= DENSE:
        edge = sa.select(near.c.rowid).order_by(turn(near.c.rowid)).offset(WINDOW - 1).limit(1)
        return Matches(ids, connection.scalar(edge))
    rare = sa.select(table.rowid).where(_contains(table, wanted, people)).offset(0).subquery()
    return _listed(connection, sa.select(rare.c.rowid), rare.c.rowid, most, after, descending=descending)


def _contains(columns: Any, wanted: Sequence[str], people: bool) -> sa.ColumnElement[bool]:
    places = (columns.body, columns.person) if people else (columns.body,)
    return sa.and_(
        *(sa.or_(*(place.icontains(form, autoescape=True) for form in _forms(word) for place in places)) for word in wanted)
    )


def _forms(word: str) -> list[str]:
    """The word as it was typed, and without its accents: the order may be written either way."""
    bare = word if word.isascii() else plain(word)
    return [word] if bare == word or len(bare) < SHORTEST else [word, bare]
