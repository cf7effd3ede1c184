"""The timeline in words: what happened, and what changed with it. One transaction is one item."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup

from dashboard.fulfilment.rules import REJECT_REASONS
from dashboard.orders.mentions import SIGN
from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS, RELEASES, SHIPPING_CHOICES
from dashboard.orders.store import Entry
from dashboard.orders.texts import ERASED
from dashboard.orders.views import edit_words, message_words
from dashboard.orders.views.telling import Said, Telling, in_words
from dashboard.web.filters import day_time, money, number


class Item(NamedTuple):
    """kinds: of status, stock, money, messages and comments, those it touches. details: what else changed in the same transaction."""

    at: dt.datetime
    actor: str
    kinds: str
    icon: str
    text: str
    details: tuple[str, ...]
    anchor: str | None = None


def items(entries: Iterable[Entry], telling: Telling) -> list[Item]:
    """The entries as items, in their order."""
    return [
        _item(at, actor, [_said(entry, telling) for entry in group])
        for (at, actor), group in groupby(entries, key=lambda entry: (entry.at, entry.actor_name))
    ]


def _item(at: dt.datetime, actor: str, said: list[Said]) -> Item:
    head = max(said, key=lambda one: one.rank)
    rest = [one for one in reversed(said) if one is not head]
    details = [*head.details, *(line for one in rest for line in (one.details or (one.text,)))]
    kinds = " ".join(dict.fromkeys([head.kind, *(one.kind for one in rest)]))
    anchor = next((one.anchor for one in said if one.anchor), None)
    return Item(at, actor, kinds, head.icon, head.text, tuple(details), anchor)


def _said(entry: Entry, telling: Telling) -> Said:
    if entry.type.startswith("movement:"):
        return _movement(entry)
    tell = WORDS.get(entry.type)
    return tell(entry.data, telling) if tell else Said(0, "status", "dot", _spaced(entry.type))


def _spaced(name: str) -> str:
    """'OrderMerged' -> 'Order merged'."""
    return "".join(f" {char.lower()}" if char.isupper() and at else char for at, char in enumerate(name))


def _units(count: int) -> str:
    return f"{number(count)} unit" if count == 1 else f"{number(count)} units"


def _day(text: str | None) -> str:
    return f"{dt.date.fromisoformat(text):%d %b %Y}".lstrip("0") if text else "no date"


def _promised(data: Mapping[str, Any], _telling: Telling) -> Said:
    """Dates that were promised, or moved."""
    changes = data["changes"]
    lines = []
    for change in changes[:8]:
        source = f", from {change['source']}" if change["source"] else ""
        before = f"{_day(change['before'])} → " if change["before"] else ""
        lines.append(f"{number(change['units'])} × {change['sku']}: {before}{_day(change['after'])}{source}")
    if not any(change["before"] for change in changes):
        return Said(6, "stock", "calendar", f"Promised {_day(max(change['after'] for change in changes))}", tuple(lines))
    why = f": {data['because']}" if data["because"] else ""
    return Said(7, "stock", "calendar", f"Promise moved{why}", tuple(lines))


def _captured(data: Mapping[str, Any], telling: Telling) -> Said:
    lines = [f"{number(units)} × {sku}" for sku, units in data["lines"][:8]]
    more = len(data["lines"]) - len(lines)
    preorder = data.get("preorder", ())
    short = [f"{number(units)} × {sku} is {'on preorder' if sku in preorder else 'backordered'}" for sku, units in data["short"][:8]]
    details = (", ".join(lines) + (f" and {more} more" if more > 0 else ""), *short)
    total = f", {money(data['total'], data['currency'])}" if telling.sight.full else ""
    return Said(9, "status", "cart", f"Order placed on {data['channel']}{total}", details if lines else ())


def _imported(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(9, "status", "upload", f"Order imported from {data['channel']} as sold and shipped")


LABELS = {
    "status": "Status",
    "fulfilment_status": "Fulfilment",
    "payment_status": "Payment",
    "phase": "Waits for",
    "readiness": "Ready to ship",
}


def _progressed(data: Mapping[str, Any], _telling: Telling) -> Said:
    changes = tuple(
        f"{LABELS.get(name, name)}: {in_words(data['before'].get(name))} → {in_words(value)}" for name, value in data["after"].items()
    )
    return Said(1, "status", "arrow-right", "Status changed", changes)


def _cancelled(data: Mapping[str, Any], _telling: Telling) -> Said:
    why = CANCEL_REASONS.get(data["reason"], data["reason"])
    return Said(9, "status", "ban", f"Order cancelled: {why}", (f"{_units(data['units'])} cancelled",))


def _held(data: Mapping[str, Any], telling: Telling) -> Said:
    details = [data["note"]] if data["note"] and telling.sight.full else []
    if data["until"]:
        details.append(f"Until {day_time(dt.datetime.fromisoformat(data['until']))}")
    if data.get("release_when"):
        details.append(f"Ends by itself when {RELEASES.get(data['release_when'], data['release_when'])}")
    return Said(8, "status", "pause", f"Put on hold: {HOLD_KINDS.get(data['kind'], data['kind'])}", tuple(details))


def _unheld(data: Mapping[str, Any], telling: Telling) -> Said:
    details = (data["reason"],) if data["reason"] and telling.sight.full else ()
    return Said(8, "status", "check", f"Hold released: {HOLD_KINDS.get(data['kind'], data['kind'])}", details)


def _reheld(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(6, "status", "pause", f"Hold stands again: {HOLD_KINDS.get(data['kind'], data['kind']).lower()}")


def _tagged(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(4, "status", "tag", f"Tagged {data['tag']}" if data["present"] else f"Tag taken away: {data['tag']}")


def _assigned(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(4, "status", "user", f"Assigned to {data['assignee']}" if data["assignee"] else "Assigned to nobody any more")


def _chose_shipping(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(8, "status", "truck", SHIPPING_CHOICES.get(data["choice"], data["choice"]))


def _noted(data: Mapping[str, Any], telling: Telling) -> Said:
    """As it is now: a comment may have been changed, or deleted, since it was written."""
    note = telling.notes.get(data["note_id"])
    if note is not None and note.deleted_at is not None:
        return Said(8, "comments", "message", "Comment, deleted since", anchor=f"note-{data['note_id']}")
    body = note.body if note is not None else data["body"]
    text = "Comment, changed since" if note is not None and note.edited_at else "Comment"
    return Said(8, "comments", "message", text, (_with_names(body),) if telling.sight.full else (), f"note-{data['note_id']}")


def _with_names(body: str) -> Markup:
    """The text with the names in it marked."""
    marked, at = Markup(""), 0
    for found in SIGN.finditer(body):
        marked += Markup("{}<b class=\"mention\">{}</b>").format(body[at : found.start()], found.group())
        at = found.end()
    return marked + body[at:]


def _note_edited(data: Mapping[str, Any], telling: Telling) -> Said:
    was = (f"It said: {data['before']}",) if telling.sight.full and _is_there(data, telling) else ()
    return Said(5, "comments", "pencil", "Own comment changed", was)


def _note_deleted(_data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(5, "comments", "trash", "Own comment deleted")


def _is_there(data: Mapping[str, Any], telling: Telling) -> bool:
    """Whether the comment still says something: of one that was deleted, or erased with its customer, nothing is told."""
    note = telling.notes.get(data["note_id"])
    return note is not None and note.deleted_at is None and note.body != ERASED


def _work_opened(data: Mapping[str, Any], telling: Telling) -> Said:
    return Said(2, "status", "warehouse", f"{data['number']}: {_units(data['units'])} to send from {_place(data, telling)}")


WORK = {
    "released": ("target", "Released to the warehouse"),
    "picking": ("half", "Picking"),
    "picked": ("dot", "Picked"),
    "packing": ("square", "Packing"),
    "packed": ("box", "Packed"),
    "shipped": ("truck", "Shipped"),
    "cancelled": ("ban", "Work stopped"),
    "rejected": ("cross", "Rejected"),
    "closed": ("lock", "Closed"),
}


CHANGED = {"edited": "The order was changed", "cancelled": "Part of the order was cancelled", "moved": "Units went to another order"}


def _why_not(reason: str) -> str:
    """A short pick, a location that rejected the work, or an order that was changed."""
    return CHANGED.get(reason) or REJECT_REASONS.get(reason) or f"Short: {in_words(reason)}"


def _worked(data: Mapping[str, Any], telling: Telling) -> Said:
    icon, word = WORK.get(data["after"], ("dot", in_words(data["after"]).capitalize()))
    units = f", {_units(data['units'])}" if data["units"] else ""
    why = (_why_not(data["reason"]),) if data.get("reason") else ()
    rank = 2 if data["after"] in ("shipped", "closed", "cancelled") else 6
    return Said(rank, "status", icon, f"{word}: {data['number']} in {_place(data, telling)}{units}", why)


def _place(data: Mapping[str, Any], telling: Telling) -> str:
    return telling.places.get(data["location_id"], "a location")


def _shipped(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(
        7,
        "status",
        "truck",
        f"Shipped with {data['carrier']} {data['tracking_number']}: {data['number']}, {_units(data['units'])}",
    )


def _parcel(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(
        7, "status", "truck", f"Parcel {data['tracking_number']} is {in_words(data['after'])}", (f"Was {in_words(data['before'])}",)
    )


def _customer_told(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(7, "messages", "calendar", f"Customer told: leaves {_day(data['on'])}" if data["on"] else "Customer told: no date yet")


def _due_moved(data: Mapping[str, Any], _telling: Telling) -> Said:
    moment = dt.datetime.fromisoformat(data["ship_by"]) if data["ship_by"] else None
    return Said(2, "status", "calendar", f"Due to leave {day_time(moment)}")


def _sent_early(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(8, "stock", "calendar", "May leave before its preorder date", (data["reason"],))


MONEY = {"authorization": "promised", "capture": "received", "void": "voided", "refund": "refunded"}


def _paid(data: Mapping[str, Any], telling: Telling) -> Said:
    word = MONEY.get(data["kind"], data["kind"])
    if not telling.sight.full:
        return Said(5, "money", "card", f"Payment {word}")
    details = (data["reason"],) if data.get("reason") else ()
    method = f" ({in_words(data['method'])})" if data["method"] else ""
    rank = {"authorization": 4, "void": 3}.get(data["kind"], 7)
    return Said(rank, "money", "card", f"{money(data['amount'], data['currency'])} {word}{method}", details)


def _exception(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(5, "status", "triangle", f"Needs a person: {data['summary']}")


def _exception_given(data: Mapping[str, Any], _telling: Telling) -> Said:
    whom = f"to {data['assignee']}" if data["assignee"] else "back to everybody"
    return Said(4, "status", "user", f"Exception given {whom}: {in_words(data['kind'])}")


def _exception_snoozed(data: Mapping[str, Any], _telling: Telling) -> Said:
    until = f"snoozed until {day_time(dt.datetime.fromisoformat(data['until']))}" if data["until"] else "back in the queue"
    return Said(4, "status", "pause", f"Exception {until}: {in_words(data['kind'])}")


def _exception_tried(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(4, "status", "bolt", f"Tried to settle: {in_words(data['fix'])}", (data["said"],))


def _line_mapped(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(6, "status", "tag", f"{data['was']} is {data['sku']}", (f"{_units(data['units'])} were of an unknown item",))


def _resolved(data: Mapping[str, Any], telling: Telling) -> Said:
    return Said(
        5, "status", "check", f"Settled: {in_words(data['kind'])}", (data["note"],) if data["note"] and telling.sight.full else ()
    )


def _unresolved(data: Mapping[str, Any], _telling: Telling) -> Said:
    return Said(5, "status", "return", f"Not settled after all: {in_words(data['kind'])}")


WORDS: Mapping[str, Callable[[Mapping[str, Any], Telling], Said]] = {
    "OrderCaptured": _captured,
    "OrderImported": _imported,
    "OrderProgressed": _progressed,
    "OrderCancelled": _cancelled,
    "OrderEdited": edit_words.edited,
    "OrderSplit": edit_words.split,
    "OrderMerged": edit_words.merged,
    "HoldPlaced": _held,
    "HoldReleased": _unheld,
    "ShippingChosen": _chose_shipping,
    "HoldReopened": _reheld,
    "OrderTagged": _tagged,
    "OrderAssigned": _assigned,
    "NoteAdded": _noted,
    "NoteEdited": _note_edited,
    "NoteDeleted": _note_deleted,
    "ExceptionAssigned": _exception_given,
    "ExceptionSnoozed": _exception_snoozed,
    "ExceptionTried": _exception_tried,
    "LineMapped": _line_mapped,
    "WorkOpened": _work_opened,
    "WorkMoved": _worked,
    "ParcelShipped": _shipped,
    "ParcelMoved": _parcel,
    "PaymentRecorded": _paid,
    "PromiseChanged": _promised,
    "CustomerTold": _customer_told,
    "DueMoved": _due_moved,
    "SentEarly": _sent_early,
    "MessageMoved": message_words.message,
    "QuoteFollowed": message_words.quote,
    "ExceptionOpened": _exception,
    "ExceptionResolved": _resolved,
    "ExceptionReopened": _unresolved,
}

MOVES = {
    "allocated": ("ring", "Allocated"),
    "released": ("return", "Freed"),
    "picked": ("dot", "Picked"),
    "shipped": ("truck", "Left the shelf"),
    "returned": ("return", "Came back"),
}


def _movement(entry: Entry) -> Said:
    """A ledger row: units of one SKU at one location."""
    data = entry.data
    icon, word = MOVES.get(entry.type.partition(":")[2], ("stack", in_words(entry.type.partition(":")[2]).capitalize()))
    units = abs(data["on_hand"] or data["allocated"])
    after = f", {number(data['after'])} on hand after" if data["on_hand"] else ""
    return Said(3, "stock", icon, f"{word}: {number(units)} × {data['sku']} in {data['location']}{after}")
