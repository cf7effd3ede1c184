"""One person with all of their records: orders, sums, addresses, tags, consent, timeline, merges."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.customers.model import (
    Customer,
    CustomerAddress,
    CustomerConsent,
    CustomerEntry,
    CustomerMerge,
    CustomerOrder,
    CustomerTag,
    CustomerTotal,
)
from dashboard.kernel.errors import NotFound


class CustomerRow(NamedTuple):
    id: int
    root_id: int
    name: str
    email: str
    phone: str
    created_at: dt.datetime
    erased_at: dt.datetime | None
    version: int


class Consent(NamedTuple):
    """One word on one purpose; newest: whether it is the one that counts."""

    purpose: str
    granted: bool
    how: str
    actor_name: str
    at: dt.datetime
    newest: bool


class Entry(NamedTuple):
    id: int
    kind: str
    body: str
    actor_name: str
    at: dt.datetime


class Merge(NamedTuple):
    """A record that was merged into this person, and can be given back."""

    id: int
    gone_id: int
    name: str
    email: str
    phone: str
    actor_name: str
    at: dt.datetime


_CUSTOMER = sa.select(*(Customer.__table__.c[name] for name in CustomerRow._fields))


def customer(connection: sa.Connection, customer_id: int) -> CustomerRow:
    """Raises: NotFound."""
    row = connection.execute(_CUSTOMER.where(Customer.id == customer_id)).first() if customer_id < 2**63 else None
    if row is None:
        raise NotFound("There is no such customer.", customer=customer_id)
    return CustomerRow(*row)


def customer_of_order(connection: sa.Connection, order_id: int) -> CustomerRow | None:
    """The person whose order it is; None while it is not matched, or cannot be."""
    top = (
        sa.select(Customer.root_id)
        .join(CustomerOrder, CustomerOrder.customer_id == Customer.id)
        .where(CustomerOrder.order_id == order_id)
        .scalar_subquery()
    )
    row = connection.execute(_CUSTOMER.where(Customer.id == top)).first()
    return CustomerRow(*row) if row else None


def _of(root_id: int, owner: Any) -> sa.ColumnElement[bool]:
    return owner.in_(sa.select(Customer.id).where(Customer.root_id == root_id))


def totals(connection: sa.Connection, root_id: int) -> list[tuple[str, int, int]]:
    """(currency, orders, minor units), the currency with most orders first."""
    orders, amount = sa.func.sum(CustomerTotal.orders), sa.func.sum(CustomerTotal.amount)
    query = (
        sa.select(CustomerTotal.currency, orders, amount)
        .where(_of(root_id, CustomerTotal.customer_id))
        .group_by(CustomerTotal.currency)
        .order_by(orders.desc(), CustomerTotal.currency)
    )
    return [(currency, int(count), int(minor)) for currency, count, minor in connection.execute(query)]


def order_ids(connection: sa.Connection, root_id: int, before: int | None = None, limit: int = 25) -> list[int]:
    """The person's orders, newest first, those below an id."""
    query = sa.select(CustomerOrder.order_id).where(_of(root_id, CustomerOrder.customer_id))
    if before is not None:
        query = query.where(CustomerOrder.order_id < before)
    return list(connection.execute(query.order_by(CustomerOrder.order_id.desc()).limit(limit)).scalars())


MOST_ORDERS = 2**20


def page_version(connection: sa.Connection, customer: CustomerRow) -> int:
    """Of what the page shows: rises with every change of the person, and with every order that is found to be theirs."""
    orders = sa.select(sa.func.count()).select_from(CustomerOrder).where(_of(customer.root_id, CustomerOrder.customer_id))
    return customer.version * MOST_ORDERS + min(connection.scalar(orders) or 0, MOST_ORDERS - 1)


def addresses(connection: sa.Connection, root_id: int, limit: int = 20) -> list[Any]:
    """The places orders went to, each once, the one used last first."""
    table = CustomerAddress.__table__.c
    query = sa.select(table).where(_of(root_id, table.customer_id)).order_by(table.used_at.desc(), table.id)
    found = {row.key: row for row in reversed(connection.execute(query.limit(4 * limit)).all())}
    return list(found.values())[::-1][:limit]


def tags(connection: sa.Connection, root_id: int) -> list[str]:
    query = sa.select(CustomerTag.tag).where(_of(root_id, CustomerTag.customer_id)).distinct().order_by(CustomerTag.tag)
    return list(connection.execute(query).scalars())


def consents(connection: sa.Connection, root_id: int) -> list[Consent]:
    """Everything the person said, newest first."""
    table = CustomerConsent.__table__.c
    query = sa.select(table.purpose, table.granted, table.how, table.actor_name, table.at).where(_of(root_id, table.customer_id))
    said: set[str] = set()
    found = []
    for row in connection.execute(query.order_by(table.id.desc()).limit(200)):
        found.append(Consent(*row, row.purpose not in said))
        said.add(row.purpose)
    return found


def entries(connection: sa.Connection, root_id: int, limit: int = 100) -> list[Entry]:
    """The timeline, newest first."""
    table = CustomerEntry.__table__.c
    query = sa.select(*(table[name] for name in Entry._fields)).where(_of(root_id, table.customer_id))
    return [Entry(*row) for row in connection.execute(query.order_by(table.id.desc()).limit(limit))]


def merges(connection: sa.Connection, root_id: int) -> list[Merge]:
    """The records that make up this person besides the top one."""
    table, gone = CustomerMerge.__table__.c, Customer.__table__.c
    query = (
        sa.select(table.id, table.gone_id, gone.name, gone.email, gone.phone, table.actor_name, table.at)
        .join(Customer, gone.id == table.gone_id)
        .where(gone.root_id == root_id, table.undone_at.is_(None))
        .order_by(table.id)
    )
    return [Merge(*row) for row in connection.execute(query)]
