"""Set what a balance should not fall below: its reorder point and its safety stock."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory import balances
from dashboard.inventory.commands import SetLevels
from dashboard.inventory.events import LevelsSet
from dashboard.inventory.model import Location, StockBalance
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS


def set_levels(tx: Tx, commands: Sequence[SetLevels], actor: Actor, now: dt.datetime) -> int:
    """Set the levels of one SKU at some locations: all or none. Returns how many changed.

    Raises: NotFound; Invalid, outside 0 to 2**31 - 1; Conflict, where somebody changed them meanwhile (facts: theirs, location).
    """
    return sum(_set(tx, command, actor, now) for command in commands)


def _set(tx: Tx, command: SetLevels, actor: Actor, now: dt.datetime) -> bool:
    wanted = (command.reorder_point, command.safety)
    if not all(0 <= units <= MOST_UNITS for units in wanted):
        raise Invalid(f"A level is 0 to {MOST_UNITS} units.", fields={command.location: "0 or more units"})
    if wanted == command.base:
        return False
    both = sa.select(Sku.id, Location.id, Sku.kind).join(Location, sa.true())
    found = tx.execute(both.where(Sku.code == command.sku, Location.code == command.location)).first()
    if found is None:
        raise NotFound(f"There is no {command.sku} at {command.location}.")
    if found.kind != "stock":
        message = f"{command.sku} is a {found.kind}; levels are set for stock items."
        raise Invalid(message, fields={command.location: message})
    place = found[:2]
    balance = balances.at(tx, *place)
    table = StockBalance.__table__
    now_set = tuple(tx.execute(sa.select(table.c.reorder_point, table.c.safety).where(table.c.id == balance.id)).one())
    if now_set != command.base:
        raise Conflict(
            f"At {command.location} somebody has set reorder at {now_set[0]} and safety {now_set[1]} meanwhile. Nothing was saved.",
            location=command.location,
            theirs=list(now_set),
        )
    tx.execute(sa.update(table).where(table.c.id == balance.id).values(reorder_point=wanted[0], safety=wanted[1]))
    names = ("reorder_point", "safety")
    before, after = dict(zip(names, now_set, strict=True)), dict(zip(names, wanted, strict=True))
    tx.record(
        LevelsSet(f"{place[0]}:{place[1]}", balance.version, balance.sku, balance.location, before=before, after=after),
        actor,
        now,
    )
    return True
