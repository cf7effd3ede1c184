"""What people do to an order besides taking it: holds and notes."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel import clock, crash, ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, mentions, texts
from dashboard.orders.commands import AddNote, PlaceHold, ReleaseHold
from dashboard.orders.events import HoldPlaced, HoldReleased, NoteAdded
from dashboard.orders.hold_conditions import check_waits
from dashboard.orders.hold_locking import locked_hold
from dashboard.orders.model import Order, OrderHold, OrderNote
from dashboard.orders.rules import HOLD_KINDS
from dashboard.orders.still_open import check_holdable

MOST_NOTE = 10_000
DUE_AT_ONCE = 200


def place_hold(tx: Tx, command: PlaceHold, actor: Actor, now: dt.datetime) -> int:
    """Stop the order from going to the warehouse until somebody (or `until`) releases it. Returns the hold's id.

    Raises: Invalid, for an unknown kind or a date in the past; Conflict, for a changed, shipped or cancelled order.
    """
    if command.kind not in HOLD_KINDS:
        raise Invalid(f"Choose why: {', '.join(HOLD_KINDS)}.", fields={"kind": "unknown kind of hold"})
    if command.until is not None and command.until <= now:
        raise Invalid("A hold must end in the future.", fields={"until": "in the past"})
    note = _kept("note", command.note)
    derive.check_version(tx, command.order_id, command.version)
    order = tx.execute(sa.select(Order.id, Order.number, Order.status).where(Order.id == command.order_id)).one()
    check_holdable(order)
    check_waits(tx, order.id, command.release_when)
    hold = OrderHold(
        order_id=order.id,
        kind=command.kind,
        note=note,
        until=command.until,
        placed_by=actor.name,
        placed_at=now,
        release_when=command.release_when,
    )
    tx.orm.add(hold)
    tx.flush()
    tx.execute(sa.update(Order).where(Order.id == order.id).values(open_holds=Order.open_holds + 1))
    crash.point("hold_written")
    version = derive.rederive(tx, order.id, actor, now)
    tx.record(
        HoldPlaced(
            id=order.id,
            version=version,
            order_id=order.id,
            hold_id=hold.id,
            kind=hold.kind,
            note=texts.keep(tx, order.id, note),
            until=clock.iso(command.until),
            release_when=command.release_when,
        ),
        actor,
        now,
    )
    return hold.id


def release_hold(tx: Tx, command: ReleaseHold, actor: Actor, now: dt.datetime) -> int:
    """End a hold. Returns the order's id.

    Raises: NotFound; Conflict, when it was released already.
    """
    hold = locked_hold(tx, command.hold_id)
    if hold.released_at is not None:
        raise Conflict(f"{hold.released_by} has released this hold already.", released_by=hold.released_by)
    reason = text.kept("reason", command.reason, 200)
    hold.released_at, hold.released_by, hold.release_reason = now, actor.name, reason or None
    tx.execute(sa.update(Order).where(Order.id == hold.order_id).values(open_holds=Order.open_holds - 1))
    tx.flush()
    version = derive.rederive(tx, hold.order_id, actor, now)
    tx.record(
        HoldReleased(
            id=hold.order_id,
            version=version,
            order_id=hold.order_id,
            hold_id=hold.id,
            kind=hold.kind,
            reason=texts.keep(tx, hold.order_id, reason),
        ),
        actor,
        now,
    )
    return hold.order_id


def due_holds(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """Release holds whose date has come, those that wait longest first; their orders are locked by id. Returns how many."""
    waiting = sa.select(OrderHold.order_id, OrderHold.id).where(OrderHold.released_at.is_(None), OrderHold.until <= now)
    due = sorted(tuple(row) for row in tx.execute(waiting.order_by(OrderHold.until, OrderHold.id).limit(DUE_AT_ONCE)))
    for _, hold_id in due:
        release_hold(tx, ReleaseHold(hold_id, "its date has come"), actor, now)
    return len(due)


def add_note(tx: Tx, command: AddNote, actor: Actor, now: dt.datetime) -> int:
    """Write a note; card numbers in it are masked. Returns its id.

    Raises: Invalid, for an empty or too long note; NotFound.
    """
    body = _kept("body", command.body)
    if not body.strip():
        raise Invalid("Write something first.", fields={"body": "empty"})
    derive.check_version(tx, command.order_id, None)
    note = OrderNote(order_id=command.order_id, body=body, author=actor.name, author_ref=actor.ref, at=now)
    tx.orm.add(note)
    tx.flush()
    named = mentions.keep(tx, note.id, command.order_id, body, now)
    version = derive.rederive(tx, command.order_id, actor, now)
    kept = texts.keep(tx, command.order_id, body)
    tx.record(NoteAdded(command.order_id, version, command.order_id, note.id, kept, named), actor, now)
    return note.id


def _kept(field: str, value: str) -> str:
    """The text as it is stored.

    Raises: Invalid, for one no database can keep.
    """
    return ids.mask_cards(text.kept(field, value, MOST_NOTE))
