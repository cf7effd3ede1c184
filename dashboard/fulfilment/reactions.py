"""What fulfilment does when something happened: arrived parcels are no longer late, new stock goes to who waits for it."""

import datetime as dt

import sqlalchemy as sa

from dashboard.catalog.model import KitComponent
from dashboard.fulfilment import services
from dashboard.fulfilment.backorders import fill_backorders, fill_each
from dashboard.fulfilment.commands import FillBackorders
from dashboard.fulfilment.events import ParcelMoved
from dashboard.inventory.events import StockChanged
from dashboard.inventory.selling_events import PreorderSet
from dashboard.kernel import outbox
from dashboard.kernel.actor import system
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders import exceptions
from dashboard.orders.events import OrderProgressed
from dashboard.orders.model import OrderException

CLOCK = system("clock")
MORE_STOCK = frozenset({"received", "adjusted", "returned", "released", "counted", "transferred_in", "unheld"})


def _has_arrived(recorded: Recorded) -> bool:
    return recorded.data["after"] == "delivered"


def _is_more_stock(recorded: Recorded) -> bool:
    """Imports fill by themselves, a chunk at a time: fifty thousand reactions would keep everybody else's waiting."""
    return recorded.data["kind"] in MORE_STOCK and recorded.data["available"] > 0 and recorded.data["reason"] != "import"


@outbox.on(ParcelMoved, when=_has_arrived)
def resolve_late_parcel(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    found = tx.execute(
        sa.select(OrderException.id).where(OrderException.key == f"late:{recorded.id}", OrderException.resolved_at.is_(None))
    ).scalar()
    if found is not None:
        exceptions.clear_exceptions(tx, [found], "it has arrived", CLOCK, now)


def _waits_for_nobody(recorded: Recorded) -> bool:
    return recorded.data["after"].get("phase") == "to_route"


@outbox.on(OrderProgressed, when=_waits_for_nobody)
def hand_over_services(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """An order of fees and vouchers alone, paid or released: no warehouse will ever touch it."""
    services.hand_over_alone(tx, int(recorded.id), CLOCK, now)


@outbox.on(PreorderSet)
def begin_sooner(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """An item that can be had sooner than said, or at once: its stock goes to those who ordered it."""
    sku_id = int(recorded.id)
    parts = tx.execute(sa.select(KitComponent.part_id).where(KitComponent.kit_id == sku_id).order_by(KitComponent.part_id)).scalars()
    fill_each(tx, list(dict.fromkeys((sku_id, *parts.all()))), CLOCK, now)


@outbox.on(StockChanged, when=_is_more_stock)
def fill_waiting_orders(tx: Tx, recorded: Recorded, now: dt.datetime) -> None:
    """Stock that comes in goes to the orders that wait for it."""
    fill_backorders(tx, FillBackorders(int(recorded.id.partition(":")[0])), CLOCK, now)
