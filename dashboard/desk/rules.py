"""Kinds of exceptions with their fixes: what each means, what helps, and what that will change. Pure."""

import datetime as dt
from typing import NamedTuple


class Fix(NamedTuple):
    """One thing a person can do about an exception.

    letter: its key on the keyboard; permission: what it needs; effect: what it will change, said before it is done; asks: names of
    what must be chosen; closes: whether the exception is resolved by it; irreversible: asked again before it is done;
    stays: what an undo does not take back, as a sentence, '' where nothing was changed.
    """

    label: str
    letter: str
    icon: str
    permission: str
    effect: str
    asks: tuple[str, ...] = ()
    closes: bool = True
    irreversible: bool = False
    stays: str = ""

    @property
    def may_undo(self) -> bool:
        """Whether the resolution can be taken back at once: of what cannot be undone the cause is gone for good."""
        return self.closes and not self.irreversible


class Kind(NamedTuple):
    """role and shape as badges have them; meaning: what has happened, in general; tried: what Orderdeck has done by itself;
    fixes: keys of FIXES, the suggested one first."""

    label: str
    role: str
    shape: str
    meaning: str
    tried: str
    fixes: tuple[str, ...]


FIXES = {
    "allocate": Fix(
        "Allocate now", "a", "ring", "work.write",
        "Takes what is on the shelves now for the waiting units, and opens the work to send them. No money moves.",
        stays="What was allocated stays allocated.",
    ),
    "map_sku": Fix(
        "Use this SKU", "m", "tag", "orders.update",
        "The line becomes that SKU at the price the channel sold it for, and takes its stock; what is short goes on waiting.",
        asks=("sku",), stays="The line stays that SKU.",
    ),
    "keep_waiting": Fix(
        "Let it wait", "w", "hourglass", "orders.update",
        "Nothing is changed: the units stay backordered, and stock that comes in goes to them by itself.",
    ),
    "cancel_order": Fix(
        "Cancel the order", "c", "ban", "orders.cancel",
        "Cancels all that has not left, frees its stock and voids what is authorized. Captured money stays to be refunded.",
        irreversible=True,
    ),
    "cancel_waiting": Fix(
        "Cancel what waits", "n", "minus", "orders.cancel",
        "Cancels only the units that wait; the rest is sent. The bill gets shorter by them, and what is received above it stays to be"
        " refunded.",
        irreversible=True,
    ),
    "hold_address": Fix(
        "Hold the order", "h", "pause", "holds.write",
        "Puts an address hold on the order, so that no parcel goes to a wrong place. Releasing the hold undoes it.",
        closes=False,
    ),
    "recheck": Fix(
        "Check again", "v", "refresh", "orders.update",
        "Looks once more whether the cause is still there, and closes this if it is gone. Nothing else is changed.",
    ),
    "release": Fix(
        "Release to the warehouse", "p", "target", "work.write",
        "Sends every allocated part of the order to the pickers. This stays open until the order has left.",
        closes=False,
    ),
    "delivered": Fix(
        "It has arrived", "d", "check", "work.write",
        "The parcel becomes delivered, and so does the order when all of it has arrived. The customer's page says so.",
        irreversible=True,
    ),
    "customer_told": Fix(
        "The customer knows", "y", "check", "orders.update",
        "Writes down that the customer was told the new date, so that only another change comes back here. Nothing is sent.",
        stays="That the customer was told stays written down.",
    ),
    "repair": Fix(
        "Repair the balance", "b", "stack", "stock.adjust",
        "Writes one ledger row, so that balance, ledger, orders and holds agree again. What is on the shelf is not changed.",
        stays="The ledger row stays.",
    ),
    "retry_job": Fix(
        "Try the job again", "t", "refresh", "jobs.manage",
        "The job runs at once, with eight fresh attempts. If it fails for good again, this comes back.",
        stays="The job runs all the same.",
    ),
    "run_now": Fix(
        "Try it now", "t", "refresh", "jobs.manage",
        "The job runs at once instead of at its next turn. It is not run twice.",
        closes=False,
    ),
}  # fmt: skip

