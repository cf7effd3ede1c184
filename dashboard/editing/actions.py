"""Change an order: work the plan out from what is locked, carry it out, write it down. No payment is ever touched by an edit."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.editing import applying, planning, rules, shelves, store, wishes
from dashboard.editing.commands import AddLine, Change, EditOrder
from dashboard.editing.events import OrderEdited
from dashboard.editing.facts import Facts
from dashboard.editing.model import OrderEdit
from dashboard.editing.plan import Plan
from dashboard.editing.planning import Manner
from dashboard.editing.rules import field_of, split_field
from dashboard.editing.shelves import Routing
from dashboard.kernel import clock, crash, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.merge import Merged, merge
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, named, texts
from dashboard.orders.fields import NAMES_OF
from dashboard.orders.search import index_orders
from dashboard.payments import carrying


class Edited(NamedTuple):
    """What was done. edit_id: None when nothing changed; merged: fields somebody else changed meanwhile, kept; waits: units that
    are backordered now; due: what nobody has promised to pay yet; refundable, untaken: received or promised above the total."""

    order_id: int
    number: str
    version: int
    edit_id: int | None
    merged: tuple[str, ...] = ()
    waits: int = 0
    due: int = 0
    refundable: int = 0
    untaken: int = 0
    total: int = 0
    currency: str = ""


class Proposal(NamedTuple):
    """A plan with what it was made from. merged: fields that others changed meanwhile and that stay theirs."""

    facts: Facts
    plan: Plan
    routing: Routing
    merged: tuple[str, ...]


def edit_order(tx: Tx, command: EditOrder, actor: Actor, now: dt.datetime) -> Edited:
    """Carry an edit out as planned.

    Raises: NotFound; Invalid (facts: fields); InsufficientStock (facts: short); Conflict, when the order is not open, when both
    changed the same field (facts: theirs, yours, changed, version), or when the plan is not the one that was shown (facts: plan).
    """
    text.kept("reason", command.reason, 200)
    carrying.lock(tx, command.order_id)
    proposal = propose(tx, command, now, lock=True)
    plan = proposal.plan
    if plan.is_empty:
        facts = proposal.facts
        return Edited(
            facts.id, facts.number, facts.version, None, proposal.merged, total=facts.sums["total"], currency=facts.currency
        )
    if command.expected is not None and command.expected != plan.fingerprint:
        raise Conflict(
            "Stock or the order changed since you looked at the preview. Look again, then save.", plan=plan.fingerprint
        )
    return carry_out(tx, proposal, Written("edit", command.reason), actor, now)


def propose(tx: Tx, command: EditOrder, now: dt.datetime, *, lock: bool) -> Proposal:
    """What the edit would do: the same for the preview (reads only) and the write (lock: what it depends on).

    Raises: as edit_order.
    """
    if command.on_shortage not in rules.ON_SHORTAGE:
        raise Invalid("Choose refuse or backorder.", fields={"on_shortage": "refuse or backorder"})
    facts = store.order_facts(tx.connection, command.order_id)
    wanted = wishes.wanted(facts, command.changes)
    if len(facts.lines) + len(wanted.adds) > rules.MOST_LINES:
        raise Invalid(f"An order has at most {rules.MOST_LINES} lines.", fields={"lines": f"at most {rules.MOST_LINES}"})
    theirs = rules.fields_of(facts)
    stale = command.version is not None and command.version != facts.version
    mine = {name: value for name, value in wanted.values.items() if name not in command.leave}
    base = command.base or (store.as_of(tx.connection, facts.id, command.version or 0, theirs) if stale else theirs)
    merged = _merged(tx, facts, command.version, theirs, mine, base)
    adds = [(add, wanted.replaced.get(place)) for place, add in enumerate(wanted.adds)]
    facts, routing = shelves.with_stock(tx, facts, merged.values, wanted.adds, now, lock=lock)
    plan = planning.plan(facts, merged.values, adds, Manner(command.on_shortage))
    kept = (name for name in theirs if base.get(name, theirs[name]) != theirs[name] == merged.values[name])
    return Proposal(facts, plan, routing, tuple(kept))


def _merged(
    tx: Tx, facts: Facts, seen: int | None, theirs: Mapping[str, Any], mine: Mapping[str, Any], base: Mapping[str, Any]
) -> Merged:
    merged = merge(base, theirs, mine)
    if not merged.conflicts:
        return merged
    changed = store.changed_by(tx.connection, facts.id, merged.conflicts)
    raise Conflict(
        f"Order {facts.number} was changed by somebody else meanwhile, in the same place. Nothing was saved; choose which to keep.",
        number=facts.number,
        version=facts.version,
        seen=seen,
        theirs={name: theirs[name] for name in merged.conflicts},
        yours={name: mine[name] for name in merged.conflicts},
        changed={name: [who, clock.iso(at)] for name, (who, at) in changed.items()},
    )


class Written(NamedTuple):
    """How an edit is written down. to: shelf, damaged or quarantine, where units that are taken off go; refunded: minor units paid
    back with it; notify: the customer is to be told."""

    kind: str
    reason: str = ""
    undoes: int | None = None
    final: bool = False
    to: str = "shelf"
    refunded: int = 0
    notify: bool = False


def carry_out(tx: Tx, proposal: Proposal, written: Written, actor: Actor, now: dt.datetime) -> Edited:
    """Do what the plan says, and write it down as one edit and one event."""
    facts, plan = proposal.facts, proposal.plan
    reason = "cancelled" if written.kind == "cancel" else "edited"
    applying.take_off(tx, facts, plan.lines, written.to, reason, actor, now)
    crash.point("edit_units_off")
    ids = applying.put_on(tx, facts, plan, proposal.routing, actor, now)
    applying.restate(tx, facts, plan)
    crash.point("edit_restated")
    carrying.share_out(tx, facts.id, actor, now, leave=(facts.id,))
    version = derive.rederive(tx, facts.id, actor, now)
    index_orders(tx, [facts.id])
    edit_id = write_down(tx, facts, plan, ids, version, written, actor, now)
    money = plan.money
    return Edited(
        facts.id,
        facts.number,
        version,
        edit_id,
        proposal.merged,
        sum(plan.waits.values()),
        money.due_after if facts.pay_on == "placing" else 0,
        money.refundable,
        money.untaken,
        plan.sums["total"],
        facts.currency,
    )


def write_down(
    tx: Tx, facts: Facts, plan: Plan, ids: Mapping[int, int], version: int, written: Written, actor: Actor, now: dt.datetime
) -> int:
    """The edit's row and its event. Returns its id."""
    fields: dict[str, Any] = {name: [before, after] for name, (before, after) in plan.changes.items()}
    fields |= {field_of(ids[one.key], "quantity"): [0, one.quantity] for one in plan.new}
    row = OrderEdit(
        order_id=facts.id,
        kind=written.kind,
        version=version,
        fields=json.dumps(fields),
        restores=json.dumps({one.line.id: one.credited for one in plan.lines if one.credited}),
        final=written.final,
        reason=written.reason,
        actor=actor.ref,
        actor_name=actor.name,
        at=now,
        undoes_id=written.undoes,
    )
    tx.orm.add(row)
    tx.flush()
    tx.record(
        OrderEdited(
            id=facts.id,
            version=version,
            order_id=facts.id,
            number=facts.number,
            edit_id=row.id,
            kind=written.kind,
            changes=[told for name, pair in plan.changes.items() if (told := _told(facts, name, *pair))],
            added=[[one.sku.code, one.quantity] for one in plan.new],
            reason=texts.keep(tx, facts.id, written.reason) if written.kind != "cancel" else written.reason,
            total_before=plan.sums_before["total"],
            total=plan.sums["total"],
            currency=facts.currency,
            refunded=written.refunded,
            undoes=written.undoes,
            notify=written.notify,
        ),
        actor,
        now,
    )
    return row.id


def _told(facts: Facts, name: str, before: Any, after: Any) -> list[Any]:
    """[field, SKU, before, after] for the log; of the address, which is personal, the field alone; of names that only follow
    their amount, nothing."""
    line_id, what = split_field(name)
    if line_id is None:
        return [name, "", None, None] if name.startswith("ship_") else [name, "", before, after]
    line = facts.line(line_id)
    assert line is not None
    if what in NAMES_OF:
        before, after = (named.joined(named.decode(names)) for names in (before, after))
        return [what, line.sku, before, after] if before != after else []
    return [what, line.sku, before, after]


def newest_edit(tx: Tx, order_id: int) -> int | None:
    """The id of the order's last edit."""
    return tx.execute(sa.select(sa.func.max(OrderEdit.id)).where(OrderEdit.order_id == order_id)).scalar()


__all__ = [
    "AddLine",
    "Change",
    "Edited",
    "Proposal",
    "Written",
    "carry_out",
    "edit_order",
    "newest_edit",
    "propose",
    "write_down",
]
