"""Rows of lots inside a transaction: locked in key order, changed under a guard, each change with its ledger row."""

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.inventory.lot_model import Lot, LotMovement, LotPick, LotStock
from dashboard.inventory.model import Location
from dashboard.inventory.tracked_units import is_expired
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.statements import Prepared, insert_into
from dashboard.kernel.tx import Tx

LOT: Any = Lot.__table__
STOCK: Any = LotStock.__table__
MOVEMENT: Any = LotMovement.__table__
PICK: Any = LotPick.__table__
_SET = "units = units + {units}, picked = picked + {picked}, set_aside = set_aside + {set_aside}"
_GUARD = (
    f"UPDATE lot_stock SET {_SET} WHERE lot_id = {{lot_id}} AND location_id = {{location_id}}"  # noqa: S608 (names of ours)
    " AND picked + {picked} >= 0 AND set_aside + {set_aside} >= 0"
    " AND units + {units} >= picked + {picked} + set_aside + {set_aside}"
)
_NAMES = ("lot_id", "location_id", "units", "picked", "set_aside")
_CHANGE = Prepared(
    sqlite=_GUARD.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_GUARD.format(**{name: f"%({name})s::bigint" for name in _NAMES}),
)
_LEDGER = insert_into(
    LotMovement, "lot_id", "location_id", "units", "set_aside", "kind", "order_id", "cause", "reason", "actor", "actor_name", "at"
)


@dataclass(slots=True)
class LotRow:
    """One lot at one location as this transaction sees and changes it. expired: today is past its day, in the location's time."""

    lot_id: int
    sku_id: int
    location_id: int
    code: str
    expires_on: dt.date
    units: int
    picked: int
    set_aside: int
    expired: bool

    @property
    def free(self) -> int:
        return self.units - self.picked - self.set_aside


class Why(NamedTuple):
    """Why lots changed: as of the stock movement that they explain."""

    kind: str
    order_id: int | None
    cause: str | None
    reason: str | None
    actor: Actor
    at: dt.datetime


def locked(tx: Tx, sku_ids: Collection[int], location_ids: Collection[int], now: dt.datetime) -> list[LotRow]:
    """The lots of these SKUs with units at these locations, locked; the earliest expiry first."""
    query = (
        sa.select(
            LOT.c.id, STOCK.c.sku_id, STOCK.c.location_id, LOT.c.code, LOT.c.expires_on,
            STOCK.c.units, STOCK.c.picked, STOCK.c.set_aside, Location.time_zone,
        )
        .join_from(STOCK, LOT, LOT.c.id == STOCK.c.lot_id)
        .join(Location, Location.id == STOCK.c.location_id)
        .where(STOCK.c.sku_id.in_(sorted(sku_ids)), STOCK.c.location_id.in_(sorted(location_ids)), STOCK.c.units > 0)
        .order_by(STOCK.c.sku_id, STOCK.c.lot_id, STOCK.c.location_id)
        .with_for_update(of=STOCK)
    )  # fmt: skip
    rows = [LotRow(*row[:-1], is_expired(row.expires_on, local_day(now, row.time_zone))) for row in tx.execute(query)]
    return sorted(rows, key=lambda row: (row.expires_on, row.lot_id))


def local_day(now: dt.datetime, time_zone: str) -> dt.date:
    """Which day it is where the units are."""
    return now.astimezone(zoneinfo.ZoneInfo(time_zone)).date()


def known(tx: Tx, sku_id: int, codes: Iterable[str]) -> dict[str, Any]:
    """The SKU's lots of these (folded) codes, by code."""
    query = sa.select(LOT.c.id, LOT.c.code, LOT.c.expires_on).where(LOT.c.sku_id == sku_id, LOT.c.code.in_(sorted(codes)))
    return {row.code: row for row in tx.execute(query)}


def make_lots(tx: Tx, sku_id: int, wanted: dict[str, dt.date], now: dt.datetime) -> None:
    """Make these lots where nobody else has meanwhile. wanted: expiry per code."""
    rows = [{"sku_id": sku_id, "code": code, "expires_on": day, "received_at": now} for code, day in sorted(wanted.items())]
    if rows:
        tx.execute(_or_nothing(tx, LOT), rows)


def make_stock(tx: Tx, sku_id: int, location_id: int, lot_ids: Iterable[int]) -> None:
    """Empty rows for lots that are new at a location."""
    zero = {"units": 0, "picked": 0, "set_aside": 0}
    rows = [{"lot_id": lot_id, "location_id": location_id, "sku_id": sku_id, **zero} for lot_id in sorted(lot_ids)]
    if rows:
        tx.execute(_or_nothing(tx, STOCK), rows)


def _or_nothing(tx: Tx, table: Any) -> Any:
    return (sqlite if tx.is_sqlite else postgresql).insert(table).on_conflict_do_nothing()


def change(
    tx: Tx, lot_id: int, location_id: int, why: Why | None, *, units: int = 0, picked: int = 0, set_aside: int = 0
) -> None:
    """Change one row under its guard; why: written to the ledger, None for a pick (it is no movement yet).

    Raises: Conflict, when fewer units are free than that.
    """
    row = {"lot_id": lot_id, "location_id": location_id, "units": units, "picked": picked, "set_aside": set_aside}
    if tx.run(_CHANGE, **row).rowcount != 1:
        raise Conflict("Somebody else has just taken units of this lot. Look again, and choose from what is left.")
    if why is None or not (units or set_aside):
        return
    ledger = {name: row[name] for name in ("lot_id", "location_id", "units", "set_aside")}
    said = {"kind": why.kind, "order_id": why.order_id, "cause": why.cause, "reason": why.reason}
    who = {"actor": why.actor.ref, "actor_name": why.actor.name, "at": clock.micros(why.at)}
    tx.run(_LEDGER, **ledger, **said, **who)


def outstanding(tx: Tx, sku_id: int, *, cause: str | None = None, order_id: int | None = None) -> list[tuple[int, str, int]]:
    """[(lot id, code, units)] that left for this cause (a transfer) or order and have not come back; the earliest expiry first."""
    mine = MOVEMENT.c.cause == cause if cause is not None else MOVEMENT.c.order_id == order_id
    away = -sa.func.sum(MOVEMENT.c.units)
    query = (
        sa.select(LOT.c.id, LOT.c.code, away)
        .join(LOT, LOT.c.id == MOVEMENT.c.lot_id)
        .where(LOT.c.sku_id == sku_id, mine)
        .group_by(LOT.c.id, LOT.c.code, LOT.c.expires_on)
        .having(away > 0)
        .order_by(LOT.c.expires_on, LOT.c.id)
    )
    return [(row[0], row[1], int(row[2])) for row in tx.execute(query)]
