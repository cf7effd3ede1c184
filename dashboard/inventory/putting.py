"""Put units away, move them between bins, and pick them out. Balances first, then bins: whoever locks both locks in that order."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.catalog.model import Sku
from dashboard.inventory import balances, bin_rows, bin_rules, bins
from dashboard.inventory.actions import no_stock
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.bin_commands import MoveUnits, PutAway
from dashboard.inventory.bin_model import Bin
from dashboard.inventory.bin_rows import Shift, Why
from dashboard.inventory.bin_rules import Held
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import InsufficientStock, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

SELLABLE = "sellable"


class Placed(NamedTuple):
    """in_bin: units of the SKU there now; loose: units of it that lie in no bin of the location."""

    sku: str
    bin: str
    units: int
    in_bin: int
    loose: int


def put_away(tx: Tx, command: PutAway, actor: Actor, now: dt.datetime) -> Placed:
    """Units that lie in no bin go into one. Into a bin that is not pickable they are set aside, unless they were already.

    Raises: Invalid (fields: sku, bin, units, state); NotFound; InsufficientStock, when fewer lie in no bin (facts: loose), or allocated
    units would be blocked (facts: available); Forbidden, at a location that is not the actor's.
    """
    place = bins.place_of(tx, command.location, actor)
    _check_units(command.units)
    balance = _balance(tx, command.sku, place)
    target = bins.bin_at(tx, place, command.bin)
    if command.state not in bin_rules.STATES or (command.state != SELLABLE and target.pickable):
        message = "Units are said to be in quarantine or damaged already only when they go into a bin that is not picked from."
        raise Invalid(message, fields={"state": message})
    held = bin_rows.held_at(tx, balance)
    loose = balance.on_hand - bin_rules.in_bins(held)
    if command.units > loose:
        message = f"{loose:,} units of {balance.sku} at {place.name} lie in no bin, not {command.units:,}."
        raise InsufficientStock(message, loose=loose, fields={"units": message})
    if not target.pickable:
        _set_aside(tx, balance, held, command.units, command.state, target, actor, now)
    into = _in(held, target)
    bin_rows.shift(tx, balance, [Shift(into, command.units)], Why("put_away", None, actor, now))
    return Placed(balance.sku, target.code, command.units, into.units + command.units, loose - command.units)


def move_units(tx: Tx, command: MoveUnits, actor: Actor, now: dt.datetime) -> Placed:
    """Units go from bin to bin; out of a bin that is not pickable they can be allocated again. Returns what lies where they went.

    Raises: as put_away (fields: from_bin, to_bin, units).
    """
    place = bins.place_of(tx, command.location, actor)
    _check_units(command.units)
    balance = _balance(tx, command.sku, place)
    origin = bins.bin_at(tx, place, command.from_bin, "from_bin")
    target = bins.bin_at(tx, place, command.to_bin, "to_bin") if command.to_bin.strip() else None
    if target is not None and target.id == origin.id:
        message = f"The units lie in {origin.code} already; choose another bin."
        raise Invalid(message, fields={"to_bin": message})
    held = bin_rows.held_at(tx, balance)
    out_of = _in(held, origin)
    if command.units > out_of.units:
        message = f"{origin.code} holds {out_of.units:,} units of {balance.sku}, not {command.units:,}."
        raise InsufficientStock(message, in_bin=out_of.units, fields={"units": message})
    aside = (target is not None and not target.pickable) - (not origin.pickable)
    if aside > 0:
        _set_aside(tx, balance, held, command.units, SELLABLE, target, actor, now)
    shifts = [Shift(out_of, -command.units)]
    bin_rows.shift(tx, balance, shifts, Why("moved_out", None, actor, now))
    if aside < 0:
        cause = f"bin:{origin.id}"
        move = Move(balance, "state_changed", quarantine=-command.units, cause=cause, reason="from_bin", note=origin.code)
        balances.move(tx, [move], actor, now)
    loose = balance.on_hand - bin_rules.in_bins(held) + command.units
    if target is None:
        return Placed(balance.sku, "", command.units, 0, loose)
    into = _in(held, target)
    bin_rows.shift(tx, balance, [Shift(into, command.units)], Why("moved_in", None, actor, now))
    return Placed(balance.sku, target.code, command.units, into.units + command.units, loose - command.units)


def _check_units(units: int) -> None:
    if not 1 <= units <= MOST_UNITS:
        message = f"Give 1 to {MOST_UNITS:,} whole units."
        raise Invalid(message, fields={"units": message})


def _balance(tx: Tx, word: str, place: Any) -> Balance:
    """The balance of a typed or scanned SKU, locked. Raises: NotFound; Invalid, for a kit or a service."""
    code = lookup.folded(word)
    found = lookup.skus(tx, [code]).get(code) or lookup.skus(tx, [_code_of(tx, word)]).get(_code_of(tx, word))
    if found is None:
        message = f"There is no SKU or barcode {word.strip()[:64]}."
        raise NotFound(message, sku=word.strip()[:64], fields={"sku": message})
    if found.kind != "stock":
        raise no_stock(tx, found)
    return balances.at(tx, found.id, place.id)


def _code_of(tx: Tx, word: str) -> str:
    """The code of the SKU with this barcode; nothing without one."""
    barcode = word.strip()
    if not barcode or text.trouble(barcode, lookup.MOST_CODE):
        return ""
    return tx.execute(sa.select(Sku.code).where(Sku.barcode == barcode)).scalar() or ""


def _in(held: Sequence[Held], bin_: Any) -> Held:
    """What lies in a bin, if it is only nothing."""
    return next((one for one in held if one.bin_id == bin_.id), Held(bin_.id, bin_.code, bin_.pickable, bin_.pick_order, 0))


def _set_aside(
    tx: Tx, balance: Balance, held: Sequence[Held], units: int, state: str, target: Any, actor: Actor, now: dt.datetime
) -> None:
    """The balance's quarantine covers what a bin that is not pickable is about to hold."""
    waiting = balance.quarantine - bin_rules.set_aside(held)
    free = {SELLABLE: balance.available, "quarantine": waiting, "damaged": balance.damaged}[state]
    if units > free:
        raise _blocked(balance, units, free, state)
    if state != "quarantine":
        moved = Move(balance, "state_changed", quarantine=units, cause=f"bin:{target.id}", reason="to_bin", note=target.code)
        balances.move(tx, [moved._replace(damaged=-units) if state == "damaged" else moved], actor, now)


