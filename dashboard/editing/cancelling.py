"""Cancel part of an order: its units leave work and stock, the bill gets shorter, and what is received above it is paid back if asked."""

import datetime as dt

import sqlalchemy as sa

from dashboard.editing import planning, rules, shelves, store
from dashboard.editing.actions import Edited, Proposal, Written, carry_out
from dashboard.editing.commands import CancelUnits
from dashboard.editing.facts import Facts
from dashboard.editing.planning import Manner
from dashboard.editing.rules import field_of
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.payments import carrying
from dashboard.payments.actions import refund_payment
from dashboard.payments.commands import RefundPayment
from dashboard.payments.model import Payment

PLACES = {"shelf": "Back to the shelf", "damaged": "Damaged", "quarantine": "Set aside"}


def cancel_units(tx: Tx, command: CancelUnits, actor: Actor, now: dt.datetime) -> Edited:
    """Cancel some units of an order; those of a whole order are cancelled by fulfilment.cancellation. The door asks who may refund.

    Raises: Invalid (facts: fields), for an unknown reason, units that are packed, or all of the order; Conflict, when it changed
    or is not open; Forbidden, for a refund above what the role may pay back.
    """
    carrying.lock(tx, command.order_id)
    derive.check_version(tx, command.order_id, command.version)
    proposal = propose_cancel(tx, command, now, lock=True)
    due = _refunds(tx, proposal.facts, proposal.plan.money.refundable) if command.refund else []
    refunded = sum(amount for _, amount in due)
    written = Written("cancel", command.reason, final=bool(due), to=command.to, refunded=refunded, notify=command.notify)
    done = carry_out(tx, proposal, written, actor, now)
    for payment_id, amount in due:
        refund_payment(tx, RefundPayment(payment_id, amount, f"Cancelled: {CANCEL_REASONS[command.reason]}"), actor, now)
    return done


def propose_cancel(tx: Tx, command: CancelUnits, now: dt.datetime, *, lock: bool) -> Proposal:
    """What cancelling would do. Raises: as cancel_units."""
    faults = {}
    if command.reason not in CANCEL_REASONS:
        faults["reason"] = f"one of {', '.join(CANCEL_REASONS)}"
    if command.to not in PLACES:
        faults["to"] = f"one of {', '.join(PLACES)}"
    facts = store.order_facts(tx.connection, command.order_id)
    values = rules.fields_of(facts)
    for line_id, units in command.units.items():
        line = facts.line(line_id)
        field = field_of(line_id, "quantity")
        if line is None:
            faults[field] = f"there is no line {line_id} on this order"
        elif not 0 <= units <= line.live:
            faults[field] = f"between 0 and {line.live}"
        else:
            values[field] = line.live - units
    if not any(command.units.values()):
        faults["units"] = "say how many units of which line"
    if faults:
        raise Invalid("This cannot be cancelled: " + "; ".join(dict.fromkeys(faults.values())) + ".", fields=faults)
    facts, routing = shelves.with_stock(tx, facts, values, (), now, lock=lock)
    plan = planning.plan(facts, values, (), Manner(credit=True, shelved=command.to == "shelf"))
    return Proposal(facts, plan, routing, ())


def _refunds(tx: Tx, facts: Facts, amount: int) -> list[tuple[int, int]]:
    """[(payment id, minor units)], newest payment first: the order's own, then those of the orders it was one with."""
    left = Payment.captured - Payment.refunded
    family = carrying.family(tx, facts.id)
    query = sa.select(Payment.id, left).where(Payment.order_id.in_(family), left > 0)
    query = query.order_by(Payment.order_id != facts.id, Payment.id.desc())
    found = []
    for payment_id, most in tx.execute(query):
        part = min(amount, most)
        if part:
            found.append((payment_id, part))
            amount -= part
    return found
