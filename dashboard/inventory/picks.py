"""Which lot or serial number goes to whom: fixed when a picker takes it, given back when the work is cancelled."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory import lot_rows, serial_rows
from dashboard.inventory.lot_rows import PICK, LotRow, Why
from dashboard.inventory.serial_rows import NOBODY
from dashboard.inventory.tracked_units import Given, earliest_first, lots_of, serials_of
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, InsufficientStock
from dashboard.kernel.tx import Tx


class Wanted(NamedTuple):
    """Units of one fulfilment line that are picked now, of a SKU that is kept by lot or serial number."""

    fulfilment_line_id: int
    order_line_id: int
    sku_id: int
    sku: str
    tracks: str
    units: int
    given: Given


class For(NamedTuple):
    """The fulfilment order they are picked for."""

    id: int
    number: str
    order_id: int
    location_id: int


def take(tx: Tx, work: For, wanted: Sequence[Wanted], actor: Actor, now: dt.datetime) -> None:
    """Fix which lots (the named ones, else the earliest expiry first) and which serial numbers (always named) go to the lines.

    Raises: Invalid, for missing or wrong serial numbers or lots that are not here; Conflict, for a lot or number that somebody else
    has taken; InsufficientStock, when only expired units are left.
    """
    by_lot = [one for one in wanted if one.tracks == "lots"]
    if by_lot:
        shelf = lot_rows.locked(tx, {one.sku_id for one in by_lot}, {work.location_id}, now)
        for one in by_lot:
            _take_lots(tx, work, one, [row for row in shelf if row.sku_id == one.sku_id and not row.expired])
    why = Why("picked", work.order_id, f"fulfilment_order:{work.id}", None, actor, now)
    for one in wanted:
        if one.tracks == "serials":
            _take_serials(tx, work, one, why)


def _take_lots(tx: Tx, work: For, one: Wanted, here: Sequence[LotRow]) -> None:
    if one.given.named:
        chosen = [(_lot(one, place, lot.code, lot.units, here), lot.units) for place, lot in enumerate(_lots(one))]
    else:
        chosen = earliest_first([(row.lot_id, row.free) for row in here], one.units)
    if sum(units for _, units in chosen) < one.units:
        free = sum(row.free for row in here)
        raise InsufficientStock(
            f"{free} units of {one.sku} are here that have not expired, not {one.units}. Close {work.number} short.",
            short=[{"sku": one.sku, "wanted": one.units, "available": free}],
        )
    for lot_id, units in chosen:
        lot_rows.change(tx, lot_id, work.location_id, None, picked=units)
        next(row for row in here if row.lot_id == lot_id).picked += units
        _count(tx, work, one, lot_id, units)


def _lots(one: Wanted) -> Sequence[Any]:
    return lots_of(one.sku, one.units, one.given)


def _lot(one: Wanted, place: int, code: str, units: int, here: Sequence[LotRow]) -> int:
    row = next((row for row in here if row.code == code), None)
    if row is None:
        raise one.given.complain(f"lots.{place}.lot", f"Lot {code} of {one.sku} is not here, or has expired.")
    if row.free < units:
        raise Conflict(f"{row.free} units of lot {code} are free here, not {units}: somebody else took them.", lot=code, free=row.free)
    return row.lot_id


def _count(tx: Tx, work: For, one: Wanted, lot_id: int, units: int) -> None:
    mine = sa.and_(PICK.c.fulfilment_line_id == one.fulfilment_line_id, PICK.c.lot_id == lot_id)
    if tx.execute(sa.update(PICK).where(mine).values(units=PICK.c.units + units)).rowcount:
        return
    tx.execute(
        sa.insert(PICK).values(
            lot_id=lot_id,
            location_id=work.location_id,
            order_id=work.order_id,
            order_line_id=one.order_line_id,
            fulfilment_order_id=work.id,
            fulfilment_line_id=one.fulfilment_line_id,
            units=units,
            shipped_at=None,
        )
    )


def _take_serials(tx: Tx, work: For, one: Wanted, why: Why) -> None:
    codes = serials_of(one.sku, one.units, one.given)
    known = serial_rows.by_code(tx, one.sku_id, codes)
    for code in codes:
        row = known.get(code)
        if row is None:
            raise one.given.complain("serials", f"{one.sku} has no serial number {code}.")
        if (row.state, row.location_id) != ("in_stock", work.location_id):
            raise one.given.complain("serials", f"{one.sku}: serial number {code} is not free here: it is {row.where}.")
    line = {"order_line_id": one.order_line_id, "fulfilment_line_id": one.fulfilment_line_id}
    whom = {"order_id": work.order_id, "fulfilment_order_id": work.id, **line}
    serial_rows.shift(tx, [known[code] for code in codes], "picked", work.location_id, why, **whom)


def give_back(tx: Tx, units: Mapping[int, int], work: For, actor: Actor, now: dt.datetime) -> None:
    """Units that were picked stay here after all: the latest expiry first. units: per fulfilment line id."""
    picked = tx.execute(
        sa.select(PICK.c.id, PICK.c.lot_id, PICK.c.units, PICK.c.fulfilment_line_id, lot_rows.LOT.c.sku_id)
        .join(lot_rows.LOT, lot_rows.LOT.c.id == PICK.c.lot_id)
        .where(PICK.c.fulfilment_line_id.in_(units), PICK.c.shipped_at.is_(None), PICK.c.units > 0)
        .order_by(lot_rows.LOT.c.expires_on.desc(), PICK.c.lot_id)
    ).all()
    if picked:
        lot_rows.locked(tx, {row.sku_id for row in picked}, {work.location_id}, now)  # in the order in which takers lock them
    for line_id, count in sorted(units.items()):
        mine: list[Any] = [row for row in picked if row.fulfilment_line_id == line_id]
        for pick_id, back in earliest_first([(row.id, row.units) for row in mine], count):
            lot_id = next(row.lot_id for row in mine if row.id == pick_id)
            lot_rows.change(tx, lot_id, work.location_id, None, picked=-back)
            tx.execute(sa.update(PICK).where(PICK.c.id == pick_id).values(units=PICK.c.units - back))
    why = Why("unpicked", work.order_id, f"fulfilment_order:{work.id}", None, actor, now)
    for line_id, rows in serial_rows.picked_on(tx, list(units)).items():
        serial_rows.shift(tx, rows[len(rows) - units[line_id] :] if units[line_id] else [], "in_stock", work.location_id, why, **NOBODY)
