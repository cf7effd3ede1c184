"""What was chosen for a bulk action, checked once before it starts."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from dashboard.bulk.rules import ACTIONS, DOCUMENTS, RELEASABLE
from dashboard.kernel import clock, ids, text
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders.labels import person_name, tag_of
from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS

LONGEST_NOTE = 500
NOBODY = "none"
"""As a user: back to everybody."""


def checked(tx: Tx, action: str, given: Mapping[str, str], now: dt.datetime) -> dict[str, str]:
    """Exactly what the action asks for, as it is kept.

    Raises: Invalid, naming the field.
    """
    choice = {}
    for name in ACTIONS[action].asks:
        choice[name] = _CHECKS[name](tx, action, given.get(name, "").strip(), now)
    return choice


def _kind(_tx: Tx, action: str, value: str, _now: dt.datetime) -> str:
    return _one_of("kind", value, HOLD_KINDS if action == "hold" else RELEASABLE)


def _note(_tx: Tx, _action: str, value: str, _now: dt.datetime) -> str:
    return ids.mask_cards(text.kept("note", value, 200 if _action == "release_hold" else LONGEST_NOTE))


def _until(_tx: Tx, _action: str, value: str, now: dt.datetime) -> str:
    if not value:
        return ""
    try:
        at = clock.parse_iso(value)
    except ValueError:
        raise Invalid("Until is no date and time.", fields={"until": "write it like 2026-11-22T16:30"}) from None
    if at <= now:
        raise Invalid("A hold must end in the future.", fields={"until": "in the past"})
    return clock.iso(at) or ""


def _tag(_tx: Tx, _action: str, value: str, _now: dt.datetime) -> str:
    return tag_of(value)


def _user(tx: Tx, _action: str, value: str, _now: dt.datetime) -> str:
    if value == NOBODY:
        return NOBODY
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Invalid("Choose who has these orders from now on.", fields={"user": "choose somebody"})
    person_name(tx, int(value))
    return str(int(value))


def _document(_tx: Tx, _action: str, value: str, _now: dt.datetime) -> str:
    return _one_of("document", value, DOCUMENTS)


def _reason(_tx: Tx, _action: str, value: str, _now: dt.datetime) -> str:
    return _one_of("reason", value, CANCEL_REASONS)


def _one_of(name: str, value: str, allowed: Collection[str]) -> str:
    if value not in allowed:
        raise Invalid(f"Choose the {name}: {', '.join(allowed)}.", fields={name: f"one of {', '.join(allowed)}"})
    return value


_CHECKS: Mapping[str, Callable[[Tx, str, str, dt.datetime], str]] = {
    "kind": _kind,
    "note": _note,
    "until": _until,
    "tag": _tag,
    "user": _user,
    "document": _document,
    "reason": _reason,
}
