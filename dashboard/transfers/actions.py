"""Move the units of a transfer: dispatch, receive, write off what was lost, send back. Drafts are in drafts.py.

Units leave one location's balance when they are dispatched and enter another's when they are received; between the two they are
in no balance: the open lines of the transfer say how many are on the way.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.catalog import lookup
from dashboard.inventory import balances, tracked
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.tracked import Lost
from dashboard.inventory.tracked_units import NOTHING
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import IllegalTransition, InsufficientStock, Invalid
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS
from dashboard.transfers import rules
from dashboard.transfers.commands import Arrival, DispatchTransfer, Loss, ReceiveTransfer, SendBack, SettleLoss
from dashboard.transfers.drafts import check_places
from dashboard.transfers.model import TransferStep
from dashboard.transfers.opened import MOST_NOTE, Line, Opened, Saved, Step, check_version, count, opened, take
from dashboard.transfers.rules import ON_THE_WAY, STATES, Tally


def dispatch_transfer(tx: Tx, command: DispatchTransfer, actor: Actor, now: dt.datetime) -> Saved:
    """All planned units leave their location, or none does.

    Raises: InsufficientStock (facts: short), where less than that is available; allocated units stay; IllegalTransition; Conflict;
    Forbidden, from a location that is not the actor's own.
    """
    transfer = opened(tx, command.number)
    STATES.check(transfer.status, "in_transit")
    check_version(transfer, command.version)
    reach.assert_location(actor, transfer.origin.code)
    check_places(transfer)
    shelves = _shelves(tx, transfer)
    moves = [
        Move(
            shelves[line.sku_id],
            "transferred_out",
            on_hand=-line.units,
            cause=transfer.cause,
            key=transfer.key(line),
            given=command.given.get(line.sku, NOTHING).at(f"{line.sku}."),
        )
        for line in transfer.lines
    ]
    balances.move(tx, moves, actor, now)
    count(tx, [(line, {"sent": line.units}) for line in transfer.lines])
    lines = [{"sku": line.sku, "units": line.units} for line in transfer.lines]
    return take(tx, transfer, Step("dispatched", "in_transit", lines, head={"dispatched_at": now}), actor, now)


def _shelves(tx: Tx, transfer: Opened) -> dict[int, Balance]:
    """The balance that each line is taken from, locked.

    Raises: InsufficientStock, naming every line that is short.
    """
    found = balances.locked(tx, [line.sku_id for line in transfer.lines])
    at_origin = transfer.origin.id
    shelves = {sku_id: shelf for sku_id, all_ in found.items() for shelf in all_ if shelf.location_id == at_origin}
    short = []
    for line in transfer.lines:
        available = shelves[line.sku_id].available if line.sku_id in shelves else 0
        if available < line.units:
            short.append({"sku": line.sku, "location": transfer.origin.code, "wanted": line.units, "available": available})
    if short:
        words = "; ".join(f"{one['sku']}: {one['wanted']} wanted, {one['available']} available" for one in short)
        raise InsufficientStock(
            f"{transfer.origin.name} does not have enough: {words}. Nothing left; change the draft or wait for stock.", short=short
        )
    return shelves


def receive_transfer(tx: Tx, command: ReceiveTransfer, actor: Actor, now: dt.datetime) -> Saved:
    """Units arrive; damaged ones go to the damaged bucket there. The same key is received once.

    Raises: Invalid, naming the field, for units that are not on the way or none at all; IllegalTransition; Conflict; Forbidden,
    at a location that is not the actor's own.
    """
    transfer = opened(tx, command.number)
    reach.assert_location(actor, transfer.target.code)
    if command.key and _is_done(tx, transfer, command.key):
        return Saved(transfer.id, transfer.number, transfer.status, transfer.version)
    _check_on_the_way(transfer)
    check_version(transfer, command.version)
    arrivals = _arrivals(transfer, command.lines)
    by_sku = {line.sku: line for line in transfer.lines}
    counted = [(by_sku[one.sku], {"received": one.received, "damaged": one.damaged}) for one in arrivals]
    moves = [_arrive(tx, transfer, by_sku[one.sku], one) for one in arrivals]
    balances.move(tx, moves, actor, now)
    count(tx, counted)
    lines = [{"sku": one.sku, "received": one.received, "damaged": one.damaged} for one in arrivals]
    return take(tx, transfer, Step("received", _after(transfer, counted), lines, None, command.note, command.key), actor, now)


def _is_done(tx: Tx, transfer: Opened, key: str) -> bool:
    text.kept("key", key, 120)
    same = sa.select(TransferStep.id).where(TransferStep.transfer_id == transfer.id, TransferStep.key == key)
    return tx.execute(same).first() is not None


def _arrivals(transfer: Opened, given: Sequence[Arrival] | None) -> list[Arrival]:
    """The units that arrived, once per SKU, in the order in which balances are locked."""
    if given is None:
        given = [Arrival(sku, units) for sku, units in transfer.in_transit.items() if units]
    lines = [one._replace(sku=lookup.folded(one.sku)) for one in given]
    if fields := rules.arrival_complaints(lines, transfer.in_transit):
        raise Invalid(" ".join(dict.fromkeys(fields.values())), fields=fields)
    sums: dict[str, Arrival] = {}
    for one in lines:
        before = sums.get(one.sku, Arrival(one.sku))
        named = one.given if one.given.named else before.given
        sums[one.sku] = Arrival(one.sku, before.received + one.received, before.damaged + one.damaged, named)
    return [sums[line.sku] for line in transfer.lines if line.sku in sums and (sums[line.sku].received or sums[line.sku].damaged)]


def _arrive(tx: Tx, transfer: Opened, line: Line, one: Arrival) -> Move:
    shelf = balances.at(tx, line.sku_id, transfer.target.id)
    _check_room(shelf, one.received + one.damaged)
    return Move(
        shelf,
        "transferred_in",
        on_hand=one.received + one.damaged,
        damaged=one.damaged,
        cause=transfer.cause,
        reason="damaged" if one.damaged else None,
        key=transfer.key(line),
        given=one.given.at(f"{line.sku}."),
    )


def _check_room(shelf: Balance, units: int) -> None:
    if shelf.on_hand + units > MOST_UNITS:
        message = f"{shelf.sku} at {shelf.location} cannot be more than {MOST_UNITS} units."
        raise Invalid(message, fields={"lines": message})


def settle_loss(tx: Tx, command: SettleLoss, actor: Actor, now: dt.datetime) -> Saved:
    """Write off units that left and will not arrive: they are in no balance already, and no longer on the way.

    Raises: Invalid, naming the field, for an unknown reason or units that are not on the way; IllegalTransition; Conflict;
    Forbidden, at another location than the actor's own, or beyond the units that the actor's role may correct at once.
    """
    transfer = opened(tx, command.number)
    reach.assert_location(actor, transfer.target.code)
    _check_on_the_way(transfer)
    check_version(transfer, command.version)
    losses = _losses(transfer, command)
    for loss in losses:
        reach.assert_adjustment(actor, -loss.units)
    by_sku = {line.sku: line for line in transfer.lines}
    counted = [(by_sku[loss.sku], {"lost": loss.units}) for loss in losses]
    for loss in losses:
        lost = Lost(loss.sku, by_sku[loss.sku].sku_id, loss.units, transfer.cause, command.reason, loss.given)
        tracked.write_off(tx, lost, actor, now)
    count(tx, counted)
    lines = [{"sku": loss.sku, "lost": loss.units} for loss in losses]
    return take(tx, transfer, Step("settled", _after(transfer, counted), lines, command.reason, command.note), actor, now)


def _losses(transfer: Opened, command: SettleLoss) -> list[Loss]:
    lines = [loss._replace(sku=lookup.folded(loss.sku)) for loss in command.lines]
    fields = rules.loss_complaints(lines, transfer.in_transit)
    if command.reason not in rules.LOSS_REASONS:
        fields["reason"] = f"Choose a reason: {', '.join(rules.LOSS_REASONS)}."
    if trouble := text.trouble(command.note, MOST_NOTE):
        fields["note"] = trouble
    if fields:
        raise Invalid(" ".join(dict.fromkeys(fields.values())), fields=fields)
    sums: dict[str, Loss] = {}
    for loss in lines:
        before = sums.get(loss.sku, Loss(loss.sku, 0))
        sums[loss.sku] = Loss(loss.sku, before.units + loss.units, loss.given if loss.given.named else before.given)
    return list(sums.values())


def send_back(tx: Tx, command: SendBack, actor: Actor, now: dt.datetime) -> Saved:
    """What is still on the way is on the shelf it came from again.

    Raises: IllegalTransition; Conflict; Forbidden, when that shelf is not at one of the actor's own locations.
    """
    transfer = opened(tx, command.number)
    reach.assert_location(actor, transfer.origin.code)
    _check_on_the_way(transfer)
    check_version(transfer, command.version)
    counted = [(line, {"returned": line.tally.in_transit}) for line in transfer.lines if line.tally.in_transit]
    moves = [_return(tx, transfer, line, units["returned"]) for line, units in counted]
    balances.move(tx, moves, actor, now)
    count(tx, counted)
    lines = [{"sku": line.sku, **units} for line, units in counted]
    return take(tx, transfer, Step("sent_back", _after(transfer, counted), lines, note=command.note), actor, now)


def _return(tx: Tx, transfer: Opened, line: Line, units: int) -> Move:
    shelf = balances.at(tx, line.sku_id, transfer.origin.id)
    _check_room(shelf, units)
    return Move(shelf, "transferred_in", on_hand=units, cause=transfer.cause, reason="sent_back", key=transfer.key(line))


def _check_on_the_way(transfer: Opened) -> None:
    if transfer.status not in ON_THE_WAY:
        raise IllegalTransition(
            f"Transfer {transfer.number} is {transfer.status.replace('_', ' ')}; nothing of it is on the way.", now=transfer.status
        )


def _after(transfer: Opened, counted: Sequence[tuple[Line, dict[str, int]]]) -> str:
    """The status once these units are counted, as the state table allows it."""
    added = {line.id: units for line, units in counted}
    tallies = [
        Tally(**{name: value + added.get(line.id, {}).get(name, 0) for name, value in line.tally._asdict().items()})
        for line in transfer.lines
    ]
    return STATES.check(transfer.status, rules.status_after(tallies))
