"""What can be done to many orders at once, and which of them are skipped with which reason. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dashboard.kernel.errors import Conflict
from dashboard.kernel.states import StateTable
from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS

MOST_ORDERS = 50_000
"""Orders of one bulk action: more than that nobody means."""
UNDO_HOURS = 24
DOCUMENTS = {"slips": "Packing slips", "picks": "Pick list"}
ANY = "any"
RELEASABLE = {ANY: "Any hold", **HOLD_KINDS}

RUN = StateTable(
    "bulk",
    ["draft", "queued"],
    {
        "draft": ("queued",),
        "queued": ("running", "done", "stopped"),
        "running": ("done", "stopped"),
        "done": (),
        "stopped": (),
    },
)
ACTIVE = ("queued", "running")


class Kind(NamedTuple):
    """label, doing, did: words; asks: what must be chosen for it. no_undo: why it cannot be taken back, empty where it can."""

    label: str
    doing: str
    did: str
    icon: str
    permission: str
    asks: tuple[str, ...] = ()
    no_undo: str = ""


ACTIONS: Mapping[str, Kind] = {
    "hold": Kind("Hold", "Holding", "Held", "pause", "holds.write", ("kind", "note", "until")),
    "release_hold": Kind("Release hold", "Releasing holds of", "Released holds of", "check", "holds.write", ("kind", "note")),
    "release": Kind(
        "Release to pick", "Releasing", "Released", "target", "work.write", no_undo="The pickers may have begun: hold an order to stop it."
    ),
    "tag": Kind("Tag", "Tagging", "Tagged", "tag", "orders.update", ("tag",)),
    "untag": Kind("Remove tag", "Removing a tag from", "Removed a tag from", "minus", "orders.update", ("tag",)),
    "assign": Kind("Assign", "Assigning", "Assigned", "user", "orders.update", ("user",)),
    "allocate": Kind(
        "Allocate", "Allocating", "Allocated", "stack", "work.write",
        no_undo="The stock is tied to its orders; cancel or edit an order to free it.",
    ),
    "print": Kind("Print", "Collecting", "Collected", "printer", "work.read", ("document",), "Nothing was changed by printing."),
    "cancel": Kind(
        "Cancel", "Cancelling", "Cancelled", "ban", "orders.cancel", ("reason",),
        "Stock was freed and payments were voided: a cancelled order stays cancelled.",
    ),
}  # fmt: skip


class Facts(NamedTuple):
    """What an order is now. held: it has an open hold; match: what the action would make of it is so already (of a hold or tag that is
    to be taken away: it has it)."""

    status: str
    phase: str
    work: str | None
    held: bool
    readiness: str | None
    match: bool


def verdict(action: str, facts: Facts) -> str:
    """Why the order is skipped; empty when the action may be tried."""
    return _VERDICTS[action](facts)


def _hold(facts: Facts) -> str:
    if facts.status not in ("draft", "open"):
        return f"it is {facts.status}; only an open order can be held"
    return "it is held for that already" if facts.match else ""


def _release_hold(facts: Facts) -> str:
    return "" if facts.match else "it has no such hold"


def _release(facts: Facts) -> str:
    if facts.status != "open":
        return f"it is {facts.status}"
    if facts.held:
        return "it is on hold"
    if facts.phase == "payment_due":
        return "its payment is due"
    if facts.work is None:
        return "no stock is allocated to it"
    return "" if facts.work == "allocated" else f"it is {facts.work.replace('_', ' ')} already"


def _allocate(facts: Facts) -> str:
    if facts.status != "open":
        return f"it is {facts.status}"
    return "" if facts.readiness in ("part", "none") else "nothing of it waits for stock"


def _print(facts: Facts) -> str:
    if facts.status != "open":
        return f"it is {facts.status}; nothing is left to send"
    return "no stock is allocated to it" if facts.work is None else ""


def _cancel(facts: Facts) -> str:
    if facts.status != "open":
        return f"it is {facts.status}; there is nothing to cancel"
    if facts.work in ("picked", "packing", "packed"):
        return f"it is {facts.work} in the warehouse"
    return ""


_VERDICTS: Mapping[str, Callable[[Facts], str]] = {
    "hold": _hold,
    "release_hold": _release_hold,
    "release": _release,
    "tag": lambda facts: "it has this tag already" if facts.match else "",
    "untag": lambda facts: "" if facts.match else "it does not have this tag",
    "assign": lambda facts: "it is assigned so already" if facts.match else "",
    "allocate": _allocate,
    "print": _print,
    "cancel": _cancel,
}


def check_undo(run: Any, now: dt.datetime) -> None:
    """Raises: Conflict, when this run cannot be taken back (any more)."""
    if why := why_not_undo(run, now):
        raise Conflict(why)


def why_not_undo(run: Any, now: dt.datetime) -> str:
    """Empty when what the run did may be taken back. run: its columns, and undone_by."""
    if ACTIONS[run.action].no_undo:
        return ACTIONS[run.action].no_undo
    if run.undoes_id is not None:
        return "This was an undo itself."
    if run.undone_by is not None:
        return "This was undone already."
    if run.status not in ("done", "stopped"):
        return "It is still being done; stop it first."
    if not run.done:
        return "It changed nothing."
    if run.finished_at is None or now - run.finished_at > dt.timedelta(hours=UNDO_HOURS):
        return f"More than {UNDO_HOURS} hours have passed."
    return ""


def reason_of(code: str) -> str:
    """A reason for cancelling in words."""
    return CANCEL_REASONS.get(code, code)
