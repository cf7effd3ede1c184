"""What a customer's orders teach after they were matched: an address that was corrected on one of them."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.customers.matching import ADD_KEY, Bought, Wanted, keep_addresses, person_of
from dashboard.customers.model import Customer, CustomerOrder
from dashboard.customers.rules import keys_of
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order


def learn_addresses(tx: Tx, order_ids: Sequence[int], now: dt.datetime) -> int:
    """Let customers keep what their orders' addresses were changed to. Returns how many orders were looked at."""
    rows = tx.execute(
        sa.select(CustomerOrder.customer_id, *(Order.__table__.c[name] for name in Bought._fields))
        .join(CustomerOrder, CustomerOrder.order_id == Order.id)
        .join(Customer, Customer.id == CustomerOrder.customer_id)
        .where(Order.id.in_(sorted(set(order_ids))), Customer.erased_at.is_(None))
        .order_by(Order.id)
    ).all()
    found = []
    for owner, *columns in rows:
        order = Bought._make(columns)
        found.append(Wanted(order, keys_of(person_of(order)), owner, "new"))
    keep_addresses(tx, found, now)
    tx.add(ADD_KEY, [("address", one.keys.address, one.customer_id, False) for one in found if one.keys.address])
    return len(found)
