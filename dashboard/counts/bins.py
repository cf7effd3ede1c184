"""Counts of one bin: what it should hold, whether it moved while somebody counted, and where a difference goes."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.counts.model import CountLine
from dashboard.inventory import bin_rows
from dashboard.inventory.balances import Balance
from dashboard.inventory.bin_model import Bin, BinMovement, BinStock
from dashboard.inventory.bin_rows import Shift, Why
from dashboard.inventory.bin_rules import Held
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx

Change = tuple[CountLine, Balance, int]
"""A line, its balance and the units by which the shelf differs."""


def contents(tx: Tx, bin_: Any) -> tuple[str, ...]:
    """Codes of the SKUs that lie in a bin. Raises: Invalid (fields: bin), when nothing does."""
    query = sa.select(Sku.code).join(BinStock, BinStock.sku_id == Sku.id)
    codes = tx.execute(query.where(BinStock.bin_id == bin_.id, BinStock.units > 0).order_by(Sku.code)).scalars().all()
    if not codes:
        message = f"Nothing is known to lie in {bin_.code}; name the SKUs to look for."
        raise Invalid(message, fields={"bin": message})
    return tuple(codes)


def expected(tx: Tx, line: CountLine, balance: Balance, actor: Actor) -> tuple[int, int]:
    """(units of the SKU in the line's bin, id of its last movement there). The caller has locked the balance.

    Raises: Conflict, when the bin moved while this actor counted it, or is not in use any more.
    """
    bin_ = _in_use(tx, line)
    last = sa.select(BinMovement.id, BinMovement.at, BinMovement.actor_name)
    last = last.where(BinMovement.bin_id == line.bin_id, BinMovement.sku_id == line.sku_id).order_by(BinMovement.id.desc()).limit(1)
    moved = tx.execute(last).first()
    if moved is not None and line.on_it == actor.ref and line.on_it_at is not None and moved.at > line.on_it_at:
        raise _moved(f"{bin_.code} moved while you counted: {moved.actor_name} took {balance.sku} out or put some in. Begin it again.")
    return _held(tx, line, balance).units, moved.id if moved else 0


def _in_use(tx: Tx, line: CountLine) -> Any:
    bin_ = tx.execute(sa.select(Bin.id, Bin.code, Bin.active).where(Bin.id == line.bin_id).with_for_update(read=True)).one()
    if not bin_.active:
        raise _moved(f"{bin_.code} is not in use any more, so there is nothing to count there.")
    return bin_


def _moved(message: str) -> Conflict:
    return Conflict(message, fields={"units": message}, moved=True)


def _held(tx: Tx, line: CountLine, balance: Balance) -> Held:
    here = [held for held in bin_rows.held_at(tx, balance) if held.bin_id == line.bin_id]
    if here:
        return here[0]
    row = tx.execute(sa.select(Bin.id, Bin.code, Bin.pickable, Bin.pick_order).where(Bin.id == line.bin_id)).one()
    return Held(*row, 0)


def set_aside(tx: Tx, line: CountLine, change: int) -> int:
    """The part of a difference that is quarantine's: all of it in a bin that is not picked from."""
    if line.bin_id is None:
        return 0
    return 0 if tx.execute(sa.select(Bin.pickable).where(Bin.id == line.bin_id)).scalar_one() else change


def take_out(tx: Tx, changes: Sequence[Change], actor: Actor, now: dt.datetime) -> None:
    """Before stock falls: the missing units leave their own bins, not those the rule would choose.

    Raises: Conflict, when a bin holds fewer by now than are missing.
    """
    for line, balance, change in changes:
        if line.bin_id is not None and change < 0:
            held = _held(tx, line, balance)
            if held.units + change < 0:
                missing = f"{-change} of {balance.sku} are missing, {held.units} lie there"
                raise _moved(f"{held.code} moved after it was counted: {missing}. Count it again.")
            bin_rows.shift(tx, balance, [Shift(held, change)], _why(line, actor, now))


def put_in(tx: Tx, changes: Sequence[Change], actor: Actor, now: dt.datetime) -> None:
    """After stock has risen: what was found lies in the bin it was found in. Raises: Conflict, for one that is not in use any more."""
    for line, balance, change in changes:
        if line.bin_id is not None and change > 0:
            _in_use(tx, line)
            bin_rows.shift(tx, balance, [Shift(_held(tx, line, balance), change)], _why(line, actor, now))


def _why(line: CountLine, actor: Actor, now: dt.datetime) -> Why:
    return Why("counted", f"count:{line.count_id}", actor, now)
