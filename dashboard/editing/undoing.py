"""Take an edit back as a whole: every field is what it was before, as far as nobody has changed it since."""

import datetime as dt

from dashboard.editing import planning, rules, shelves, store
from dashboard.editing.actions import Edited, Proposal, Written, carry_out
from dashboard.editing.commands import UndoEdit
from dashboard.editing.facts import Facts
from dashboard.editing.planning import Manner
from dashboard.editing.store import Edit
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.payments import carrying


def undo_edit(tx: Tx, command: UndoEdit, actor: Actor, now: dt.datetime) -> Edited:
    """Undo one edit; stock that others took meanwhile is backordered. No payment was touched by the edit, and none is now.

    Raises: NotFound; Conflict, when it was taken back already, is final or too old, the order is not open, or somebody changed
    one of its fields since (facts: changed); Invalid, when units it added are packed by now.
    """
    order_id = store.edit(tx.connection, command.edit_id).order_id
    carrying.lock(tx, order_id)
    edit = store.edit(tx.connection, command.edit_id)  # again, now that the order is locked
    facts = store.order_facts(tx.connection, order_id)
    if why := not_undoable(edit, facts, now):
        raise Conflict(why, number=facts.number)
    values = rules.fields_of(facts) | {name: before for name, (before, _) in edit.fields.items()}
    facts, routing = shelves.with_stock(tx, facts, values, (), now, lock=True)
    plan = planning.plan(facts, values, (), Manner("backorder", edit.restores, exact=True))
    return carry_out(tx, Proposal(facts, plan, routing, ()), Written("undo", undoes=edit.id), actor, now)


def not_undoable(edit: Edit, facts: Facts, now: dt.datetime) -> str:
    """Why the edit cannot be taken back, '' when it can (packed units may still stand in the way)."""
    if edit.undone:
        return "This change is taken back already."
    if edit.kind == "undo":
        return "This was an undo itself; change the order instead."
    if edit.final:
        return "This change cannot be taken back: money was paid back, or units went to another order."
    if now - edit.at > rules.UNDO_WITHIN:
        return f"This change is more than {rules.UNDO_WITHIN.total_seconds() / 3600:.0f} hours old; change the order instead."
    if facts.status != "open":
        return f"Order {facts.number} is {facts.status} by now."
    present = rules.fields_of(facts)
    if any(present.get(name) != after for name, (_, after) in edit.fields.items()):
        return f"Order {facts.number} was changed again in the same place since; take that back first, or change the order."
    return ""
