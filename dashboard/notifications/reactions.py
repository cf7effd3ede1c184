"""What is told to customers when something happened that somebody wanted them to know; and forgetting with them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.customers.events import CustomerErased
from dashboard.customers.model import Customer, CustomerOrder
from dashboard.drafts.events import DraftMoved
from dashboard.editing.events import OrderEdited
from dashboard.kernel import outbox
from dashboard.kernel.actor import system
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.notifications import holding, rules
from dashboard.notifications.actions import queue_message
from dashboard.notifications.commands import QueueMessage
from dashboard.notifications.model import OrderMessage
from dashboard.notifications.quotes import follow_quote
from dashboard.orders.events import OrderCancelled
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import owed as costs

MAILER = system("mailer")


def _is_wanted(recorded: Recorded) -> bool:
    return bool(recorded.data.get("notify"))


@outbox.on(OrderCancelled, when=_is_wanted)
def tell_order_cancelled(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """What was sent before stays on the bill: total is what the order costs now, None when nothing had left."""
    _tell(tx, recorded, "order_cancelled", f"cancelled:{recorded.id}", {"total": recorded.data.get("total")}, now)


@outbox.on(OrderEdited, when=_is_wanted)
def tell_items_cancelled(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    data = recorded.data
    gone = [(sku, before - after) for name, sku, before, after in data["changes"] if name == "quantity"]
    names = dict(tx.execute(sa.select(OrderLine.sku_code, OrderLine.name).where(OrderLine.order_id == int(recorded.id))).all())
    facts = {
        "items": [(names.get(sku, sku), sku, units) for sku, units in gone if units > 0],
        "refunded": data["refunded"],
        "total": data["total"],
    }
    _tell(tx, recorded, "items_cancelled", f"edit:{data['edit_id']}", facts, now)


def _tell(tx: Tx, recorded: Recorded, kind: str, cause: str, facts: dict[str, Any], now: dt.datetime) -> None:
    """An order without an address, or of somebody erased, tells nobody anything."""
    order = tx.execute(sa.select(Order.__table__).where(Order.id == int(recorded.id))).one()
    if not rules.can_be_written_to(order.email):
        return
    received = max(0, order.captured + order.carried_received)
    facts |= {"reason": recorded.data["reason"], "received": received, "owed": max(0, received - order.refunded - costs(order))}
    queue_message(tx, QueueMessage(order.id, kind, cause, order.email, facts, recorded.actor_name), MAILER, now)


def _is_placed(recorded: Recorded) -> bool:
    return recorded.data["after"] == "open"


@outbox.on(DraftMoved, when=_is_placed)
def show_with_the_order(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    follow_quote(tx, int(recorded.id), int(recorded.order_id or 0), MAILER, now)


@outbox.on(CustomerErased)
def forget_messages(tx: Tx, recorded: Recorded, _now: dt.datetime) -> None:
    """What was queued for one of their orders while they were erased."""
    theirs = (
        sa.select(CustomerOrder.order_id)
        .join(Customer, Customer.id == CustomerOrder.customer_id)
        .where(Customer.root_id == int(recorded.id), Customer.erased_at.is_not(None))
    )
    holding.blank(tx, OrderMessage.order_id.in_(theirs))
