"""The one place where a change of stock meets lots and serial numbers: balances.move hands it what concerns them.

The rule: units that come say which lot or which serial numbers they are, unless that is known from what left before (a transfer, a
return). Units that leave go by the earliest expiry, or by name; serial numbers by name, unless all there are meant, or they were
picked. Whoever cannot say (a table of figures, imported history) is refused row by row.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.inventory import lots, serials
from dashboard.inventory.lot_rows import Why
from dashboard.inventory.tracked_units import Given
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx

FOLLOW = {"lots": lots.follow, "serials": serials.follow}


def follow(tx: Tx, moves: Sequence[Any], actor: Actor, now: dt.datetime) -> None:
    """moves: balances.Move of SKUs that are kept by lot or serial number, or that somebody gave lots or serial numbers for.

    Raises: Invalid, with the field, for too little, too much or the wrong ones; Conflict, for what somebody else has taken.
    """
    for move in moves:
        if move.balance.tracks == "none" and move.given.named:
            name = "lots" if move.given.lots else "serials"
            raise move.given.complain(name, f"{move.balance.sku} is counted in units only; leave out the {name}.")
    for tracks, apply in FOLLOW.items():
        mine = [move for move in moves if move.balance.tracks == tracks and (move.on_hand or move.quarantine)]
        if mine:
            apply(tx, mine, actor, now)


class Lost(NamedTuple):
    """Units that left for a transfer and will not arrive: no balance changes any more. given: which serial numbers."""

    sku: str
    sku_id: int
    units: int
    cause: str
    reason: str
    given: Given


class Disposed(NamedTuple):
    """Units that came back from an order and reach no shelf: no balance changes. reason: scrap or vendor; given: which serial numbers."""

    sku: str
    sku_id: int
    order_id: int
    units: int
    cause: str
    reason: str
    given: Given


def dispose(tx: Tx, gone: Disposed, actor: Actor, now: dt.datetime) -> None:
    """Say of the serial numbers that came back that they are scrapped, or went to their vendor; of lots nothing changes.

    Raises: Invalid, when some are meant and it is not said which.
    """
    serials.dispose(tx, gone, Why("returned", gone.order_id, gone.cause, gone.reason, actor, now))


def write_off(tx: Tx, lost: Lost, actor: Actor, now: dt.datetime) -> None:
    """Say of the serial numbers on the way that they are lost; of lots, the ledger shows what never arrived.

    Raises: Invalid, when some are meant and it is not said which.
    """
    serials.write_off(tx, lost, Why("transfer_lost", None, lost.cause, lost.reason, actor, now))
