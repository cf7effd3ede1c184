"""What fulfilment does by the clock: late parcels become exceptions, and preorders get their stock when their day has come."""

import datetime as dt

import sqlalchemy as sa

from dashboard.catalog.model import KitComponent
from dashboard.fulfilment.backorders import GO_ON, fill_backorders
from dashboard.fulfilment.commands import FillBackorders
from dashboard.fulfilment.model import Parcel
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.model import StockBalance
from dashboard.inventory.store.cell import AVAILABLE
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.jobs import Leased
from dashboard.kernel.tx import Tx
from dashboard.orders import exceptions
from dashboard.orders.commands import OpenException
from dashboard.orders.model import Order

CLOCK = system("clock")
GRACE = dt.timedelta(days=1)
LOOK_BACK = dt.timedelta(days=7)
"""How long after its day a preorder is looked for: longer than anybody's server is ever off."""
ON_THE_ROAD = ("handed_over", "in_transit", "out_for_delivery", "failed_attempt", "exception", "available_for_pickup")


@jobs.periodic("fulfilment.late_parcels", dt.timedelta(minutes=5))
def find_late_parcels(_job: Leased) -> int:
    return db.write(report_late_parcels, None, CLOCK, clock.now())


@jobs.task(GO_ON)
def go_on_filling(job: Leased) -> int:
    """The orders that a long queue left for later."""
    return db.write(fill_backorders, FillBackorders(job.payload["sku_id"], job.payload["skip"]), CLOCK, clock.now())


@jobs.periodic("fulfilment.preorders", dt.timedelta(minutes=10))
def begin_preorders(_job: Leased) -> int:
    """Returns the units that went to those who ordered before the day."""
    now = clock.now()
    with db.db.engine.connect() as connection:
        found = on_sale(connection, now.date())
    return sum(db.write(fill_backorders, FillBackorders(sku_id), CLOCK, now) for sku_id in found)


def on_sale(connection: sa.Connection, today: dt.date) -> list[int]:
    """Stock SKUs that have left preorder in the last days, by themselves or as parts of kits that have, and lie on a shelf."""
    since = today - LOOK_BACK
    came = sa.select(SkuBackorder.sku_id).where(SkuBackorder.preorder_from.between(since, today))
    parts = sa.select(KitComponent.part_id).where(KitComponent.kit_id.in_(came))
    query = sa.select(StockBalance.sku_id).where(StockBalance.sku_id.in_(came.union(parts)), AVAILABLE > 0)
    return list(connection.scalars(query.distinct().order_by(StockBalance.sku_id)))


def report_late_parcels(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """One exception for each parcel a day past its date. Returns how many are new."""
    late = tx.execute(
        sa.select(Parcel.id, Parcel.order_id, Parcel.carrier, Parcel.tracking_number, Parcel.expected_at, Order.number)
        .join(Order, Order.id == Parcel.order_id)
        .where(Parcel.status.in_(ON_THE_ROAD), Parcel.expected_at < now - GRACE)
        .order_by(Parcel.id)
    ).all()
    opened = [
        exceptions.open_exception(
            tx,
            OpenException(
                "late",
                f"Order {parcel.number}: {parcel.carrier} parcel {parcel.tracking_number} is late",
                parcel.order_id,
                {"parcel": parcel.id, "expected_at": clock.iso(parcel.expected_at)},
                key=f"late:{parcel.id}",
                occurrence=clock.iso(parcel.expected_at) or "",
            ),
            actor,
            now,
        )
        for parcel in late
    ]
    return sum(found is not None for found in opened)
