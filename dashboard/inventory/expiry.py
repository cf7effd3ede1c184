"""Lots that have expired: their units are set aside so that nobody is promised them, and written off by a person."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.catalog import lookup
from dashboard.catalog.model import Sku
from dashboard.inventory import balances, lot_rows
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.lot_rows import LOT, STOCK
from dashboard.inventory.lots import EXPIRED
from dashboard.inventory.model import Location, StockBalance
from dashboard.inventory.tracked_units import Given, LotUnits, folded, is_expired
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.tx import Tx

AT_ONCE = 200
AHEAD = dt.timedelta(hours=14)
"""No place on earth is further ahead of UTC."""
_AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


@dataclass(frozen=True)
class WriteOffLot:
    """Throw away what is set aside of an expired lot at one location."""

    sku: str
    lot: str
    location: str


def expire_lots(tx: Tx, most: int, actor: Actor, now: dt.datetime) -> int:
    """Move expired units that nobody has picked into quarantine, as far as they are available. Returns how many units.

    Units that are allocated follow once their orders let go of them: a picker is never given an expired lot.
    """
    stock = balances.locked(tx, [row.sku_id for row in _due(tx, most, now)])
    due = [row for row in _due(tx, most, now) if row.sku_id in stock] if stock else []  # read again, now that nobody else moves them
    shelves = {(shelf.sku_id, shelf.location_id): shelf for rows in stock.values() for shelf in rows}
    left = {place: shelf.available for place, shelf in shelves.items()}
    moves = []
    for row in due:
        place = (row.sku_id, row.location_id)
        if units := min(row.free, left[place]):
            left[place] -= units
            moves.append(_aside(shelves[place], row, units))
    balances.move(tx, moves, actor, now)
    return sum(move.quarantine for move in moves)


def _due(tx: Tx, most: int, now: dt.datetime) -> list[Any]:
    """Lots past their day, in the time of the place they are at, with units that are free there and available."""
    free = STOCK.c.units - STOCK.c.picked - STOCK.c.set_aside
    here = sa.and_(StockBalance.sku_id == STOCK.c.sku_id, StockBalance.location_id == STOCK.c.location_id)
    query = (
        sa.select(LOT.c.id, LOT.c.code, LOT.c.expires_on, STOCK.c.sku_id, STOCK.c.location_id, free.label("free"), Location.time_zone)
        .join_from(STOCK, LOT, LOT.c.id == STOCK.c.lot_id)
        .join(Location, Location.id == STOCK.c.location_id)
        .join(StockBalance, here)
        .where(LOT.c.expires_on < (now + AHEAD).date(), free > 0, _AVAILABLE > 0)
        .order_by(STOCK.c.sku_id, STOCK.c.location_id, LOT.c.expires_on, LOT.c.id)
        .limit(most)
    )
    rows: Sequence[Any] = tx.execute(query).all()
    return [row for row in rows if is_expired(row.expires_on, lot_rows.local_day(now, row.time_zone))]


def _aside(shelf: Balance, row: Any, units: int) -> Move:
    given = Given((LotUnits(row.code, units),))
    return Move(shelf, "state_changed", quarantine=units, reason=EXPIRED, cause=f"lot:{row.id}", note=f"Lot {row.code}", given=given)


def write_off_lot(tx: Tx, command: WriteOffLot, actor: Actor, now: dt.datetime) -> int:
    """What is set aside of an expired lot leaves the books. Returns how many units.

    Raises: NotFound, for an unknown SKU, lot or location; Conflict, when nothing of it is set aside there; Forbidden, beyond the units
    or the locations of the actor's role.
    """
    lot = _lot(tx, command)
    reach.assert_location(actor, command.location)
    shelf = balances.at(tx, lot.sku_id, lot.location_id)
    units = tx.execute(sa.select(STOCK.c.set_aside).where(STOCK.c.lot_id == lot.id, STOCK.c.location_id == lot.location_id)).scalar()
    if not units:
        raise Conflict(f"Nothing of lot {lot.code} is set aside at {command.location}; somebody may have written it off already.")
    reach.assert_adjustment(actor, -units)
    said = {"reason": EXPIRED, "cause": f"lot:{lot.id}", "note": f"Lot {lot.code}"}
    gone = Move(shelf, "adjusted", on_hand=-units, quarantine=-units, given=Given((LotUnits(lot.code, units),)), **said)
    balances.move(tx, [gone], actor, now)
    return units


def _lot(tx: Tx, command: WriteOffLot) -> Any:
    query = (
        sa.select(LOT.c.id, LOT.c.code, LOT.c.sku_id, Location.id.label("location_id"))
        .join(Sku, Sku.id == LOT.c.sku_id)
        .join(Location, sa.true())
        .where(Sku.code == lookup.folded(command.sku), LOT.c.code == folded(command.lot), Location.code == command.location)
    )
    askable = not any(text.trouble(word, 64) for word in (command.sku, command.lot, command.location))
    found = tx.execute(query).first() if askable else None
    if found is None:
        raise NotFound(f"There is no lot {command.lot[:60]} of {command.sku[:64]} at {command.location[:40]}.")
    return found
