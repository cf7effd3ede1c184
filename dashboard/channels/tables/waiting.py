"""Orders that wait for what an import put on the shelf: one job per chunk, instead of one reaction per row."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.commands import FillBackorders
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased
from dashboard.kernel.tx import Tx
from dashboard.orders.model import OrderLine

TASK = "channels.fill_waiting"


def fill_later(tx: Tx, run_id: int, chunk: int, sku_ids: Sequence[int], now: dt.datetime) -> None:
    """Have those of the SKUs that somebody waits for given to who waits, after the commit."""
    if not sku_ids:
        return
    waited = tx.execute(
        sa.select(OrderLine.sku_id).where(OrderLine.backordered > 0, OrderLine.sku_id.in_(sku_ids)).distinct().order_by(OrderLine.sku_id)
    )
    wanted = list(waited.scalars())
    if wanted:
        jobs.enqueue(tx, TASK, {"skus": wanted}, now, key=f"fill:{run_id}:{chunk}", title="Fill backorders after an import")


@jobs.task(TASK)
def fill_waiting(job: Leased) -> str:
    """Fill the backorders of each SKU in a transaction of its own."""
    units = sum(db.write(fill_backorders, FillBackorders(sku_id), system("import"), clock.now()) for sku_id in job.payload["skus"])
    return f"{units} units given"