KINDS = {
    "oversold": Kind(
        "Sold without stock", "warn", "triangle",
        "A channel has sold units that no location has.",
        "The units are backordered; stock that comes in goes to them by itself, oldest order first.",
        ("allocate", "keep_waiting", "cancel_waiting", "cancel_order"),
    ),
    "unknown_sku": Kind(
        "Unknown SKU", "warn", "tag",
        "A channel has sold an item that the catalogue does not know.",
        "The code was looked for among SKUs; the order was taken with the line as it came.",
        ("map_sku", "cancel_waiting", "cancel_order"),
    ),
    "empty_order": Kind(
        "Order without lines", "warn", "ring-dashed",
        "A channel has sent an order with nothing in it.",
        "The order was kept, so that it can be looked up at the channel.",
        ("cancel_order", "recheck"),
    ),
    "bad_address": Kind(
        "Bad address", "warn", "pin",
        "The address to ship to cannot be right.",
        "It was checked when the order came in; the order was taken and nothing was sent.",
        ("hold_address", "recheck", "cancel_order"),
    ),
    "pack_error": Kind(
        "Packed wrong", "warn", "package",
        "Packing found a wrong, missing or extra item after picking was closed.",
        "The error is counted in order accuracy; what is packed now is what was verified.", (),
    ),
    "late_order": Kind(
        "Late order", "bad", "clock",
        "The order should have left, and is still here.",
        "It stands first in every list by its ship-by date.",
        ("release", "recheck"),
    ),
    "promise_later": Kind(
        "Promise moved later", "warn", "calendar",
        "What the order waits for comes later than its customer was told.",
        "The new date stands on the order and on the customer's page; stock that comes sooner goes to it by itself.",
        ("customer_told", "cancel_waiting", "cancel_order"),
    ),
    "late": Kind(
        "Late parcel", "bad", "truck",
        "A parcel is a day past the date the carrier gave.",
        "Orderdeck goes on reading what the carrier says; word of its arrival closes this.",
        ("delivered",),
    ),
    "stock_mismatch": Kind(
        "Stock does not add up", "bad", "stack",
        "A balance is not what its ledger, orders and holds say it should be.",
        "It was worked out again from the ledger; nothing was changed.",
        ("repair", "recheck"),
    ),
    "stuck_job": Kind(
        "Stuck job", "warn", "hourglass",
        "Background work fails again and again, or waits and is not begun.",
        "It is tried again by itself, each time after a longer pause.",
        ("run_now", "recheck"),
    ),
    "dead_letter": Kind(
        "Job given up", "bad", "cross",
        "Background work has failed every time and was given up.",
        "It was tried eight times, with pauses of up to an hour.",
        ("retry_job",),
    ),
}  # fmt: skip
"""Every kind of orders.rules.EXCEPTION_KINDS."""

VIEWS = {"open": "Open", "mine": "Mine", "unassigned": "Nobody's", "snoozed": "Snoozed", "resolved": "Resolved"}
LATE_GRACE = dt.timedelta(hours=1)
"""How long after its ship-by an order is an exception."""
LATE_PHASES = ("to_route", "to_pick", "to_pack", "to_ship")
"""Orders that wait for us; those that wait for money, stock or a decision are late for another reason."""
OFTEN = 5
"""Failed attempts after which a job counts as stuck."""
WAITING_LONG = dt.timedelta(minutes=10)
"""A job that should have begun so long ago is stuck."""
LONGEST_SNOOZE = dt.timedelta(days=90)
NEW_VISIT = dt.timedelta(minutes=10)
"""Who comes back after so long begins a new visit."""


def fixes_of(kind: str) -> dict[str, Fix]:
    """The fixes of a kind by key, the suggested one first."""
    return {key: FIXES[key] for key in KINDS[kind].fixes}


def snooze_choices(now: dt.datetime, zone: dt.tzinfo) -> dict[str, dt.datetime]:
    """Moments to come back at, by what a person calls them."""
    today = now.astimezone(zone).date()
    return {
        "hour": now + dt.timedelta(hours=1),
        "later": now + dt.timedelta(hours=4),
        "tomorrow": morning_of(today + dt.timedelta(days=1), zone),
        "monday": morning_of(today + dt.timedelta(days=7 - today.weekday()), zone),
    }


def morning_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When work begins there on that day."""
    return dt.datetime.combine(day, dt.time(8), zone).astimezone(dt.UTC)


SNOOZES = {
    "hour": "1 hour",
    "later": "4 hours",
    "tomorrow": "Until tomorrow, 08:00",
    "monday": "Until Monday, 08:00",
    "date": "Until a day…",
}
