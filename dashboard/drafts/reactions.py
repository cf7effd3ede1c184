"""What drafts do when a person is erased: those that became, or repeat, the person's orders lose their names and addresses."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa

from dashboard.customers.events import CustomerErased
from dashboard.customers.model import Customer, CustomerOrder
from dashboard.drafts.model import OrderDraft
from dashboard.kernel import outbox
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx

KEPT = ("ship_country", "shipping")


@outbox.on(CustomerErased)
def forget_person(tx: Tx, recorded: Recorded, _now: dt.datetime) -> None:
    theirs = (
        sa.select(CustomerOrder.order_id)
        .join(Customer, Customer.id == CustomerOrder.customer_id)
        .where(Customer.root_id == int(recorded.id), Customer.erased_at.is_not(None))
    )
    mine = sa.or_(OrderDraft.order_id.in_(theirs), OrderDraft.copied_from_id.in_(theirs))
    for row in tx.execute(sa.select(OrderDraft.id, OrderDraft.document).where(mine)).all():
        document: dict[str, Any] = json.loads(row.document)
        document["values"] = {
            name: "" if name.startswith(("customer_", "ship")) and name not in KEPT else value
            for name, value in document["values"].items()
        }
        tx.execute(sa.update(OrderDraft).where(OrderDraft.id == row.id).values(document=json.dumps(document), customer_name=""))
