"""What approvers do: take the counted figures into stock, send lines back for a recount, leave them out, cancel."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.counts import bins, rules, schedule, shelf
from dashboard.counts.commands import CancelCount, Decided, DecideLines
from dashboard.counts.events import LineDecided
from dashboard.counts.model import CountLine, StockCount
from dashboard.counts.store.policies import policy_of
from dashboard.inventory import balances
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.model import Allocation
from dashboard.inventory.tracked_units import NOTHING, Given
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, DomainError, Forbidden, InsufficientStock, NotFound
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

MOST_ORDERS = 20
APPROVES = "counts.approve"


def may_approve(actor: Actor) -> bool:
    """Whether this actor may approve above the tolerance; Orderdeck itself may."""
    return actor.kind == "system" or actor.may(APPROVES)


def _assert_approver(actor: Actor) -> None:
    if not may_approve(actor):
        raise Forbidden("Somebody who may approve counts decides this.", permission=APPROVES)


def approve_lines(tx: Tx, command: DecideLines, actor: Actor, now: dt.datetime) -> Decided:
    """Move the difference of each line (counted minus on hand at that moment) into stock: what moved since then stays right.

    Without chosen lines, all counted ones that this actor may approve. Raises: NotFound; Conflict, for a stale version, a line that
    is not counted, or nothing to approve; Forbidden, above the tolerance without the permission or for one's own figure;
    Invalid, for a variance without the lot or serial numbers it needs; InsufficientStock, where orders hold the units that are
    missing (facts: short, with order ids); nothing is approved then.
    """
    count = shelf.held(tx, command.number, actor, command.version)
    lines = _counted(tx, count, command.lines)
    codes = shelf.codes_of(tx, lines)
    policies = policy_of(tx.connection, count.location_id, list(codes))
    refusals = {line.id: _refusal(line, codes[line.sku_id], policies[line.sku_id], actor) for line in lines}
    if command.lines is not None and (first := next(filter(None, refusals.values()), None)):
        raise first
    allowed = [line for line in lines if refusals[line.id] is None]
    if not allowed:
        raise next(filter(None, refusals.values()), None) or _nothing(count)
    _post(tx, count, allowed, command.given, actor, now)
    for line in allowed:
        _decide(tx, count, line, "approved", codes[line.sku_id], actor, now)
    schedule.move_on(tx, count.location_id, allowed)
    shelf.move_on(tx, count, actor, now)
    return Decided(count.number, count.status, count.version, len(allowed), len(lines) - len(allowed))


def _counted(tx: Tx, count: StockCount, ids: tuple[int, ...] | None, states: Sequence[str] = ("counted",)) -> list[CountLine]:
    """The chosen lines in key order, or all in these states."""
    query = sa.select(CountLine).where(CountLine.count_id == count.id).order_by(CountLine.sku_id)
    if ids is None:
        return list(tx.orm.scalars(query.where(CountLine.state.in_(states))))
    lines = list(tx.orm.scalars(query.where(CountLine.id.in_([line_id for line_id in ids if line_id < 2**63]))))
    if len(lines) != len(set(ids)) or not ids:
        raise NotFound(f"Choose lines of count {count.number}.", number=count.number)
    for line in lines:
        if line.state not in states:
            code = shelf.codes_of(tx, [line])[line.sku_id]
            who = line.decided_by_name or line.counter_name
            by = f" by {who}" if who else ""
            raise Conflict(
                f"{code} is not waiting for this: it is {line.state.replace('_', ' ')}{by}. Look at the count again.",
                sku=code,
                state=line.state,
                by=who,
            )
    return lines


def _refusal(line: CountLine, sku: str, policy: rules.Policy, actor: Actor) -> DomainError | None:
    """Why this actor may not approve this line."""
    expected, counted = line.expected or 0, line.counted or 0
    if rules.within_tolerance(expected, counted, policy):
        try:
            reach.assert_adjustment(actor, counted - expected)
        except Forbidden as error:
            return error
        return None
    if not may_approve(actor):
        return Forbidden(f"{sku} differs by more than the tolerance; somebody who may approve counts has to decide.", sku=sku)
    if line.counter == actor.ref:
        return Forbidden(f"You counted {sku} yourself, and it differs by more than the tolerance: somebody else has to approve.", sku=sku)
    return None


def _nothing(count: StockCount) -> Conflict:
    return Conflict(f"Nothing of count {count.number} waits for approval.", status=count.status, version=count.version)


def _post(
    tx: Tx, count: StockCount, lines: Sequence[CountLine], given: Mapping[int, Given], actor: Actor, now: dt.datetime
) -> None:
    stock = balances.locked(tx, [line.sku_id for line in lines])
    shelves = {balance.sku_id: balance for rows in stock.values() for balance in rows if balance.location_id == count.location_id}
    changes = [(line, shelves[line.sku_id], (line.counted or 0) - (line.expected or 0)) for line in lines]
    aside = {line.id: bins.set_aside(tx, line, change) for line, _, change in changes}
    if short := [_short(tx, balance, change) for line, balance, change in changes if balance.available + change < aside[line.id]]:
        raise InsufficientStock(_short_text(short), short=short)
    for _, balance, change in changes:
        if balance.on_hand + change > MOST_UNITS:
            raise Conflict(f"{balance.sku} at {balance.location} would be above {MOST_UNITS} units; count it again.", sku=balance.sku)
    moves = [
        Move(
            balance,
            "counted",
            on_hand=change,
            quarantine=aside[line.id],
            cause=f"count:{count.id}",
            reason="counted",
            key=f"count-line:{line.id}",
            given=given.get(line.id, NOTHING).at(f"{line.id}."),
        )
        for line, balance, change in changes
        if change
    ]
    bins.take_out(tx, changes, actor, now)
    if moves:
        balances.move(tx, moves, actor, now)
    bins.put_in(tx, changes, actor, now)


def _short(tx: Tx, balance: Balance, change: int) -> dict[str, Any]:
    query = (
        sa.select(Allocation.order_id)
        .where(Allocation.sku_id == balance.sku_id, Allocation.location_id == balance.location_id, Allocation.units > 0)
        .group_by(Allocation.order_id)
        .order_by(Allocation.order_id)
        .limit(MOST_ORDERS)
    )
    return {
        "sku": balance.sku,
        "location": balance.location,
        "variance": change,
        "available": balance.available,
        "allocated": balance.allocated,
        "held": balance.held,
        "order_ids": list(tx.execute(query).scalars()),
    }


def _short_text(short: Sequence[dict[str, Any]]) -> str:
    parts = [
        f"{one['sku']} at {one['location']} is {-one['variance']} short, but only {max(0, one['available'])} are free:"
        f" {one['allocated']} are allocated to orders and {one['held']} held"
        for one in short
    ]
    return f"{'; '.join(parts)}. Close those orders' picking short, or cancel or release them first; then approve again."


def _decide(tx: Tx, count: StockCount, line: CountLine, after: str, sku: str, actor: Actor, now: dt.datetime) -> None:
    line.state = rules.LINE.check(line.state, after)
    line.decided_by, line.decided_by_name, line.decided_at = actor.ref, actor.name, now
    variance = None if line.counted is None or line.expected is None else line.counted - line.expected
    shelf.bump(tx, count)
    tx.record(LineDecided(count.id, count.version, count.number, line.id, sku, after, variance), actor, now)


def reject_lines(tx: Tx, command: DecideLines, actor: Actor, now: dt.datetime) -> Decided:
    """Leave lines out, counted or not: stock stays as it is.

    Raises: NotFound; Forbidden, for somebody who may not approve; Conflict, for a stale version, a line that is decided already, or
    nothing to reject.
    """
    _assert_approver(actor)
    count = shelf.held(tx, command.number, actor, command.version)
    lines = _counted(tx, count, command.lines, rules.UNDECIDED)
    if not lines:
        raise _nothing(count)
    return _reject(tx, count, lines, actor, now)


def _reject(tx: Tx, count: StockCount, lines: Sequence[CountLine], actor: Actor, now: dt.datetime) -> Decided:
    codes = shelf.codes_of(tx, lines)
    for line in lines:
        _decide(tx, count, line, "rejected", codes[line.sku_id], actor, now)
    shelf.move_on(tx, count, actor, now)
    return Decided(count.number, count.status, count.version, len(lines))


def recount_lines(tx: Tx, command: DecideLines, actor: Actor, now: dt.datetime) -> Decided:
    """Have counted lines counted again, each by another person than the one who counted it.

    Raises: NotFound; Forbidden, for somebody who may not approve; Conflict, for a stale version, a line that is not counted, or nothing
    to recount.
    """
    _assert_approver(actor)
    count = shelf.held(tx, command.number, actor, command.version)
    lines = _counted(tx, count, command.lines)
    if not lines:
        raise _nothing(count)
    codes = shelf.codes_of(tx, lines)
    for line in lines:
        shelf.again(tx, line)
        shelf.bump(tx, count)
        tx.record(LineDecided(count.id, count.version, count.number, line.id, codes[line.sku_id], "recount", None), actor, now)
    shelf.move_on(tx, count, actor, now)
    return Decided(count.number, count.status, count.version, len(lines))


def cancel_count(tx: Tx, command: CancelCount, actor: Actor, now: dt.datetime) -> Decided:
    """Stop: everything undecided is left out; lines that are approved already stay in stock.

    Raises: NotFound; Forbidden, for somebody who neither opened it nor may approve; Conflict, for a stale version or a closed count.
    """
    count = shelf.held(tx, command.number, actor, command.version)
    if count.opened_by != actor.ref and not may_approve(actor):
        raise Forbidden(f"Only {count.opened_by_name} or somebody who may approve counts cancels {count.number}.")
    if count.status in ("approved", "cancelled"):
        raise Conflict(f"Count {count.number} is closed already ({count.status}).", status=count.status)
    return _reject(tx, count, _counted(tx, count, None, rules.UNDECIDED), actor, now)
