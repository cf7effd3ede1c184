"""What a stock movement does to lots: units that come need a lot, units that leave go earliest expiry first.

A transfer's arrivals carry the lots that left; a return goes back to the lot it was shipped from; a shipment takes what was picked.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.inventory import lot_rows
from dashboard.inventory.lot_rows import PICK, LotRow, Why
from dashboard.inventory.tracked_units import LotUnits, earliest_first, is_expired, lots_of
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, InsufficientStock
from dashboard.kernel.tx import Tx

EXPIRED = "expired"
"""The reason of a movement that sets expired units aside, or writes them off."""
CORRECTIONS = ("adjusted", "counted")
"""Kinds that may take expired units too, when nothing else is left: they say what is not there any more."""


def follow(tx: Tx, moves: Sequence[Any], actor: Actor, now: dt.datetime) -> None:
    """Change the lots of these movements (balances.Move) of SKUs that are kept by lot; their balances have changed already.

    Raises: Invalid, for units that come without a lot, or into a new lot without an expiry; Conflict, for a lot with fewer free units.
    """
    skus, places = {move.balance.sku_id for move in moves}, {move.balance.location_id for move in moves}
    shelf = lot_rows.locked(tx, skus, places, now)
    for move in moves:
        here = [row for row in shelf if (row.sku_id, row.location_id) == (move.balance.sku_id, move.balance.location_id)]
        why = Why(move.kind, move.order_id, move.cause, move.reason, actor, move.at or now)
        if move.quarantine < 0 and move.reason != EXPIRED:
            _let_go(tx, move, here, why)
        if move.on_hand > 0:
            _put(tx, move, why)
        elif move.on_hand < 0:
            _take(tx, move, here, why)
        elif move.quarantine > 0:
            _set_aside(tx, move, here, why)


def _let_go(tx: Tx, move: Any, here: Sequence[LotRow], why: Why) -> None:
    """Quarantine has fewer units: no more can be set aside there. What has expired is set aside again by the clock."""
    excess = sum(row.set_aside for row in here) - move.balance.quarantine
    for lot_id, units in earliest_first([(row.lot_id, row.set_aside) for row in here], max(0, excess)):
        lot_rows.change(tx, lot_id, move.balance.location_id, why, set_aside=-units)
        next(row for row in here if row.lot_id == lot_id).set_aside -= units


def _put(tx: Tx, move: Any, why: Why) -> None:
    balance = move.balance
    lots = _returning(tx, move) or _named(tx, move, why)
    lot_rows.make_stock(tx, balance.sku_id, balance.location_id, [lot_id for lot_id, _ in lots])
    for lot_id, units in lots:
        lot_rows.change(tx, lot_id, balance.location_id, why, units=units)


def _returning(tx: Tx, move: Any) -> list[tuple[int, int]]:
    """[(lot id, units)] of what comes back from where it went; nothing, where that is not known."""
    if move.kind == "transferred_in":
        away = lot_rows.outstanding(tx, move.balance.sku_id, cause=move.cause)
    elif move.kind == "returned" and move.order_id is not None:
        away = lot_rows.outstanding(tx, move.balance.sku_id, order_id=move.order_id)
    else:
        return []
    if move.given.named and away:
        return _of(away, move)
    back = earliest_first([(lot_id, units) for lot_id, _, units in away], move.on_hand)
    return back if sum(units for _, units in back) == move.on_hand else []


def _of(away: Sequence[tuple[int, str, int]], move: Any) -> list[tuple[int, int]]:
    """The named lots, each of which must be among those that left with enough units."""
    known = {code: (lot_id, units) for lot_id, code, units in away}
    found = []
    for place, lot in enumerate(lots_of(move.balance.sku, move.on_hand, move.given)):
        lot_id, units = known.get(lot.code, (0, 0))
        if units < lot.units:
            message = f"{move.balance.sku}: {units} units of lot {lot.code} are away, not {lot.units}."
            raise move.given.complain(f"lots.{place}.lot", message)
        found.append((lot_id, lot.units))
    return found


def _named(tx: Tx, move: Any, why: Why) -> list[tuple[int, int]]:
    """The lots as the person named them, made where they are new."""
    balance, given = move.balance, move.given
    lots = lots_of(balance.sku, move.on_hand, given)
    today = lot_rows.local_day(why.at, balance.time_zone)
    known = lot_rows.known(tx, balance.sku_id, [lot.code for lot in lots])
    new = {lot.code: lot.expires_on for lot in lots if lot.code not in known}
    for place, lot in enumerate(lots):
        if lot.code in new and lot.expires_on is None:
            message = f"{balance.sku}: lot {lot.code} is new; say when it expires."
            raise given.complain(f"lots.{place}.expires_on", message)
    lot_rows.make_lots(tx, balance.sku_id, {code: day for code, day in new.items() if day is not None}, why.at)
    if new:
        known = lot_rows.known(tx, balance.sku_id, [lot.code for lot in lots])
    for place, lot in enumerate(lots):
        expires_on = known[lot.code].expires_on
        if lot.expires_on not in (None, expires_on):
            message = f"{balance.sku}: lot {lot.code} expires on {expires_on}, not on {lot.expires_on}."
            raise given.complain(f"lots.{place}.expires_on", message)
        if move.kind == "received" and is_expired(expires_on, today):
            message = f"{balance.sku}: lot {lot.code} has expired on {expires_on}; send it back instead."
            raise given.complain(f"lots.{place}.expires_on", message)
    return [(known[lot.code].id, lot.units) for lot in lots]


def _take(tx: Tx, move: Any, here: Sequence[LotRow], why: Why) -> None:
    units = -move.on_hand
    if move.kind == "shipped":
        units -= _ship_picked(tx, move, why)
        if not units:
            return
    if move.given.named:
        chosen = _chosen(here, lots_of(move.balance.sku, units, move.given), move)
    else:
        fresh = [row for row in here if not row.expired]
        late = [row for row in here if row.expired] if move.kind in CORRECTIONS else []
        chosen = earliest_first([(row.lot_id, row.free) for row in (*fresh, *late)], units)
    if sum(count for _, count in chosen) < units:
        raise InsufficientStock(
            f"{move.balance.sku} at {move.balance.location}: fewer than {units} units are in lots that are free and have not expired.",
            short=[{"sku": move.balance.sku, "location": move.balance.location, "wanted": units}],
        )
    aside = 1 if move.reason == EXPIRED else 0
    for lot_id, count in chosen:
        lot_rows.change(tx, lot_id, move.balance.location_id, why, units=-count, set_aside=-count * aside)
        row = next(row for row in here if row.lot_id == lot_id)
        row.units -= count
        row.set_aside -= count * aside


def _ship_picked(tx: Tx, move: Any, why: Why) -> int:
    """What was picked from lots for this fulfilment order leaves. Returns the units; what was picked before there were lots is missing."""
    kind, _, work_id = (move.cause or "").partition(":")
    if kind != "fulfilment_order":
        return 0
    query = (
        sa.select(PICK.c.id, PICK.c.lot_id, PICK.c.units)
        .join(lot_rows.LOT, lot_rows.LOT.c.id == PICK.c.lot_id)
        .where(PICK.c.fulfilment_order_id == int(work_id), PICK.c.shipped_at.is_(None), PICK.c.units > 0)
        .where(lot_rows.LOT.c.sku_id == move.balance.sku_id)
        .order_by(PICK.c.lot_id)
    )
    picked: Sequence[Any] = tx.execute(query).all()
    if not picked:
        return 0
    for row in picked:
        lot_rows.change(tx, row.lot_id, move.balance.location_id, why, units=-row.units, picked=-row.units)
    tx.execute(sa.update(PICK).where(PICK.c.id.in_([row.id for row in picked])).values(shipped_at=why.at))
    return sum(row.units for row in picked)


def _chosen(here: Sequence[LotRow], lots: Sequence[LotUnits], move: Any) -> list[tuple[int, int]]:
    """The named lots of a shelf. Raises: Conflict, where one has fewer free units; Invalid, for one that is not there."""
    by_code = {row.code: row for row in here}
    found = []
    for place, lot in enumerate(lots):
        row = by_code.get(lot.code)
        if row is None:
            message = f"Lot {lot.code} of {move.balance.sku} is not at {move.balance.location}."
            raise move.given.complain(f"lots.{place}.lot", message)
        free = row.set_aside if move.on_hand < 0 and move.reason == EXPIRED else row.free
        if free < lot.units:
            raise Conflict(
                f"{free} units of lot {lot.code} are free at {move.balance.location}, not {lot.units}.", lot=lot.code, free=free
            )
        found.append((row.lot_id, lot.units))
    return found


def _set_aside(tx: Tx, move: Any, here: Sequence[LotRow], why: Why) -> None:
    """Units go to quarantine: where expired ones are, those are meant first."""
    if move.given.named:
        wanted = _chosen(here, lots_of(move.balance.sku, move.quarantine, move.given), move)
    else:
        wanted = earliest_first([(row.lot_id, row.free) for row in here if row.expired], move.quarantine)
    for lot_id, units in wanted:
        lot_rows.change(tx, lot_id, move.balance.location_id, why, set_aside=units)
        next(row for row in here if row.lot_id == lot_id).set_aside += units
