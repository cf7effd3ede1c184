"""Make the lots of one place sum up to its on hand again, each change with its row in the lot's ledger."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.inventory import lot_drift, lot_rows
from dashboard.inventory.drift import REPAIR, Standing
from dashboard.inventory.lot_drift import UNKNOWN, Shelved
from dashboard.inventory.lot_rows import LOT, MOVEMENT, STOCK
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx


def repair_lots(tx: Tx, found: Standing, actor: Actor, now: dt.datetime) -> None:
    """The place's balance is locked and repaired already; on hand stays, lots follow it.

    Raises: Conflict, when more units are picked of lots than are on hand.
    """
    if found.tracks != "lots":
        return
    lots = _shelved(tx, found)
    if not lots and found.balance["on_hand"]:
        _make_unknown(tx, found, now)
        lots = _shelved(tx, found)
    wanted = lot_drift.wanted(lots, found.balance["on_hand"])
    if wanted is None:
        raise Conflict(f"More units of {found.sku} are picked from lots at {found.place} than are on hand. Count the shelf first.")
    for lot in lots:
        _restate(tx, lot, found.location_id, wanted[lot.lot_id], actor, now)


def _shelved(tx: Tx, found: Standing) -> list[Shelved]:
    at_place = sa.and_(MOVEMENT.c.lot_id == STOCK.c.lot_id, MOVEMENT.c.location_id == STOCK.c.location_id)
    logged = [
        sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(at_place).scalar_subquery()
        for column in (MOVEMENT.c.units, MOVEMENT.c.set_aside)
    ]
    query = (
        sa.select(STOCK.c.lot_id, LOT.c.expires_on, STOCK.c.units, STOCK.c.picked, STOCK.c.set_aside, *logged)
        .join(LOT, LOT.c.id == STOCK.c.lot_id)
        .where(STOCK.c.sku_id == found.sku_id, STOCK.c.location_id == found.location_id)
        .order_by(STOCK.c.lot_id)
        .with_for_update(of=STOCK)
    )
    rows: Sequence[Any] = tx.execute(query).all()
    return [Shelved(*row[:5], int(row[5]), int(row[6])) for row in rows]


def _make_unknown(tx: Tx, found: Standing, now: dt.datetime) -> None:
    place = sa.text("SELECT time_zone FROM location WHERE id = :id")
    today = lot_rows.local_day(now, tx.execute(place, {"id": found.location_id}).scalar_one())
    lot_rows.make_lots(tx, found.sku_id, {UNKNOWN: today}, now)
    lot_rows.make_stock(tx, found.sku_id, found.location_id, [lot_rows.known(tx, found.sku_id, [UNKNOWN])[UNKNOWN].id])


def _restate(tx: Tx, lot: Shelved, location_id: int, wanted: Sequence[int], actor: Actor, now: dt.datetime) -> None:
    """The row says what is wanted, one ledger row brings the sum of its movements there too."""
    units, set_aside = wanted
    if (units, set_aside) != (lot.units, lot.set_aside):
        here = sa.and_(STOCK.c.lot_id == lot.lot_id, STOCK.c.location_id == location_id)
        tx.execute(sa.update(STOCK).where(here).values(units=units, set_aside=set_aside))
    lacking = {"units": units - lot.units_logged, "set_aside": set_aside - lot.aside_logged}
    if any(lacking.values()):
        said = {"kind": "adjusted", "reason": REPAIR, "actor": actor.ref, "actor_name": actor.name, "at": now}
        tx.execute(sa.insert(MOVEMENT).values(lot_id=lot.lot_id, location_id=location_id, **lacking, **said))
