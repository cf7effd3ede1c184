"""What counters do: open a count, say what they are on, enter what they found."""

import datetime as dt
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.counts import bins, rules, shelf
from dashboard.counts.commands import BeginLine, CountUnits, OpenCount
from dashboard.counts.events import CountOpened, LineBegun, LineCounted
from dashboard.counts.model import CountLine, StockCount
from dashboard.counts.store.policies import policy_of
from dashboard.inventory import balances
from dashboard.inventory.bins import bin_at
from dashboard.inventory.model import Location, StockMovement
from dashboard.kernel import ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

MOST_NOTE = 2_000


class Opened(NamedTuple):
    id: int
    number: str
    version: int
    lines: int


class Begun(NamedTuple):
    """other: who else said that they are on it."""

    line_id: int
    sku: str
    name: str
    other: str | None


class Counted(NamedTuple):
    """recount: another person has to count it again. left: lines of the count that nobody has counted yet. No expected figure."""

    line_id: int
    sku: str
    units: int
    recount: bool
    left: int
    status: str
    version: int


def open_count(tx: Tx, command: OpenCount, actor: Actor, now: dt.datetime) -> Opened:
    """Make a count of chosen SKUs, of one bin, or of what is due.

    Raises: NotFound, for an unknown location or SKU; Invalid, for a service, too many SKUs, a bin that is not there or a note that cannot
    be kept; Forbidden, at a location that is not the actor's; Conflict, when nothing is due or a SKU is on another open count there
    (facts: counts).
    """
    note = ids.mask_cards(text.kept("note", command.note, MOST_NOTE))
    place = _locked_place(tx, command.location)
    reach.assert_location(actor, place.code)
    bin_ = bin_at(tx, place, command.bin) if command.bin.strip() else None
    words = command.skus if bin_ is None or any(word.strip() for word in command.skus) else bins.contents(tx, bin_)
    chosen = _chosen(tx, replace(command, skus=words), place, bin_.id if bin_ else None)
    count_id = next_ids(tx, "stock_count", 1)[0]
    count = StockCount(
        id=count_id,
        number=rules.number_of(count_id),
        location_id=place.id,
        bin_id=bin_.id if bin_ else None,
        status="open",
        source=command.source,
        note=note,
        opened_by=actor.ref,
        opened_by_name=actor.name,
        opened_at=now,
    )
    tx.orm.add(count)
    tx.flush()
    tx.orm.add_all(
        [
            CountLine(count_id=count_id, location_id=place.id, bin_id=count.bin_id, sku_id=sku_id, state="to_count")
            for sku_id, _ in chosen
        ]
    )
    tx.flush()
    tx.record(CountOpened(count_id, 1, count.number, place.code, count.source, [code for _, code in chosen]), actor, now)
    return Opened(count_id, count.number, 1, len(chosen))


def _locked_place(tx: Tx, code: str) -> Any:
    """One count is opened at a time per location, so that no two take the same shelf."""
    query = sa.select(Location.id, Location.code, Location.name).where(Location.code == code).with_for_update(key_share=True)
    place = None if text.trouble(code, 20) else tx.execute(query).first()
    if place is None:
        message = f"There is no location {code[:20]}."
        raise NotFound(message, fields={"location": message})
    return place


def _chosen(tx: Tx, command: OpenCount, place: Any, bin_id: int | None) -> list[tuple[int, str]]:
    words = list(dict.fromkeys(word.strip() for word in command.skus if word.strip()))
    if not words and command.source == "schedule":
        raise _nothing_due(place)
    if not 1 <= len(words) <= rules.MOST_LINES:
        message = f"Choose 1 to {rules.MOST_LINES} SKUs for one count; {len(words)} were given."
        raise Invalid(message, fields={"skus": message})
    found = shelf.skus_by_word(tx, words)
    if unknown := [word[:64] for word in words if word not in found]:
        message = f"There is no SKU or barcode {', '.join(unknown[:5])}."
        raise NotFound(message, fields={"skus": message})
    if services := sorted({sku.code for sku in found.values() if sku.kind != "stock"}):
        message = f"{', '.join(services[:5])} cannot be counted: no stock item of its own."
        raise Invalid(message, fields={"skus": message})
    chosen = {sku.id: sku.code for sku in found.values()}
    taken = _taken(tx, chosen, place, bin_id)
    if taken and command.source == "manual":
        raise _busy(chosen, taken, place)
    for sku_id in taken:
        del chosen[sku_id]
    if not chosen:
        raise _nothing_due(place)
    return sorted(chosen.items(), key=lambda item: item[1])


