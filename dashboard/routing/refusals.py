"""Locations that could not send an order: asked no more for it."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel import clock
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.routing.model import RoutingRefusal

REJECTED, SHORT = "rejected", "short"
_REFUSE = (
    "INSERT INTO routing_refusal (order_id, location_id, kind, reason, at) VALUES ({order_id}, {location_id}, {kind}, {reason}, {at})"
    " ON CONFLICT (order_id, location_id) DO UPDATE SET reason = excluded.reason, at = excluded.at,"
    " kind = CASE WHEN routing_refusal.kind = 'rejected' THEN 'rejected' ELSE excluded.kind END"
)
_NAMES = ("order_id", "location_id", "kind", "reason", "at")
_KEEP = Prepared(
    sqlite=_REFUSE.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_REFUSE.format(**{name: f"%({name})s" for name in _NAMES}),
)


def refuse(tx: Tx, order_id: int, location_id: int, kind: str, reason: str, now: dt.datetime) -> None:
    """Remember that this location could not send the order. kind: REJECTED or SHORT; one that rejected stays so."""
    tx.run(_KEEP, order_id=order_id, location_id=location_id, kind=kind, reason=reason, at=clock.micros(now))


def rejecting(tx: Tx, order_id: int) -> dict[int, str]:
    """{location id: kind} of those that are never asked again for this order."""
    return {at: kind for at, kind in refusing(tx, order_id).items() if kind == REJECTED}


def refusing(tx: Tx, order_id: int) -> dict[int, str]:
    """{location id: kind} of those that are not asked in place of one that failed."""
    found = tx.execute(
        sa.select(RoutingRefusal.location_id, RoutingRefusal.kind)
        .where(RoutingRefusal.order_id == order_id)
        .order_by(RoutingRefusal.location_id)
    )
    return {row.location_id: row.kind for row in found}
