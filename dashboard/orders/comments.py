"""Changing one's own comment while it is fresh. What it said before stays readable in the timeline."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel import ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, mentions, texts
from dashboard.orders.actions import MOST_NOTE
from dashboard.orders.commands import EditNote
from dashboard.orders.events import NoteDeleted, NoteEdited
from dashboard.orders.model import OrderNote

CHANGEABLE_FOR = dt.timedelta(minutes=15)


def edit_note(tx: Tx, command: EditNote, actor: Actor, now: dt.datetime) -> int:
    """Change one's own comment, or (an empty text) delete it. Returns the order's id.

    Raises: NotFound; Forbidden, for somebody else's; Conflict, when it is too old, deleted, or was changed meanwhile; Invalid.
    """
    where = sa.select(OrderNote.order_id).where(OrderNote.id == command.note_id)
    order_id = tx.execute(where).scalar() if command.note_id < 2**63 else None
    if order_id is None:
        raise NotFound("This comment does not exist.")
    derive.check_version(tx, order_id, None)  # and locks the order
    query = sa.select(OrderNote).where(OrderNote.id == command.note_id).with_for_update()
    note = tx.orm.scalars(query.execution_options(populate_existing=True)).one()
    _check(note, command, actor, now)
    body = ids.mask_cards(text.kept("body", command.body, MOST_NOTE)).strip()
    before, named = note.body, mentions.of_note(tx, note.id)
    if body == before:
        return order_id
    note.body, note.version = body, note.version + 1
    if body:
        note.edited_at = now
    else:
        note.deleted_at = now
    tx.flush()
    fresh = mentions.keep(tx, note.id, order_id, body, now, named)
    version = derive.rederive(tx, order_id, actor, now)
    if body:
        was, said = (texts.keep(tx, order_id, words) for words in (before, body))
        event = NoteEdited(order_id, version, order_id, note.id, was, said, tuple(sorted({*fresh, *named})))
    else:
        event = NoteDeleted(order_id, version, order_id, note.id, tuple(named))
    tx.record(event, actor, now)
    return order_id


def _check(note: OrderNote, command: EditNote, actor: Actor, now: dt.datetime) -> None:
    if note.author_ref != actor.ref:
        raise Forbidden(f"Only {note.author} may change this comment.")
    if note.deleted_at is not None:
        raise Conflict("This comment is deleted already.")
    if now - note.at > CHANGEABLE_FOR:
        minutes = CHANGEABLE_FOR // dt.timedelta(minutes=1)
        raise Conflict(f"A comment can be changed for {minutes} minutes. Write another one instead.", at=note.at)
    if command.version is not None and command.version != note.version:
        raise Conflict("You have changed this comment meanwhile, on another screen.", version=note.version, seen=command.version)
    if len(command.body) > MOST_NOTE:
        raise Invalid("This comment is too long.", fields={"body": f"at most {MOST_NOTE} characters"})
