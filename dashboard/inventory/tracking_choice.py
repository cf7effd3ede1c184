"""How the units of a SKU are told apart, changed while there are none, or with one opening lot for those there are."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.catalog import rules
from dashboard.catalog.events import SkuChanged
from dashboard.catalog.model import Sku
from dashboard.inventory import balances, lot_rows
from dashboard.inventory.balances import Balance
from dashboard.inventory.lot_rows import Why
from dashboard.inventory.tracked_units import Given, LotUnits, lots_of
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

_ALONE = Prepared(sqlite="SELECT 1", postgresql="LOCK TABLE stock_balance IN EXCLUSIVE MODE")
"""Nobody may be about to move units by the old rule. SQLite's writer is alone anyway."""


@dataclass(frozen=True)
class TrackSku:
    """tracks: one of catalog.rules.TRACKS. opening_lot, expires_on: for the units there are, when lots begin."""

    sku: str
    tracks: str
    version: int
    opening_lot: str = ""
    expires_on: dt.date | None = None


def track_sku(tx: Tx, command: TrackSku, actor: Actor, now: dt.datetime) -> int:
    """Returns the SKU's new version.

    Raises: NotFound; Invalid, for an unknown choice or an opening lot without an expiry; Conflict, when the SKU was changed meanwhile,
    or while units of it are on hand (facts: on_hand).
    """
    tx.run(_ALONE)
    sku = tx.orm.scalar(sa.select(Sku).where(Sku.code == rules.fold_code(command.sku)).with_for_update())
    if sku is None:
        raise NotFound(f"There is no SKU {command.sku[:64]}.")
    if sku.version != command.version:
        raise Conflict(f"SKU {sku.code} was changed meanwhile; look again.", version=sku.version, seen=command.version)
    tracks = rules.tracks(command.tracks, sku.kind)
    if tracks == sku.tracks:
        return sku.version
    shelves = [shelf for shelf in balances.locked(tx, [sku.id]).get(sku.id, []) if shelf.on_hand]
    if shelves:
        _check_opening(sku, command, shelves)
    before, sku.tracks = sku.tracks, tracks
    sku.version += 1
    sku.updated_by, sku.updated_at = actor.name, now
    tx.flush()
    if shelves:
        _open(tx, sku, command, shelves, actor, now)
    tx.record(SkuChanged(sku.id, sku.version, sku.code, {"tracks": [before, tracks]}), actor, now)
    return sku.version


def _check_opening(sku: Any, command: TrackSku, shelves: list[Balance]) -> None:
    units = sum(shelf.on_hand for shelf in shelves)
    if command.tracks != "lots" or sku.tracks != "none" or not command.opening_lot.strip():
        how = " or name an opening lot for them" if (command.tracks, sku.tracks) == ("lots", "none") else ""
        raise Conflict(f"{units:,} units of {sku.code} are on hand. Move them out first{how}.", on_hand=units)
    if command.expires_on is None:
        message = f"Say when the opening lot of {sku.code} expires."
        raise Invalid(message, fields={"expires_on": message})


def _open(tx: Tx, sku: Any, command: TrackSku, shelves: list[Balance], actor: Actor, now: dt.datetime) -> None:
    """All units there are become one lot, at each of their locations; on hand stays as it is."""
    why = Why("opened", None, f"sku:{sku.id}", None, actor, now)
    day = command.expires_on or now.date()
    code = lots_of(sku.code, 1, Given((LotUnits(command.opening_lot, 1, day),)))[0].code
    lot_rows.make_lots(tx, sku.id, {code: day}, now)
    lot = lot_rows.known(tx, sku.id, [code])[code]
    if lot.expires_on != day:
        message = f"Lot {code} of {sku.code} is known already: it expires on {lot.expires_on}."
        raise Invalid(message, fields={"expires_on": message})
    for shelf in shelves:
        lot_rows.make_stock(tx, sku.id, shelf.location_id, [lot.id])
        lot_rows.change(tx, lot.id, shelf.location_id, why, units=shelf.on_hand)
