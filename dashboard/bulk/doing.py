"""What a bulk action does to one order: the action of a single order, and what is needed to take exactly that back."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.bulk.choosing import NOBODY
from dashboard.bulk.rules import ANY
from dashboard.fulfilment.actions import release_work
from dashboard.fulfilment.backorders import allocate_order
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import AllocateOrder, CancelOrder, ReleaseWork
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import labels
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import PlaceHold, ReleaseHold
from dashboard.orders.labels import AssignOrder, TagOrder
from dashboard.orders.model import Order, OrderHold

Effect = dict[str, Any]
Choice = Mapping[str, str]


def do(tx: Tx, action: str, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    """Do it to one order. Returns the effect, as plain values.

    Raises: DomainError, which says why this order is skipped.
    """
    return _DOING[action](tx, order_id, choice, actor, now)


def _hold(tx: Tx, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    until = clock.parse_iso(choice["until"]) if choice["until"] else None
    return {"hold": place_hold(tx, PlaceHold(order_id, choice["kind"], choice["note"], until), actor, now)}


def _release_hold(tx: Tx, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    query = sa.select(OrderHold.id).where(OrderHold.order_id == order_id, OrderHold.released_at.is_(None))
    if choice["kind"] != ANY:
        query = query.where(OrderHold.kind == choice["kind"])
    holds = list(tx.execute(query.order_by(OrderHold.id)).scalars())
    for hold_id in holds:
        release_hold(tx, ReleaseHold(hold_id, choice["note"]), actor, now)
    phase = tx.execute(sa.select(Order.phase).where(Order.id == order_id)).scalar_one()
    return {"holds": holds, "at": clock.micros(now), "phase": phase}


def _release(tx: Tx, order_id: int, _choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    query = sa.select(FulfilmentOrder.id).where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status == "allocated")
    works = list(tx.execute(query.order_by(FulfilmentOrder.id)).scalars())
    for work_id in works:
        release_work(tx, ReleaseWork(work_id), actor, now)
    return {"works": works}


def _tag(tx: Tx, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    labels.tag_order(tx, TagOrder(order_id, choice["tag"]), actor, now)
    return {"tag": choice["tag"], "at": clock.micros(now)}


def _untag(tx: Tx, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    label = labels.tag_label(tx, order_id, choice["tag"])
    labels.untag_order(tx, TagOrder(order_id, choice["tag"]), actor, now)
    return {"tag": choice["tag"], "by": label.by, "at": label.at} if label else {}


def _assign(tx: Tx, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    before = labels.assignment(tx, order_id)
    user_id = None if choice["user"] == NOBODY else int(choice["user"])
    labels.assign_order(tx, AssignOrder(order_id, user_id), actor, now)
    had = {"user": before.value, "by": before.by, "at": before.at} if before else None
    return {"user": user_id, "at": clock.micros(now), "before": had}


def _allocate(tx: Tx, order_id: int, _choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    return {"units": allocate_order(tx, AllocateOrder(order_id), actor, now)}


def _print(_tx: Tx, _order_id: int, _choice: Choice, _actor: Actor, _now: dt.datetime) -> Effect:
    return {}


def _cancel(tx: Tx, order_id: int, choice: Choice, actor: Actor, now: dt.datetime) -> Effect:
    cancel_order(tx, CancelOrder(order_id, choice["reason"]), actor, now)
    return {}


_DOING: Mapping[str, Callable[[Tx, int, Choice, Actor, dt.datetime], Effect]] = {
    "hold": _hold,
    "release_hold": _release_hold,
    "release": _release,
    "tag": _tag,
    "untag": _untag,
    "assign": _assign,
    "allocate": _allocate,
    "print": _print,
    "cancel": _cancel,
}
