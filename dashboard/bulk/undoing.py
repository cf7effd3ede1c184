"""Taking back what a bulk action did to one order: exactly that, and only while nobody has changed it since."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.orders import labels
from dashboard.orders.actions import release_hold
from dashboard.orders.commands import ReleaseHold
from dashboard.orders.hold_reopening import ReopenHold, reopen_hold
from dashboard.orders.labels import Label, TagOrder
from dashboard.orders.model import Order, OrderHold

Effect = Mapping[str, Any]


def undo(tx: Tx, action: str, order_id: int, effect: Effect, actor: Actor, now: dt.datetime) -> None:
    """Take it back.

    Raises: DomainError, which says why this order is left as it is.
    """
    _UNDOING[action](tx, order_id, effect, actor, now)


def _hold(tx: Tx, order_id: int, effect: Effect, actor: Actor, now: dt.datetime) -> None:
    hold = tx.execute(sa.select(OrderHold.released_at, OrderHold.released_by).where(OrderHold.id == effect["hold"])).one()
    status = tx.execute(sa.select(Order.status).where(Order.id == order_id)).scalar_one()
    if status not in ("draft", "open"):
        raise Conflict(f"it is {status} since")
    if hold.released_at is not None:
        raise Conflict(f"{hold.released_by} has released this hold since")
    release_hold(tx, ReleaseHold(effect["hold"], "undone"), actor, now)


def _release_hold(tx: Tx, order_id: int, effect: Effect, actor: Actor, now: dt.datetime) -> None:
    phase = tx.execute(sa.select(Order.phase).where(Order.id == order_id)).scalar_one()
    if phase != effect["phase"]:
        raise Conflict(f"it went on since: it was {_words(effect['phase'])}, and is {_words(phase)}")
    for hold_id in effect["holds"]:
        reopen_hold(tx, ReopenHold(hold_id, effect["at"]), actor, now)


def _tag(tx: Tx, order_id: int, effect: Effect, actor: Actor, now: dt.datetime) -> None:
    label = labels.tag_label(tx, order_id, effect["tag"])
    if label is None:
        raise Conflict("somebody has taken this tag away since")
    if label.at != effect["at"]:
        raise Conflict(f"{label.by} has given it this tag anew since")
    labels.untag_order(tx, TagOrder(order_id, effect["tag"]), actor, now)


def _untag(tx: Tx, order_id: int, effect: Effect, actor: Actor, now: dt.datetime) -> None:
    labels.tag_as_it_was(tx, order_id, Label(effect["tag"], effect["by"], effect["at"]), actor, now)


def _assign(tx: Tx, order_id: int, effect: Effect, actor: Actor, now: dt.datetime) -> None:
    there = labels.assignment(tx, order_id)
    if there is None and effect["user"] is not None:
        raise Conflict("somebody has given it back to everybody since")
    if there is not None and (there.value != str(effect["user"]) or there.at != effect["at"]):
        raise Conflict(f"{there.by} has assigned it anew since")
    had = effect["before"]
    labels.assign_as_it_was(tx, order_id, Label(had["user"], had["by"], had["at"]) if had else None, actor, now)


def _words(phase: str) -> str:
    return phase.replace("_", " ")


_UNDOING: Mapping[str, Callable[[Tx, int, Effect, Actor, dt.datetime], None]] = {
    "hold": _hold,
    "release_hold": _release_hold,
    "tag": _tag,
    "untag": _untag,
    "assign": _assign,
}
