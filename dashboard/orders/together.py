"""Whether an order ships what is there, or waits until everything can leave: chosen per order, kept at release."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.commands import ChooseShipping
from dashboard.orders.events import ShippingChosen
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import SHIPPING_CHOICES
from dashboard.orders.still_open import NOT_OVER, check_open
from dashboard.orders.together_model import OrderTogether

_WAITING = "SELECT coalesce(sum(l.backordered), 0) FROM order_together t JOIN order_line l ON l.order_id = t.order_id WHERE t.order_id = "
_WAITS = Prepared(sqlite=_WAITING + ":id", postgresql=_WAITING + "%(id)s")


def choose_shipping(tx: Tx, command: ChooseShipping, actor: Actor, now: dt.datetime) -> int:
    """Keep the choice. Returns the order's new version; choosing what is chosen already changes nothing.

    Raises: Invalid, for an unknown choice; NotFound; Conflict, for an order that changed, or is no longer open.
    """
    if command.choice not in SHIPPING_CHOICES:
        raise Invalid(f"Choose one of {', '.join(SHIPPING_CHOICES)}.", fields={"choice": "unknown"})
    derive.check_version(tx, command.order_id, command.version)
    order = tx.execute(sa.select(Order.number, Order.status, Order.version).where(Order.id == command.order_id)).one()
    check_open(order, "there is nothing left to choose", NOT_OVER)
    if (command.choice == "together") is ships_together(tx.connection, command.order_id):
        return order.version
    if command.choice == "together":
        tx.execute(sa.insert(OrderTogether).values(order_id=command.order_id, actor_name=actor.name, at=now))
    else:
        tx.execute(sa.delete(OrderTogether).where(OrderTogether.order_id == command.order_id))
    version = derive.rederive(tx, command.order_id, actor, now)
    tx.record(ShippingChosen(command.order_id, version, command.order_id, command.choice), actor, now)
    return version


def ships_together(connection: sa.Connection, order_id: int) -> bool:
    """Whether the order waits until it can leave whole."""
    return connection.execute(sa.select(OrderTogether.order_id).where(OrderTogether.order_id == order_id)).first() is not None


def check_whole(tx: Tx, order_id: int) -> None:
    """Raises: Conflict, for an order that ships together while units of it wait for stock (facts: waiting)."""
    waiting = int(tx.run(_WAITS, id=order_id).fetchone()[0])
    if waiting:
        units = "1 unit waits" if waiting == 1 else f"{waiting} units wait"
        raise Conflict(
            f"This order ships together, and {units} for stock. Choose to ship what is there, or wait.", waiting=waiting
        )


def waiting_units(connection: sa.Connection, order_id: int) -> int:
    """Units of the order that wait for stock."""
    return int(
        connection.execute(
            sa.select(sa.func.coalesce(sa.func.sum(OrderLine.backordered), 0)).where(OrderLine.order_id == order_id)
        ).scalar_one()
    )
