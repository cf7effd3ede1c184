"""What drafts do when a person is erased: what was saved of their orders while that happened is forgotten too."""

import datetime as dt

import sqlalchemy as sa

from dashboard.customers.events import CustomerErased
from dashboard.customers.model import Customer, CustomerOrder
from dashboard.drafts import holding
from dashboard.kernel import outbox
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx


@outbox.on(CustomerErased)
def forget_person(tx: Tx, recorded: Recorded, _now: dt.datetime) -> None:
    theirs = (
        sa.select(CustomerOrder.order_id)
        .join(Customer, Customer.id == CustomerOrder.customer_id)
        .where(Customer.root_id == int(recorded.id), Customer.erased_at.is_not(None))
    )
    holding.blank(tx, holding.of_orders(theirs))
