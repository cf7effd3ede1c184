"""The list of customers: one row per person, newest first, by keyset; search and filters by index."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.customers import rules
from dashboard.customers.model import Customer, CustomerConsent, CustomerKey, CustomerOrder, CustomerTag, CustomerTotal
from dashboard.kernel import text
from dashboard.orders.model import Order
from dashboard.orders.search import exact_number

LONGEST = 120


class ListQuery(NamedTuple):
    """text: a name's words, an e-mail address, a phone number or an order number; before: the id to go on from."""

    text: str = ""
    tag: str = ""
    consent: str = ""
    before: int | None = None
    limit: int = 50


class Row(NamedTuple):
    """One person. orders: how many count; sums: {currency: minor units}; records: how many records were merged into this one."""

    id: int
    name: str
    email: str
    phone: str
    erased_at: dt.datetime | None
    version: int
    orders: int
    sums: dict[str, int]
    last_order_at: dt.datetime | None
    tags: list[str]
    records: int


def customers(connection: sa.Connection, asked: ListQuery) -> list[Row]:
    """People, the newest first, with an id below `before`."""
    table = Customer.__table__.c
    query = sa.select(table.id, table.name, table.email, table.phone, table.erased_at, table.version).where(
        table.parent_id.is_(None)
    )
    if asked.before is not None:
        query = query.where(table.id < asked.before)
    for roots in _narrowed(asked):
        query = query.where(table.id.in_(roots))
    rows = connection.execute(query.order_by(table.id.desc()).limit(asked.limit)).all()
    return _filled(connection, rows)


def _narrowed(asked: ListQuery) -> list[sa.Select[Any]]:
    found = []
    if asked.text:
        found += _matching(asked.text)
    if asked.tag:
        found.append(_roots(CustomerTag.customer_id).where(CustomerTag.tag == asked.tag))
    if asked.consent:
        found.append(_agreed(asked.consent))
    return found


def _roots(owner: Any) -> sa.Select[Any]:
    """The top records of rows that belong to `owner`."""
    return sa.select(Customer.root_id).join_from(owner.class_, Customer, Customer.id == owner)


def _agreed(purpose: str) -> sa.Select[Any]:
    """People whose newest word on the purpose, on whichever of their records, is yes."""
    later, other = CustomerConsent.__table__.alias("later"), Customer.__table__.alias("other")
    newer = (
        sa.select(later.c.id)
        .join(other, other.c.id == later.c.customer_id)
        .where(other.c.root_id == Customer.root_id, later.c.purpose == purpose, later.c.id > CustomerConsent.id)
    )
    return _roots(CustomerConsent.customer_id).where(CustomerConsent.purpose == purpose, CustomerConsent.granted, ~newer.exists())


def _matching(given: str) -> list[sa.Select[Any]]:
    """Every condition must hold; one per word of a name."""
    if text.trouble(given, LONGEST):
        return [sa.select(Customer.id).where(sa.false())]
    email = rules.folded_email(given)
    if email is not None:
        return [_roots(CustomerKey.customer_id).where(CustomerKey.kind == "email", CustomerKey.value == email)]
    if "@" in given:
        return [_roots(CustomerKey.customer_id).where(CustomerKey.kind == "email", *_begins(given.strip().casefold()))]
    number = _of_number(given)
    if number is not None:
        return [number]
    words = sorted(rules.words_of(given))
    if not words:
        return [sa.select(Customer.id).where(sa.false())]
    return [_roots(CustomerKey.customer_id).where(CustomerKey.kind == "word", *_begins(word)) for word in words]


def _of_number(given: str) -> sa.Select[Any] | None:
    """The person of an order number or a phone number; None for a text that is neither."""
    digits = "".join(char for char in given if char.isdigit() and char.isascii())
    if not digits or set(given) - set("0123456789 +-()./#"):
        return None
    wanted = [
        _roots(CustomerOrder.customer_id)
        .join(Order, Order.id == CustomerOrder.order_id)
        .where(Order.number == exact_number(given))
    ]
    if given.strip().startswith(("+", "00")):
        start = "+" + (digits if given.strip().startswith("+") else digits[2:])
        wanted.append(_roots(CustomerKey.customer_id).where(CustomerKey.kind == "phone", *_begins(start)))
    elif len(digits) >= 6:
        wanted.append(_roots(CustomerKey.customer_id).where(CustomerKey.kind == "phone", CustomerKey.value.in_(_abroad(given))))
    return sa.select(sa.union(*wanted).subquery().c.root_id)


def _abroad(given: str) -> list[str]:
    """A national number as it is written in each country that customers often live in."""
    return sorted({key for country in COUNTRIES if (key := rules.phone_key(given, country))})


COUNTRIES = (
    "GB",
    "US",
    "DE",
    "FR",
    "NL",
    "BE",
    "IE",
    "ES",
    "IT",
    "AT",
    "CH",
    "DK",
    "SE",
    "NO",
    "PL",
    "PT",
    "AU",
    "NZ",
    "IN",
    "BR",
)


def _begins(start: str) -> tuple[Any, Any]:
    """The range of an index in which everything begins like this."""
    return CustomerKey.value >= start, CustomerKey.value < start[:-1] + chr(min(ord(start[-1]) + 1, 0x10FFFF))


def _filled(connection: sa.Connection, rows: Sequence[Any]) -> list[Row]:
    """The rows with what their records sum to: three queries whatever their number."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    root, mine = Customer.root_id, Customer.root_id.in_(ids)
    sums: dict[int, dict[str, int]] = {id_: {} for id_ in ids}
    orders, last = dict.fromkeys(ids, 0), dict.fromkeys(ids, None)
    totals = (
        sa.select(root, CustomerTotal.currency, sa.func.sum(CustomerTotal.orders), sa.func.sum(CustomerTotal.amount), _LAST)
        .join(Customer, Customer.id == CustomerTotal.customer_id)
        .where(mine)
        .group_by(root, CustomerTotal.currency)
        .order_by(CustomerTotal.currency)
    )
    for id_, currency, count, amount, at in connection.execute(totals):
        sums[id_][currency] = int(amount)
        orders[id_] += int(count)
        last[id_] = max(filter(None, (last[id_], at)), default=None)
    tags: dict[int, list[str]] = {id_: [] for id_ in ids}
    tagged = sa.select(root, CustomerTag.tag).join(Customer, Customer.id == CustomerTag.customer_id).where(mine).distinct()
    for id_, tag in connection.execute(tagged.order_by(CustomerTag.tag)):
        tags[id_].append(tag)
    records = dict(connection.execute(sa.select(root, sa.func.count()).where(mine).group_by(root)).all())
    return [Row(*row, orders[row.id], sums[row.id], last[row.id], tags[row.id], records[row.id]) for row in rows]


_LAST = sa.func.max(CustomerTotal.last_order_at, type_=CustomerTotal.__table__.c.last_order_at.type)


def tags_in_use(connection: sa.Connection, limit: int = 50) -> list[str]:
    """Tags to filter by, in alphabetical order."""
    return list(connection.execute(sa.select(CustomerTag.tag).distinct().order_by(CustomerTag.tag).limit(limit)).scalars())
