"""What a stock movement does to serial numbers: each unit that comes or leaves is one of them, by name.

Those that were picked for a shipment, all that an order got or a transfer carries need not be named again.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dashboard.inventory import serial_rows
from dashboard.inventory.lot_rows import Why
from dashboard.inventory.serial_rows import NOBODY, SerialRow
from dashboard.inventory.tracked_units import Given, serials_of
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx


def follow(tx: Tx, moves: Sequence[Any], actor: Actor, now: dt.datetime) -> None:
    """Change the serial numbers of these movements (balances.Move); their balances have changed already.

    Raises: Invalid, for another number of them than units, one that is unknown, or one that is somewhere else.
    """
    for move in moves:
        why = serial_rows.why_of(move, actor, now)
        if move.on_hand > 0:
            _put(tx, move, why)
        elif move.on_hand < 0:
            _take(tx, move, why)


def _put(tx: Tx, move: Any, why: Why) -> None:
    balance, given = move.balance, move.given
    away = _away(tx, move)
    if away is not None:
        back = _those(balance.sku, given, away, move.on_hand, "is not among those that are to come back")
        serial_rows.shift(tx, back, "in_stock", balance.location_id, why, cause=None, **NOBODY)
        return
    codes = serials_of(balance.sku, move.on_hand, given)
    known = serial_rows.by_code(tx, balance.sku_id, codes)
    for row in known.values():
        if row.state != "scrapped" or move.kind == "received":
            raise given.complain("serials", f"{balance.sku}: serial number {row.code} is known already: it is {row.where}.")
    if known:
        serial_rows.shift(tx, list(known.values()), "in_stock", balance.location_id, why)
    if new := [code for code in codes if code not in known]:
        serial_rows.make(tx, balance.sku_id, new, balance.location_id, why)


def _away(tx: Tx, move: Any) -> list[SerialRow] | None:
    """Those among which the units that come are; None, where none is known (they left before they had numbers): any new one may come."""
    if move.kind == "transferred_in":
        return serial_rows.on_transfer(tx, move.balance.sku_id, move.cause or "") or None
    if move.kind == "returned" and move.order_id is not None:
        return serial_rows.shipped_for(tx, move.balance.sku_id, move.order_id) or None
    return None


def _take(tx: Tx, move: Any, why: Why) -> None:
    balance = move.balance
    kind, _, work_id = (move.cause or "").partition(":")
    if move.kind == "shipped" and kind == "fulfilment_order":
        rows = serial_rows.picked_for(tx, balance.sku_id, int(work_id))
        if len(rows) != -move.on_hand:
            raise RuntimeError(f"fulfilment order {work_id} ships other units of {balance.sku} than were picked by serial number")
        serial_rows.shift(tx, rows, "shipped", None, why)
        return
    free = serial_rows.free_at(tx, balance.sku_id, balance.location_id)
    rows = _those(balance.sku, move.given, free, -move.on_hand, f"is not free at {balance.location}")
    if move.kind == "transferred_out":
        serial_rows.shift(tx, rows, "in_transit", None, why, cause=move.cause)
    else:
        serial_rows.shift(tx, rows, "shipped" if move.kind == "shipped" else "scrapped", None, why, order_id=move.order_id)


def write_off(tx: Tx, lost: Any, why: Why) -> None:
    """Units on a transfer (tracked.Lost) that will not arrive: their numbers, if they have any, are scrapped."""
    rows = serial_rows.on_transfer(tx, lost.sku_id, lost.cause)
    if rows:
        those = _those(lost.sku, lost.given, rows, lost.units, "is not on this transfer")
        serial_rows.shift(tx, those, "scrapped", None, why, cause=None)


def dispose(tx: Tx, gone: Any, why: Why) -> None:
    """Units that an order sent back and that reach no shelf (tracked.Disposed): their numbers, if they have any, are scrapped."""
    rows = serial_rows.shipped_for(tx, gone.sku_id, gone.order_id)
    if rows:
        those = _those(gone.sku, gone.given, rows, gone.units, "is not among those that are to come back")
        serial_rows.shift(tx, those, "scrapped", None, why, **NOBODY)


def _those(sku: str, given: Given, rows: Sequence[SerialRow], units: int, wrong: str) -> list[SerialRow]:
    """The named ones of these; all of them without a name, when all are meant."""
    if not given.named and len(rows) == units:
        return list(rows)
    if not given.named:
        message = f"{sku}: say which serial numbers; {units} of {len(rows)} are meant."
        raise given.complain("serials", message)
    by_code = {row.code: row for row in rows}
    codes = serials_of(sku, units, given)
    for code in codes:
        if code not in by_code:
            raise given.complain("serials", f"{sku}: serial number {code} {wrong}.")
    return [by_code[code] for code in codes]
