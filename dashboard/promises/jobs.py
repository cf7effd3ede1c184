"""What promises do by themselves: go on with a long list, and find lines that wait without one."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.jobs import Leased
from dashboard.kernel.tx import Tx
from dashboard.orders.model import Order, OrderLine
from dashboard.promises.actions import FOLLOW, recompute
from dashboard.promises.commands import Recompute
from dashboard.promises.model import OrderPromise

CLOCK = system("promises")
MOST = 100


@jobs.task(FOLLOW)
def follow(job: Leased) -> int:
    """The orders a long recomputation left for later."""
    asked = job.payload
    command = Recompute(tuple(asked["sku_ids"]), (), asked["cause"], asked["because"], whole=True)
    return db.write(recompute, command, CLOCK, clock.now())


@jobs.periodic("promises.upkeep", dt.timedelta(minutes=1))
def look_after(_job: Leased) -> int:
    return db.write(upkeep, None, CLOCK, clock.now())


def upkeep(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """Promise to lines that wait without a promise, or with one for other units: of imports and databases older than promises.

    Returns how many orders were looked at; at most MOST at once.
    """
    waits = sa.case((Order.status == "open", OrderLine.backordered), else_=0)
    promised = sa.func.coalesce(OrderPromise.units, 0)
    waiting = (
        sa.select(OrderLine.order_id)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(OrderPromise, OrderPromise.order_line_id == OrderLine.id)
        .where(OrderLine.backordered > 0, waits != promised)
        .limit(MOST)
    )
    served = (
        sa.select(OrderPromise.order_id)
        .join(OrderLine, OrderLine.id == OrderPromise.order_line_id)
        .where(OrderPromise.units > 0, OrderLine.backordered == 0)
        .limit(MOST)
    )
    found = sorted({*tx.execute(waiting).scalars(), *tx.execute(served).scalars()})[:MOST]
    if found:
        recompute(tx, Recompute(order_ids=tuple(found), cause="upkeep", because="Its promise was looked at again"), actor, now)
    return len(found)
