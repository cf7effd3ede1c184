"""What returns do when a person is erased: what was written on theirs goes."""

import datetime as dt

import sqlalchemy as sa

from dashboard.customers.events import CustomerErased
from dashboard.customers.model import Customer, CustomerOrder
from dashboard.kernel import outbox
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.texts import ERASED
from dashboard.returns.model import Return


@outbox.on(CustomerErased)
def forget_notes(tx: Tx, recorded: Recorded, _now: dt.datetime) -> None:
    theirs = (
        sa.select(CustomerOrder.order_id)
        .join(Customer, Customer.id == CustomerOrder.customer_id)
        .where(Customer.root_id == int(recorded.id), Customer.erased_at.is_not(None))
    )
    tx.execute(sa.update(Return).where(Return.order_id.in_(theirs), Return.note != "").values(note=ERASED))