def _taken(tx: Tx, chosen: dict[int, str], place: Any, bin_id: int | None) -> dict[int, str]:
    """{SKU id: number of the count it is on} of those that wait on another count here; two bins can be counted at once."""
    query = (
        sa.select(CountLine.sku_id, StockCount.number)
        .join(StockCount, StockCount.id == CountLine.count_id)
        .where(CountLine.location_id == place.id, CountLine.state.in_(rules.UNDECIDED), CountLine.sku_id.in_(chosen))
        .order_by(StockCount.id, CountLine.sku_id)
    )
    if bin_id is not None:
        query = query.where(sa.or_(CountLine.bin_id.is_(None), CountLine.bin_id == bin_id))
    return {row.sku_id: row.number for row in tx.execute(query)}


def _busy(chosen: dict[int, str], taken: dict[int, str], place: Any) -> Conflict:
    busy = ", ".join(f"{chosen[sku_id]} ({number})" for sku_id, number in list(taken.items())[:5])
    return Conflict(
        f"Being counted at {place.name} already: {busy}. Finish or cancel that count first, or leave the SKU out.",
        skus=[chosen[sku_id] for sku_id in taken],
        counts=sorted(set(taken.values())),
    )


def _nothing_due(place: Any) -> Conflict:
    return Conflict(f"Nothing is due at {place.name}: everything was counted in time, or is on an open count.", location=place.code)


def begin_line(tx: Tx, command: BeginLine, actor: Actor, now: dt.datetime) -> Begun:
    """Say that the actor is on this SKU; it stops nobody else.

    Raises: as count_units does for the SKU.
    """
    count = shelf.held(tx, command.number, actor)
    line, sku = shelf.line_to_count(tx, count, command.sku, actor)
    other = line.on_it_name if line.on_it not in (None, actor.ref) else None
    line.on_it, line.on_it_name, line.on_it_at = actor.ref, actor.name, now
    shelf.bump(tx, count)
    tx.record(LineBegun(count.id, count.version, count.number, line.id, sku.code), actor, now)
    return Begun(line.id, sku.code, sku.name, other)


def count_units(tx: Tx, command: CountUnits, actor: Actor, now: dt.datetime) -> Counted:
    """Enter what was found of one SKU. What is expected is read here, under the balance's lock, and kept from the counter.

    A bin that moved since this counter began the line is refused: nobody can say which side of the move was counted.

    A first figure above the tolerance makes a line for a recount by another person.
    Raises: Invalid, for units that are no whole number from 0 to 2**31 - 1; NotFound, for an unknown SKU or one that is not on the count;
    Conflict, when it was counted already, when a recount is tried by the same person, when the bin moved, or when the count is closed.
    """
    if isinstance(command.units, bool) or not isinstance(command.units, int) or not 0 <= command.units <= MOST_UNITS:
        message = f"Enter a whole number of units from 0 to {MOST_UNITS}."
        raise Invalid(message, fields={"units": message})
    count = shelf.held(tx, command.number, actor)
    line, sku = shelf.line_to_count(tx, count, command.sku, actor)
    balance = balances.at(tx, line.sku_id, line.location_id)
    if line.bin_id is None:
        line.expected, line.movement_id = balance.on_hand, _last_movement(tx, line)
    else:
        line.expected, line.movement_id = bins.expected(tx, line, balance, actor)
    line.state = rules.LINE.check(line.state, "counted")
    line.counted = command.units
    line.counter, line.counter_name, line.counted_at = actor.ref, actor.name, now
    policy = policy_of(tx.connection, line.location_id, [line.sku_id])[line.sku_id]
    recount = rules.needs_recount(line.expected, command.units, line.round, policy)
    if recount:
        shelf.again(tx, line)
    shelf.bump(tx, count)
    tx.record(
        LineCounted(count.id, count.version, count.number, line.id, sku.code, command.units, line.round, recount), actor, now
    )
    shelf.move_on(tx, count, actor, now)
    return Counted(line.id, sku.code, command.units, recount, _left(tx, count.id), count.status, count.version)


def _last_movement(tx: Tx, line: CountLine) -> int:
    query = (
        sa.select(StockMovement.id)
        .where(StockMovement.sku_id == line.sku_id, StockMovement.location_id == line.location_id)
        .order_by(StockMovement.id.desc())
        .limit(1)
    )
    return tx.execute(query).scalar() or 0


def _left(tx: Tx, count_id: int) -> int:
    query = sa.select(sa.func.count()).where(CountLine.count_id == count_id, CountLine.state == "to_count")
    return tx.execute(query).scalar_one()
