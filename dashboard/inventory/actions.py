"""What people do to stock: adjust, receive."""

import datetime as dt

from dashboard.accounts import reach
from dashboard.catalog import lookup
from dashboard.catalog.lookup import SkuFacts
from dashboard.inventory import balances, bin_adjusting
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.rules import REASONS
from dashboard.kernel import ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

MOST_NOTE = 2_000
_LOCATION = Prepared(
    sqlite="SELECT id FROM location WHERE code = :code", postgresql="SELECT id FROM location WHERE code = %(code)s"
)
_KNOWN = Prepared(
    sqlite="SELECT 1 FROM stock_movement WHERE key = :key", postgresql="SELECT 1 FROM stock_movement WHERE key = %(key)s"
)


def adjust_stock(tx: Tx, command: AdjustStock, actor: Actor, now: dt.datetime) -> Balance:
    """Correct on hand by a change or to a counted figure. Returns the balance after it.

    Raises: Invalid, for no or both kinds of change, an unknown reason, or a figure out of range; NotFound, for an unknown SKU or
    location; Conflict (facts: on_hand, expected), when somebody changed it meanwhile; InsufficientStock, below what is allocated
    or lies in the bin; Forbidden, beyond the units or the locations of the actor's role.
    """
    if (command.change is None) == (command.on_hand is None):
        raise Invalid(
            "Give either the change in units or the new on-hand figure.", fields={"change": "one of change and on_hand"}
        )
    _check_texts(command.note, command.key)
    if command.reason not in REASONS:
        raise Invalid(f"Choose a reason: {', '.join(REASONS)}.", fields={"reason": "unknown reason"})
    balance = _balance(tx, command.sku, command.location)
    if command.key and tx.run(_KNOWN, key=command.key).fetchone():
        return balances.snapshot(balance)
    change = _change(command, balance)
    if change == 0:
        return balances.snapshot(balance)
    reach.assert_adjustment(actor, change)
    reach.assert_location(actor, command.location)
    held = bin_adjusting.named(tx, balance, command.bin, change)
    bin_adjusting.follow(tx, balance, held, min(0, change), actor, now)
    balances.move(
        tx,
        [
            Move(
                balance,
                "adjusted",
                on_hand=change,
                quarantine=bin_adjusting.set_aside(held, change),
                reason=command.reason,
                note=ids.mask_cards(command.note) or None,
                key=command.key,
                given=command.given,
            )
        ],
        actor,
        now,
    )
    bin_adjusting.follow(tx, balance, held, max(0, change), actor, now)
    return balances.snapshot(balance)


def _change(command: AdjustStock, balance: Balance) -> int:
    if command.on_hand is not None:
        if command.expected is None:
            raise Invalid("Say which figure you expect to replace (expected).", fields={"expected": "required with on_hand"})
        if balance.on_hand != command.expected:
            raise Conflict(
                f"On hand is {balance.on_hand} now, not {command.expected}; look again before you set it.",
                on_hand=balance.on_hand,
                expected=command.expected,
                wanted=command.on_hand,
                version=balance.version,
            )
        if not 0 <= command.on_hand <= MOST_UNITS:
            raise Invalid(f"On hand must be between 0 and {MOST_UNITS}.", fields={"on_hand": "out of range"})
        return command.on_hand - balance.on_hand
    change = command.change or 0
    if change == 0:
        raise Invalid("A change of 0 units changes nothing.", fields={"change": "must not be 0"})
    if not -MOST_UNITS <= change <= MOST_UNITS or balance.on_hand + change > MOST_UNITS:
        raise Invalid(f"On hand must stay between 0 and {MOST_UNITS}.", fields={"change": "out of range"})
    return change


def receive_stock(tx: Tx, command: ReceiveStock, actor: Actor, now: dt.datetime) -> Balance:
    """Put units on the shelf. Returns the balance after it.

    Raises: Invalid, for units below 1, a shelf above 2**31 - 1, or units without their lot or serial numbers; NotFound, for an
    unknown SKU or location.
    """
    _check_texts(command.note, command.key)
    balance = _balance(tx, command.sku, command.location)
    if command.key and tx.run(_KNOWN, key=command.key).fetchone():
        return balances.snapshot(balance)
    if command.units < 1 or balance.on_hand + command.units > MOST_UNITS:
        raise Invalid(f"Receive between 1 and {MOST_UNITS - balance.on_hand} units.", fields={"units": "out of range"})
    came = Move(balance, "received", on_hand=command.units, note=command.note or None, key=command.key, given=command.given)
    balances.move(tx, [came], actor, now)
    return balances.snapshot(balance)


def _check_texts(note: str, key: str | None) -> None:
    text.kept("note", note, MOST_NOTE)
    text.kept("key", key or "", 120)


def no_stock(tx: Tx, sku: SkuFacts) -> Invalid:
    """Why nothing can be kept of a SKU that is no stock item."""
    if sku.kind != "kit":
        return Invalid(f"{sku.code} is a service; it has no stock.", fields={"sku": "not a stock item"})
    parts = ", ".join(part.code for part in lookup.kit_parts(tx, [sku.id]).get(sku.id, ()))
    message = f"{sku.code} is a kit; it has no stock of its own. Receive or adjust its parts: {parts}."
    return Invalid(message, fields={"sku": message})


def _balance(tx: Tx, sku: str, location: str) -> Balance:
    code = lookup.folded(sku)
    found = lookup.skus(tx, [code]).get(code)
    if found is None:
        message = f"There is no SKU {code[:64]}; check the code or create it first."
        raise NotFound(message, sku=code[:64], fields={"sku": message})
    if found.kind != "stock":
        raise no_stock(tx, found)
    place = None if text.trouble(location, 40) else tx.run(_LOCATION, code=location).fetchone()
    if place is None:
        message = f"There is no location {location[:40]}."
        raise NotFound(message, location=location[:40], fields={"location": message})
    return balances.at(tx, found.id, place[0])
