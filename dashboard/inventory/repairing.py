"""Make a balance, its ledger, its allocations, its holds and its lots agree again, by one more ledger row."""

import datetime as dt

import sqlalchemy as sa

from dashboard.accounts import roles
from dashboard.catalog.model import Sku
from dashboard.inventory import balances
from dashboard.inventory.commands import RepairStock
from dashboard.inventory.drift import REPAIR, Standing
from dashboard.inventory.lot_repairing import repair_lots
from dashboard.inventory.model import Location, StockBalance
from dashboard.inventory.store.standing import standing
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, NotFound
from dashboard.kernel.tx import Tx


def repair_stock(tx: Tx, command: RepairStock, actor: Actor, now: dt.datetime) -> Standing:
    """Set allocated and held to what orders and holds have, and log what the ledger lacks. Returns the place as it stood before.

    On hand, damaged and quarantine stay as they are: that is what was sold against. Whoever doubts them counts the shelf. Lots follow
    on hand (lot_drift.wanted), with a row in their own ledgers.

    Raises: Forbidden, for a role whose adjustments are limited; NotFound, for a place without a balance; Conflict, when it was
    changed meanwhile (facts: version), when nothing differs, when less is on hand than orders, holds and pickers have, or when serial
    numbers differ: nobody can guess those.
    """
    _check_role(actor)
    text.kept("note", command.note, 500)
    sku_id, location_id = _place(tx, command)
    balance = balances.at(tx, sku_id, location_id)
    found = next(place for place in standing(tx.connection, sku_id) if place.location_id == location_id)
    _check(command, found)
    balances.restate(tx, balance, found.ledger, found.wanted, command.note or " ".join(found.sentences()), REPAIR, actor, now)
    repair_lots(tx, found, actor, now)
    return found


def _check_role(actor: Actor) -> None:
    if roles.limits_of(actor).adjust is not None:
        raise Forbidden("Repairing stock is for an operations manager or an owner.")


def _place(tx: Tx, command: RepairStock) -> tuple[int, int]:
    at_place = sa.select(StockBalance.sku_id, StockBalance.location_id).join(Sku, Sku.id == StockBalance.sku_id)
    at_place = at_place.join(Location, Location.id == StockBalance.location_id)
    found = tx.execute(at_place.where(Sku.code == command.sku, Location.code == command.location)).first()
    if found is None:
        raise NotFound(f"There is no {command.sku[:64]} at {command.location[:40]}.")
    return found[0], found[1]


def _check(command: RepairStock, found: Standing) -> None:
    if found.version != command.expected:
        raise Conflict(
            f"{found.sku} at {found.place} has moved since it was checked. Check it again.",
            version=found.version,
            expected=command.expected,
        )
    if found.agrees:
        raise Conflict(f"{found.sku} at {found.place} needs no repair: everything agrees.")
    if found.available < 0:
        wanted = found.wanted
        raise Conflict(
            f"{found.sku} at {found.place} has {wanted['on_hand']:,} on hand, but orders, holds and set-aside units need"
            f" {wanted['on_hand'] - found.available:,}. Count the shelf and adjust it first.",
            on_hand=wanted["on_hand"],
            needed=wanted["on_hand"] - found.available,
        )
    if found.hindrance:
        raise Conflict(f"{found.sku} at {found.place}: {found.hindrance}", on_hand=found.balance["on_hand"], named=found.named)
