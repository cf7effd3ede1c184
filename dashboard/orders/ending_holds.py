"""An order that is over waits for nothing: its holds end with it."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.events import HoldReleased
from dashboard.orders.model import Order, OrderHold

REASONS = {"cancelled": "order cancelled", "discarded": "order discarded", "completed": "nothing is left to send"}
"""Why the holds of an order end, by the status that ends it."""


def end_holds(tx: Tx, order_id: int, version: int, status: str, actor: Actor, now: dt.datetime) -> None:
    """Release every open hold of an order that came to `status`; the caller has locked the order and gives it `version`.

    Only derive.rederive calls this, so that whatever ends an order ends its holds.
    """
    ended = (
        sa.update(OrderHold)
        .where(OrderHold.order_id == order_id, OrderHold.released_at.is_(None))
        .values(released_at=now, released_by=actor.name, release_reason=REASONS[status])
        .returning(OrderHold.id, OrderHold.kind)
    )
    released = sorted(tuple(row) for row in tx.execute(ended))
    tx.execute(sa.update(Order).where(Order.id == order_id).values(open_holds=0))
    for hold_id, kind in released:
        tx.record(HoldReleased(order_id, version, order_id, hold_id, kind, REASONS[status]), actor, now)
