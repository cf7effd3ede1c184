"""The list of customers: one row per person, newest first, by keyset; search and filters by index."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.customers import rules
from dashboard.customers.model import Customer, CustomerConsent, CustomerKey, CustomerOrder, CustomerTag, CustomerTotal
from dashboard.kernel import text
from dashboard.orders.model import Order
from dashboard.orders.search import exact_number

LONGEST = 120
FEW = 500


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
    query = _people().where(table.parent_id.is_(None))
    if asked.before is not None:
        query = query.where(table.id < asked.before)
    for narrow in _narrowed(asked):
        query = query.where(_condition(connection, narrow))
    rows = connection.execute(query.order_by(table.id.desc()).limit(asked.limit)).all()
    return _filled(connection, rows)


def customers_by_id(connection: sa.Connection, ids: Sequence[int]) -> list[Row]:
    """These people (top records), the newest first."""
    rows = connection.execute(_people().where(Customer.id.in_(ids)).order_by(Customer.id.desc())).all()
    return _filled(connection, rows)


def _people() -> sa.Select[Any]:
    table = Customer.__table__.c
    return sa.select(table.id, table.name, table.email, table.phone, table.erased_at, table.version)


class Narrow(NamedTuple):
    """One thing a person must have. owner: the column that names the record of such a thing; where: which of those things.

    among: the same for looking through one person's own things: it names no index of all people's.
    """

    owner: Any
    where: sa.ColumnElement[bool]
    among: sa.ColumnElement[bool] | None = None

    def records(self) -> sa.Select[Any]:
        return sa.select(self.owner).where(self.where)


NOBODY = Narrow(Customer.id, sa.false())


def _condition(connection: sa.Connection, narrow: Narrow) -> sa.ColumnElement[bool]:
    """Few things: look their people up. Many: walk the people, newest first, and look at each one's own."""
    few = narrow.records().limit(FEW + 1)
    found = set(connection.execute(few).scalars())
    member = sa.orm.aliased(Customer.__table__)
    if len(found) <= FEW:
        return Customer.id.in_(sa.select(member.c.root_id).where(member.c.id.in_(sorted(found))))
    own = sa.select(member.c.id).join(narrow.owner.class_, narrow.owner == member.c.id).where(member.c.root_id == Customer.id)
    return own.where(narrow.where if narrow.among is None else narrow.among).correlate(Customer).exists()


def _narrowed(asked: ListQuery) -> list[Narrow]:
    found = []
    if asked.text:
        found += _matching(asked.text)
    if asked.tag:
        found.append(Narrow(CustomerTag.customer_id, CustomerTag.tag == asked.tag))
    if asked.consent:
        found.append(_agreed(asked.consent))
    return found


def _agreed(purpose: str) -> Narrow:
    """People whose newest word on the purpose, on whichever of their records, is yes."""
    table = CustomerConsent.__table__.c
    own, other = Customer.__table__.alias("own"), Customer.__table__.alias("other")
    later = CustomerConsent.__table__.alias("later")
    newer = (
        sa.select(later.c.id)
        .join(other, other.c.id == later.c.customer_id)
        .join(own, own.c.root_id == other.c.root_id)
        .where(own.c.id == table.customer_id, later.c.purpose == purpose, later.c.id > table.id)
    )
    return Narrow(table.customer_id, sa.and_(table.purpose == purpose, table.granted, ~newer.correlate(CustomerConsent).exists()))


def _matching(given: str) -> list[Narrow]:
    """Every condition must hold; one per word of a name."""
    if text.trouble(given, LONGEST):
        return [NOBODY]
    email = rules.folded_email(given)
    if email is not None:
        return [_key("email", lambda value: value == email)]
    if "@" in given:
        return [_key("email", _begins(given.strip().casefold()))]
    if digits := _digits(given):
        return [_of_number(given.strip(), digits)]
    return [_key("word", _begins(word)) for word in sorted(rules.words_of(given))] or [NOBODY]


def _key(kind: str, test: Callable[[Any], sa.ColumnElement[bool]]) -> Narrow:
    table = CustomerKey.__table__.c
    plain_kind, plain_value = (sa.func.coalesce(column, "") for column in (table.kind, table.value))
    return Narrow(
        CustomerKey.customer_id, sa.and_(table.kind == kind, test(table.value)), sa.and_(plain_kind == kind, test(plain_value))
    )


def _digits(given: str) -> str:
    """The digits of what may be an order or a phone number; empty for anything else."""
    return "" if set(given) - set("0123456789 +-()./#") else "".join(char for char in given if char.isdigit())


def _of_number(given: str, digits: str) -> Narrow:
    """The person of an order number, or of a phone number as people write it."""
    if given.startswith(("+", "00")):
        return _key("phone", _begins("+" + (digits if given.startswith("+") else digits[2:])))
    order = sa.select(CustomerOrder.customer_id).join(Order, Order.id == CustomerOrder.order_id)
    wanted = [order.where(Order.number == exact_number(given))]
    if len(digits) >= 6:
        table = CustomerKey.__table__.c
        wanted.append(sa.select(table.customer_id).where(table.kind == "phone", table.value.in_(_abroad(given))))
    return Narrow(Customer.id, Customer.id.in_(sa.union_all(*wanted)))


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


def _begins(start: str) -> Callable[[Any], sa.ColumnElement[bool]]:
    """The range of an index in which everything begins like this."""
    end = start[:-1] + chr(min(ord(start[-1]) + 1, 0x10FFFF))
    return lambda value: sa.and_(value >= start, value < end)


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
