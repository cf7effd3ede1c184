"""An adjustment of one bin: its units change with the balance's, instead of those that the rule would choose."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.inventory import bin_rows, bins
from dashboard.inventory.bin_rows import Shift, Why
from dashboard.inventory.bin_rules import Held
from dashboard.inventory.model import Location
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import InsufficientStock
from dashboard.kernel.tx import Tx


def named(tx: Tx, balance: Any, code: str, change: int) -> Held | None:
    """The bin that is adjusted, as it is now; None without a code.

    Args: balance: locked. Raises: Invalid (fields: bin), as bins.bin_at; InsufficientStock, for more than lies there (facts: in_bin).
    """
    if not code.strip():
        return None
    place = tx.execute(sa.select(Location.id, Location.name).where(Location.id == balance.location_id)).one()
    found = bins.bin_at(tx, place, code)
    here = [held for held in bin_rows.held_at(tx, balance) if held.bin_id == found.id]
    held = here[0] if here else Held(found.id, found.code, found.pickable, found.pick_order, 0)
    if held.units + change < 0:
        message = f"{held.code} holds {held.units:,} units of {balance.sku}; {-change:,} cannot leave it."
        raise InsufficientStock(message, in_bin=held.units, fields={"bin": message})
    return held


def set_aside(held: Held | None, change: int) -> int:
    """The part of the change that is quarantine's."""
    return change if held is not None and not held.pickable else 0


def follow(tx: Tx, balance: Any, held: Held | None, units: int, actor: Actor, now: dt.datetime) -> None:
    """The bin gains or loses these units: a loss before the balance changes, a gain after it."""
    if held is not None and units:
        bin_rows.shift(tx, balance, [Shift(held, units)], Why("adjusted", None, actor, now))
