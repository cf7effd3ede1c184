"""Take back the release of a hold: the very hold stands again, with its date and note."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.hold_locking import locked_hold
from dashboard.orders.label_events import HoldReopened
from dashboard.orders.model import Order
from dashboard.orders.still_open import check_holdable


@dataclass(frozen=True)
class ReopenHold:
    """released_at: microseconds; the release that is taken back."""

    hold_id: int
    released_at: int


def reopen_hold(tx: Tx, command: ReopenHold, actor: Actor, now: dt.datetime) -> int:
    """Returns the order's id. A moment of readiness that only the release gave is taken back too.

    Raises: NotFound; Conflict, when the hold was not released then, its date has come, or the order is over.
    """
    hold = locked_hold(tx, command.hold_id)
    if hold.released_at is None or clock.micros(hold.released_at) != command.released_at:
        raise Conflict("This hold has been released again since." if hold.released_at else "This hold stands already.")
    if hold.until is not None and hold.until <= now:
        raise Conflict("The date of this hold has come; it would end at once.")
    order = tx.execute(sa.select(Order.number, Order.status, Order.ready_at).where(Order.id == hold.order_id)).one()
    check_holdable(order)
    changed = {"open_holds": Order.open_holds + 1, "ready_at": None if order.ready_at == hold.released_at else order.ready_at}
    hold.released_at = hold.released_by = hold.release_reason = None
    tx.flush()
    tx.execute(sa.update(Order).where(Order.id == hold.order_id).values(changed))
    version = derive.rederive(tx, hold.order_id, actor, now)
    tx.record(HoldReopened(hold.order_id, version, hold.order_id, hold.id, hold.kind), actor, now)
    return hold.order_id
