"""The timeline in words: what happened, and what changed with it. One transaction is one item."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from dashboard.orders.store import Entry
from dashboard.orders.views import (
    comment_words,
    edit_words,
    exception_words,
    message_words,
    payment_words,
    promise_words,
    state_words,
    work_words,
)
from dashboard.orders.views.telling import Said, Telling


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
    rest = sorted((one for one in reversed(said) if one is not head), key=lambda one: -one.rank)
    details = [*head.details, *(line for one in rest for line in _aside(one) if line not in head.details)]
    kinds = " ".join(dict.fromkeys([head.kind, *(one.kind for one in rest)]))
    anchor = next((one.anchor for one in said if one.anchor), None)
    return Item(at, actor, kinds, head.icon, head.text, tuple(details), anchor)


def _aside(one: Said) -> tuple[str, ...]:
    """A change of status says which by its details alone."""
    if one.aside:
        return (one.aside,)
    return one.details if one.details and one.rank <= 1 else (one.text, *one.details)


def _said(entry: Entry, telling: Telling) -> Said:
    if entry.type.startswith("movement:"):
        return work_words.movement(entry)
    tell = WORDS.get(entry.type)
    return tell(entry.data, telling) if tell else Said(0, "status", "dot", _spaced(entry.type))


def _spaced(name: str) -> str:
    """'OrderMerged' -> 'Order merged'."""
    return "".join(f" {char.lower()}" if char.isupper() and at else char for at, char in enumerate(name))


WORDS: Mapping[str, Callable[[Mapping[str, Any], Telling], Said]] = {
    "OrderCaptured": state_words.captured,
    "OrderImported": state_words.imported,
    "OrderProgressed": state_words.progressed,
    "OrderCancelled": state_words.cancelled,
    "OrderEdited": edit_words.edited,
    "OrderSplit": edit_words.split,
    "OrderMerged": edit_words.merged,
    "HoldPlaced": state_words.held,
    "HoldReleased": state_words.unheld,
    "ShippingChosen": state_words.chose_shipping,
    "HoldReopened": state_words.reheld,
    "OrderTagged": state_words.tagged,
    "OrderAssigned": state_words.assigned,
    "NoteAdded": comment_words.noted,
    "NoteEdited": comment_words.edited,
    "NoteDeleted": comment_words.deleted,
    "ExceptionAssigned": exception_words.given,
    "ExceptionSnoozed": exception_words.snoozed,
    "ExceptionTried": exception_words.tried,
    "LineMapped": exception_words.mapped,
    "WorkOpened": work_words.opened,
    "WorkMoved": work_words.moved,
    "ParcelShipped": work_words.shipped,
    "ParcelMoved": work_words.parcel,
    "PaymentRecorded": payment_words.paid,
    "PromiseChanged": promise_words.promised,
    "CustomerTold": promise_words.told,
    "DueMoved": promise_words.due_moved,
    "SentEarly": promise_words.sent_early,
    "MessageMoved": message_words.message,
    "QuoteFollowed": message_words.quote,
    "ExceptionOpened": exception_words.opened,
    "ExceptionResolved": exception_words.resolved,
    "ExceptionReopened": exception_words.unresolved,
}