def _blocked(balance: Balance, units: int, free: int, state: str) -> InsufficientStock:
    what = {SELLABLE: "available", "quarantine": "in quarantine and in no such bin", "damaged": "damaged"}[state]
    message = f"{units:,} units of {balance.sku} cannot be set aside: {max(0, free):,} are {what}"
    if state == SELLABLE:
        message += f", {balance.allocated:,} are allocated and {balance.held:,} held"
    return InsufficientStock(f"{message}.", available=balance.available, allocated=balance.allocated, fields={"units": f"{message}."})


class Came(NamedTuple):
    """Units that have just been received. balance: locked; field: what the bin is called by whoever named it."""

    balance: Balance
    bin: str
    units: int
    field: str = "bin"


def put_received(tx: Tx, came: Sequence[Came], cause: str, actor: Actor, now: dt.datetime) -> None:
    """Units go straight into the bins that were named for them. Raises: Invalid, as bins.bin_at."""
    for balance, code, units, field in came:
        place = bins.place_of(tx, balance.location, actor)
        target = bins.bin_at(tx, place, code, field)
        if not units:
            continue
        held = bin_rows.held_at(tx, balance)
        if not target.pickable:
            _set_aside(tx, balance, held, units, SELLABLE, target, actor, now)
        bin_rows.shift(tx, balance, [Shift(_in(held, target), units)], Why("received", cause, actor, now))


@dataclass(frozen=True)
class Picked:
    """units: per SKU id. told: codes of the bins that the picker was sent to, per SKU id."""

    location_id: int
    units: Mapping[int, int]
    told: Mapping[int, Sequence[str]]
    cause: str


def pick(tx: Tx, picked: Picked, actor: Actor, now: dt.datetime) -> None:
    """Picked units leave their bins now (which: bin_rules.taken); they stay on hand, in no bin, until they ship.

    Raises: Invalid (fields: bin), for a code that is no bin of the location.
    """
    _check_told(tx, picked)
    if not _here(tx, picked):
        return
    stock = balances.locked(tx, picked.units)
    for sku_id, held in sorted(_here(tx, picked).items()):  # read again, now that nobody else moves them
        place = next(balance for balance in stock[sku_id] if balance.location_id == picked.location_id)
        leaving = bin_rules.taken(held, picked.units[sku_id], picked.told.get(sku_id, ()))
        if leaving:
            bin_rows.shift(tx, place, [Shift(bin_, -gone) for bin_, gone in leaving], Why("picked", picked.cause, actor, now))


def _here(tx: Tx, picked: Picked) -> dict[int, list[Held]]:
    """Bins with units of what is picked, per SKU id."""
    return {sku: held for (sku, place), held in bin_rows.held(tx, picked.units).items() if place == picked.location_id}


def _check_told(tx: Tx, picked: Picked) -> None:
    codes = {code for told in picked.told.values() for code in told}
    askable = [code for code in codes if not text.trouble(code, 30)]
    if codes:
        query = sa.select(Bin.code).where(Bin.location_id == picked.location_id, Bin.code.in_(askable))
        if unknown := sorted(codes - set(tx.execute(query).scalars())):
            message = f"There is no bin {unknown[0][:30]} where this is picked."
            raise Invalid(message, fields={"bin": message})
