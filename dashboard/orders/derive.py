"""The one writer of an order's derived columns, its version, and the counts of the list's views."""

import datetime as dt
import functools
from typing import Any

from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.statements import Prepared, rows_into
from dashboard.kernel.tx import Tx
from dashboard.orders import ending_holds
from dashboard.orders.events import OrderProgressed
from dashboard.orders.model import OrderFacet
from dashboard.orders.rules import Derived, Facts, derive, views_of

SHARDS = 8
_ORDER = (
    "o.number, o.version, o.status, o.fulfilment_status, o.payment_status, o.phase, o.readiness, o.work, o.total, o.authorized, o.captured,"
    " o.refunded, o.voided, o.pay_on, o.open_holds, o.open_returns, o.parcel_problem, o.ready_at, o.shipped_at, o.delivered_at,"
    " o.cancelled_at, o.cancel_reason, o.carried, o.carried_received, o.repaid, o.views"
)
_READ = Prepared(
    sqlite=f"SELECT {_ORDER} FROM orders o WHERE o.id = :id",  # noqa: S608
    postgresql=f"SELECT {_ORDER} FROM orders o WHERE o.id = %(id)s FOR UPDATE",  # noqa: S608
)
_LINES = (
    "SELECT coalesce(sum(ordered), 0), coalesce(sum(cancelled), 0), coalesce(sum(backordered), 0), coalesce(sum(allocated), 0),"
    " coalesce(sum(picked), 0), coalesce(sum(packed), 0), coalesce(sum(shipped), 0), coalesce(sum(delivered), 0)"
    " FROM order_line WHERE order_id = "
)
_SUMS = Prepared(sqlite=_LINES + ":id", postgresql=_LINES + "%(id)s")
_TOGETHER = Prepared(
    sqlite="SELECT 1 FROM order_together WHERE order_id = :id", postgresql="SELECT 1 FROM order_together WHERE order_id = %(id)s"
)
_WRITE = Prepared(
    sqlite="UPDATE orders SET status = :status, fulfilment_status = :fulfilment_status, payment_status = :payment_status, phase = :phase,"
    " readiness = :readiness, views = :views, version = :version, ready_at = :ready_at,"
    " shipped_at = :shipped_at, delivered_at = :delivered_at, cancelled_at = :cancelled_at"
    " WHERE id = :id",
    postgresql="UPDATE orders SET status = %(status)s, fulfilment_status = %(fulfilment_status)s, payment_status = %(payment_status)s,"
    " phase = %(phase)s, readiness = %(readiness)s, views = %(views)s, version = %(version)s, ready_at = %(ready_at)s,"
    " shipped_at = %(shipped_at)s, delivered_at = %(delivered_at)s,"
    " cancelled_at = %(cancelled_at)s WHERE id = %(id)s",
)
_BUMP = Prepared(
    sqlite="UPDATE orders SET version = :version WHERE id = :id",
    postgresql="UPDATE orders SET version = %(version)s WHERE id = %(id)s",
)
_COUNT = rows_into(OrderFacet, "view", "shard", "count").on_conflict(
    "(view, shard) DO UPDATE SET count = order_facet.count + excluded.count"
)
_WAITING = ("on_hold", "payment_due")


def check_version(tx: Tx, order_id: int, version: int | None) -> None:
    """Raises: NotFound; Conflict, when the order is not what the person saw any more (facts: version)."""
    found = tx.run(_READ, id=order_id).fetchone()
    if found is None:
        raise NotFound("This order does not exist.", order_id=order_id)
    if version is not None and found[1] != version:
        raise Conflict(
            f"Order {found[0]} was changed meanwhile. Look at it again before you go on.",
            version=found[1],
            seen=version,
            number=found[0],
        )


def rederive(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> int:
    """Bump the order's version, derive its headlines from its facts, count the views; the holds of an order that is over end.

    Returns the new version.
    """
    row = tx.run(_READ, id=order_id).fetchone()
    sums = tx.run(_SUMS, id=order_id).fetchone()
    (number, version, *before, work, total, authorized, captured, refunded, voided, pay_on, holds, open_returns, problem) = row[
        :17
    ]
    old = Derived(*before)
    carried, carried_received, repaid = row[22:25]
    new = derive(
        Facts(
            old.status,
            *(int(value) for value in sums),
            total=total,
            authorized=authorized + carried,
            captured=captured + carried_received,
            refunded=refunded,
            voided=voided,
            pay_on=pay_on,
            work=work,
            open_holds=holds,
            open_returns=open_returns,
            parcel_problem=bool(problem),
            called_off=row[21] is not None,
            repaid=repaid,
            together=bool(sums[2]) and work == "allocated" and tx.run(_TOGETHER, id=order_id).fetchone() is not None,
        )
    )
    version += 1
    moments, views, seen = _moments(row[17:21], new, clock.micros(now)), views_of(new.status, new.phase, work), frozenset(row[25].split())
    if (new, views, *moments.values()) == (old, seen, *row[17:21]):
        tx.run(_BUMP, id=order_id, version=version)  # no index of the list has to move
    else:
        tx.run(_WRITE, id=order_id, version=version, views=views_text(views), **new._asdict(), **moments)
    if holds and new.status in ending_holds.REASONS:
        ending_holds.end_holds(tx, order_id, version, new.status, actor, now)
    count(tx, order_id, seen, views)
    if (new, views) != (old, seen):
        _record(tx, order_id, number, version, old, new, actor, now)
    return version


@functools.cache
def views_text(views: frozenset[str]) -> str:
    return " ".join(sorted(views))


def count(tx: Tx, order_id: int, before: frozenset[str], after: frozenset[str]) -> None:
    """Keep the counted views: one row each that gains or loses this order."""
    shard = order_id % SHARDS
    for views, more in ((after - before, 1), (before - after, -1)):
        if views:
            tx.tally(_COUNT, [(view, shard) for view in views], more)


def _moments(stored: tuple[Any, ...], new: Derived, now: int) -> dict[str, Any]:
    """When the order became ready, shipped, delivered, cancelled: each keeps its first moment."""
    ready, shipped, delivered, cancelled = stored
    return {
        "ready_at": ready or (now if new.phase not in _WAITING and new.phase != "cancelled" else None),
        "shipped_at": shipped or (now if new.fulfilment_status in ("shipped", "delivered") else None),
        "delivered_at": delivered or (now if new.fulfilment_status == "delivered" else None),
        "cancelled_at": cancelled or (now if new.status == "cancelled" else None),
    }


def _record(tx: Tx, order_id: int, number: str, version: int, old: Derived, new: Derived, actor: Actor, now: dt.datetime) -> None:
    changed = [name for name in Derived._fields if getattr(old, name) != getattr(new, name)]
    tx.record(
        OrderProgressed(
            id=order_id,
            version=version,
            order_id=order_id,
            number=number,
            before={name: getattr(old, name) for name in changed},
            after={name: getattr(new, name) for name in changed},
        ),
        actor,
        now,
    )
