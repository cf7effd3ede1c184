"""What fulfilment does by the clock: parcels that should have arrived become exceptions."""

import datetime as dt

import sqlalchemy as sa

from dashboard.fulfilment.model import Parcel
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.jobs import Leased
from dashboard.kernel.tx import Tx
from dashboard.orders import exceptions
from dashboard.orders.commands import OpenException
from dashboard.orders.model import Order

CLOCK = system("clock")
GRACE = dt.timedelta(days=1)
ON_THE_ROAD = ("handed_over", "in_transit", "out_for_delivery", "failed_attempt", "exception", "available_for_pickup")


@jobs.periodic("fulfilment.late_parcels", dt.timedelta(minutes=5))
def find_late_parcels(_job: Leased) -> int:
    return db.write(report_late_parcels, None, CLOCK, clock.now())


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
