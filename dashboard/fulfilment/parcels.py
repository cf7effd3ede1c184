"""Parcels: made when the carrier takes them, moved by the carrier's word."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.fulfilment import kits, rules, services, work
from dashboard.fulfilment.commands import MoveParcel, ShipParcel
from dashboard.fulfilment.events import ParcelMoved
from dashboard.fulfilment.model import Parcel
from dashboard.fulfilment.work import Work
from dashboard.kernel import clock, crash
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.statements import Prepared, next_ids, rows_into
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.counters import deliver_units
from dashboard.orders.model import Order

_INSERT = rows_into(
    Parcel,
    *("id", "fulfilment_order_id", "order_id", "status", "carrier", "tracking_number", "weight_grams", "expected_at"),
    *("handed_over_at", "version"),
)
_READ = "SELECT id, fulfilment_order_id, order_id, status, carrier, tracking_number, version FROM parcel WHERE id = "
_LOCKED = Prepared(sqlite=f"{_READ} :id", postgresql=f"{_READ} %(id)s FOR UPDATE")
_MOVED = "UPDATE parcel SET status = {status}, delivered_at = coalesce({delivered_at}, delivered_at), version = version + 1 WHERE id = {id}"
_MOVE = Prepared(
    sqlite=_MOVED.format(status=":status", delivered_at=":delivered_at", id=":id"),
    postgresql=_MOVED.format(status="%(status)s", delivered_at="%(delivered_at)s::bigint", id="%(id)s"),
)


class _Moving(NamedTuple):
    """A parcel as this transaction found it (locked)."""

    id: int
    fulfilment_order_id: int
    order_id: int
    status: str
    carrier: str
    tracking_number: str
    version: int


def hand_over(tx: Tx, order: Work, command: ShipParcel, now: dt.datetime) -> int:
    """The parcel of a fulfilment order, in the carrier's hands; the command's texts are clean. Returns its id."""
    parcel_id = next_ids(tx, "parcel", 1)[0]
    expected = clock.micros(command.expected_at) if command.expected_at else None
    sent = (order.id, order.order_id, "handed_over", command.carrier, command.tracking_number, command.weight_grams)
    tx.add(_INSERT, [(parcel_id, *sent, expected, clock.micros(now), 1)])
    return parcel_id


def move_parcel(tx: Tx, command: MoveParcel, actor: Actor, now: dt.datetime) -> int:
    """Take the carrier's word. A parcel that has arrived, or is lost, moves no more: later words change nothing.

    Returns the order's id. Raises: NotFound; Invalid, for an unknown status.
    """
    if command.status not in rules.PARCEL.statuses:
        raise Invalid(f"Unknown parcel status {command.status[:30]!r}.", fields={"status": "unknown"})
    found = tx.run(_LOCKED, id=command.parcel_id).fetchone()
    if found is None:
        raise NotFound("This parcel does not exist.")
    parcel = _Moving(*found)
    if not rules.PARCEL.allows(parcel.status, command.status):
        return parcel.order_id
    derive.check_version(tx, parcel.order_id, None)
    arrived = clock.micros(command.at or now) if command.status == "delivered" else None
    tx.run(_MOVE, id=parcel.id, status=command.status, delivered_at=arrived)
    if arrived is not None:
        _deliver(tx, parcel, actor, now)
        crash.point("parcel_delivered")
    if parcel.status in rules.PROBLEMS or command.status in rules.PROBLEMS:
        _keep_problem(tx, parcel.order_id)
    derive.rederive(tx, parcel.order_id, actor, now)
    tx.record(
        ParcelMoved(
            id=parcel.id,
            version=parcel.version + 1,
            order_id=parcel.order_id,
            before=parcel.status,
            after=command.status,
            carrier=parcel.carrier,
            tracking_number=parcel.tracking_number,
        ),
        actor,
        now,
    )
    return parcel.order_id


def _deliver(tx: Tx, parcel: _Moving, actor: Actor, now: dt.datetime) -> None:
    order = work.read(tx, parcel.fulfilment_order_id)
    for line_id, count in kits.whole(order.lines, "packed").items():
        if count:
            deliver_units(tx, line_id, count)
    if order.status == "shipped":
        work.advance(tx, order, "closed", sum(line.packed for line in order.lines), actor, now)
    services.deliver_services(tx, parcel.order_id)


def _keep_problem(tx: Tx, order_id: int) -> None:
    """Whether any parcel of the order is in trouble."""
    trouble = sa.exists().where(Parcel.order_id == order_id, Parcel.status.in_(rules.PROBLEMS))
    tx.execute(sa.update(Order).where(Order.id == order_id).values(parcel_problem=trouble))
