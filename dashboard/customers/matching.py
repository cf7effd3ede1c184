"""Find or make the customer of each order: in runs, so that a backfill of many costs a few statements for hundreds.

Two at once (PostgreSQL): who holds a key is locked before the names are read, and a key can be held once, so the second waits,
runs again, and finds the first one's customer.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dashboard.customers import rules, totals
from dashboard.customers.model import Customer, CustomerAddress, CustomerKey, CustomerOrder
from dashboard.customers.rules import JOINING, Keys, Person, keys_of
from dashboard.kernel import clock, jsontext
from dashboard.kernel.errors import TryAgain
from dashboard.kernel.statements import Prepared, Rows, next_ids, rows_into
from dashboard.kernel.tx import Tx
from dashboard.orders.countries import code_of

ADD_KEY = rows_into(CustomerKey, "kind", "value", "customer_id", "joins").on_conflict("DO NOTHING").standing_apart()
_ADD = rows_into(Customer, "id", "root_id", "name", "email", "phone", "created_at", "version").standing_apart()
_LINK = (
    rows_into(CustomerOrder, "order_id", "customer_id", "matched_by", "currency", "counted", "amount")
    .on_conflict("DO NOTHING")
    .standing_apart()
)


class Bought(NamedTuple):
    """What an order says of who bought it: columns of `orders` by their names, in this order."""

    id: int
    channel: str
    customer_ref: str | None
    customer_name: str
    email: str
    phone: str
    ship_name: str
    ship_line1: str
    ship_line2: str
    ship_city: str
    ship_region: str
    ship_postal_code: str
    ship_country: str
    currency: str
    total: int
    status: str
    placed_at: dt.datetime

    @property
    def name(self) -> str:
        return self.customer_name or self.ship_name

    @property
    def place(self) -> tuple[str, ...]:
        """Where it goes: the six columns of ADDRESS."""
        return self[7:13]


ADDRESS = ("line1", "line2", "city", "region", "postal_code", "country")
_KEEP_ADDRESS = (
    rows_into(CustomerAddress, "customer_id", "key", "name", *ADDRESS, "used_at")
    .on_conflict(
        "(customer_id, key) DO UPDATE SET used_at = excluded.used_at WHERE excluded.used_at > customer_address.used_at"
    )
    .standing_apart()
)

_COLUMNS = ", ".join(f"o.{name}" for name in Bought._fields)
_UNMATCHED = Prepared(
    sqlite=f"SELECT {_COLUMNS} FROM json_each(:ids) j JOIN orders o ON o.id = j.value"  # noqa: S608 (names of ours, never input)
    " LEFT JOIN customer_order c ON c.order_id = o.id WHERE c.order_id IS NULL ORDER BY o.id",
    postgresql=f"SELECT {_COLUMNS} FROM orders o LEFT JOIN customer_order c ON c.order_id = o.id"  # noqa: S608
    " WHERE c.order_id IS NULL AND o.id = ANY(SELECT json_array_elements_text(%(ids)s::json)::bigint) ORDER BY o.id",
    apart=True,  # they are orders of the log: committed
)
_ASKED = {
    "sqlite": "FROM json_each(:asked) j JOIN customer_key k ON k.kind = j.value ->> 0 AND k.value = j.value ->> 1",
    "postgresql": "FROM json_array_elements(%(asked)s::json) j JOIN customer_key k ON k.kind = j ->> 0 AND k.value = j ->> 1",
}
_HELD = Prepared(
    **{name: f"SELECT k.kind, k.value, k.customer_id, k.joins {asked} ORDER BY k.customer_id" for name, asked in _ASKED.items()},
    apart=True,
)
_LOCK = Prepared(postgresql=f"SELECT k.kind, k.value {_ASKED['postgresql']} WHERE k.joins ORDER BY k.kind, k.value FOR UPDATE OF k")
_KEYS = Prepared(
    sqlite="SELECT k.customer_id, k.kind, k.value FROM json_each(:ids) j JOIN customer_key k ON k.customer_id = j.value",
    postgresql="SELECT customer_id, kind, value FROM customer_key"
    " WHERE customer_id = ANY(SELECT json_array_elements_text(%(ids)s::json)::bigint)",
    apart=True,
)


class Known(NamedTuple):
    """Who is known by the keys of a run. holders: (kind, value) -> the record that orders join; others: those that share it.

    words: names' words per record; keys: the keys each record has.
    """

    holders: dict[tuple[str, str], int]
    sharing: dict[tuple[str, str], list[int]]
    words: dict[int, set[str]]
    keys: dict[int, set[tuple[str, str]]]


class Wanted(NamedTuple):
    """One order, by what it is recognised, and whose it was found to be; how: by which key, or `new`."""

    row: Bought
    keys: Keys
    customer_id: int
    how: str


def follow_orders(tx: Tx, order_ids: Sequence[int]) -> int:
    """Give each order that has none its customer. Returns how many got one; orders by which nobody could be recognised get none."""
    rows = _unmatched(tx, order_ids)
    wanted = [(row, keys) for row in rows if (keys := keys_of(person_of(row))).known]
    if not wanted:
        return 0
    known = _known(tx, [keys for _, keys in wanted])
    fresh = iter(next_ids(tx, "customer", len(wanted)))
    newcomers: list[tuple[Any, ...]] = []
    added: list[tuple[Any, ...]] = []
    found = []
    for row, keys in wanted:
        found_id, how = _find(known, keys)
        if found_id is None:
            found_id = next(fresh)
            newcomers.append(_customer(found_id, row))
        added += _learn(known, found_id, keys)
        found.append(Wanted(row, keys, found_id, how))
    _insert(tx, newcomers, added, found)
    return len(found)


def person_of(row: Bought) -> Person:
    """The person as the rules of matching see one."""
    country = code_of(row.ship_country)
    place = (*row.place[:-1], country or row.ship_country)
    return Person(row.channel, row.customer_ref or "", row.name, row.email, row.phone, country, place)


def _unmatched(tx: Tx, order_ids: Sequence[int]) -> list[Bought]:
    found = tx.run(_UNMATCHED, ids=jsontext.encode(sorted(set(order_ids)))).fetchall()
    return [Bought._make((*row[:-1], clock.moment(row[-1]))) for row in found]


def _known(tx: Tx, wanted: Iterable[Keys]) -> Known:
    asked = jsontext.encode(sorted({pair for keys in wanted for pair in keys.joining.items()}))
    locked = None if tx.is_sqlite else _locked(tx, asked)
    known = Known({}, {}, {}, {})
    for kind, value, customer_id, joins in tx.run(_HELD, asked=asked).fetchall():
        if joins:
            known.holders[kind, value] = customer_id
        known.sharing.setdefault((kind, value), []).append(customer_id)
        known.words.setdefault(customer_id, set())
        known.keys.setdefault(customer_id, set())
    if locked is not None and not known.holders.keys() <= locked:
        raise TryAgain  # held since a moment ago, and not locked by us: another may be deciding by the same names
    _read_keys(tx, known)
    return known


def _locked(tx: Tx, asked: str) -> set[tuple[str, str]]:
    """Lock the holders of what is asked, one transaction after the other. Returns which keys those are."""
    return set(tx.run(_LOCK, asked=asked).fetchall())


def _read_keys(tx: Tx, known: Known) -> None:
    if not known.keys:
        return
    for customer_id, kind, value in tx.run(_KEYS, ids=jsontext.encode(sorted(known.keys))).fetchall():
        known.keys[customer_id].add((kind, value))
        if kind == "word":
            known.words[customer_id].add(value)


def _find(known: Known, keys: Keys) -> tuple[int | None, str]:
    """The record by the surest key: the one that holds it first, then those that share it; None for somebody new."""
    for kind in JOINING:
        pair = (kind, keys.joining.get(kind, ""))
        holder = known.holders.get(pair)
        others = known.sharing.get(pair, [])
        for customer_id in ([holder] if holder is not None else []) + others:
            if rules.may_join(kind, keys.words, known.words[customer_id]):
                return customer_id, kind
    return None, "new"


def _learn(known: Known, customer_id: int, keys: Keys) -> list[tuple[Any, ...]]:
    """Remember by what this record is recognised from now on. Returns the rows of ADD_KEY to write."""
    mine = known.keys.setdefault(customer_id, set())
    pairs = list(keys.joining.items())
    pairs += [("word", word) for word in sorted(keys.words)] + ([("address", keys.address)] if keys.address else [])
    rows = []
    for kind, value in pairs:
        if (kind, value) in mine:
            continue
        mine.add((kind, value))
        joins = kind in JOINING and (kind, value) not in known.holders
        if joins:
            known.holders[kind, value] = customer_id
        if kind in JOINING:
            known.sharing.setdefault((kind, value), []).append(customer_id)
        rows.append((kind, value, customer_id, joins))
    known.words.setdefault(customer_id, set()).update(keys.words)
    return rows


def _customer(customer_id: int, row: Bought) -> tuple[Any, ...]:
    return customer_id, customer_id, row.name, row.email, row.phone, clock.micros(row.placed_at), 1


def _insert(tx: Tx, newcomers: list[tuple[Any, ...]], added: list[tuple[Any, ...]], found: list[Wanted]) -> None:
    """Raises: TryAgain, when somebody wrote one of these keys or orders at the same moment."""
    tx.add(_ADD, newcomers)
    for joins in (True, False):
        _insert_new(tx, ADD_KEY, sorted(row for row in added if row[3] is joins), all_of_them=joins)
    share = [totals.share(one.row.status, one.row.total) for one in found]
    links = [
        (one.row.id, one.customer_id, one.how, one.row.currency, counted, amount)
        for one, (counted, amount) in zip(found, share, strict=True)
    ]
    _insert_new(tx, _LINK, links, all_of_them=True)
    totals.add(tx, [(link[1], link[3], link[4], link[5], one.row.placed_at) for one, link in zip(found, links, strict=True)])
    keep_addresses(tx, found)


def _insert_new(tx: Tx, statement: Rows, rows: list[tuple[Any, ...]], *, all_of_them: bool) -> None:
    if tx.add(statement, rows) != len(rows) and all_of_them:
        raise TryAgain


def keep_addresses(tx: Tx, found: list[Wanted], used_at: dt.datetime | None = None) -> None:
    """Every address that can be posted to, once per record, with when it was used last: `used_at`, or when its order was placed."""
    used: dict[tuple[int, str], tuple[dt.datetime, Bought]] = {}
    for one in found:
        row = one.row
        if not row.ship_line1 or not (row.ship_city or row.ship_postal_code):
            continue
        place = (one.customer_id, rules.place_key(row[6:13]))
        before = used.get(place)
        at = used_at or row.placed_at
        used[place] = (at if before is None else max(at, before[0]), row)
    rows = [(customer_id, key, row.ship_name, *row.place, clock.micros(at)) for (customer_id, key), (at, row) in sorted(used.items())]
    tx.add(_KEEP_ADDRESS, rows)
