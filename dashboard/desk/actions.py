"""What people do with an exception besides fixing it: take it, give it, snooze it; and what happened since they were here."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.accounts.model import User
from dashboard.desk.commands import Arrive, AssignException, SnoozeException
from dashboard.desk.events import ExceptionAssigned, ExceptionSnoozed
from dashboard.desk.model import DeskVisit
from dashboard.desk.rules import LONGEST_SNOOZE, NEW_VISIT
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders.exceptions import keep_step, locked
from dashboard.orders.model import OrderException

AT_ONCE = 200


class Changed(NamedTuple):
    """Its new version, and what it was before (whose, or asleep until when), as far as that changed: enough to take it back."""

    version: int
    changed: bool
    before: int | dt.datetime | None = None


def assign_exception(tx: Tx, command: AssignException, actor: Actor, now: dt.datetime) -> Changed:
    """Give it to somebody, or back to everybody.

    Raises: NotFound; Invalid, for nobody who works here; Conflict, when it is resolved, or somebody else has taken it (facts: assignee).
    """
    found = locked(tx, command.id)
    if command.version is not None and command.version != found.version and found.assignee_id not in (None, command.user_id):
        name = _name(tx, found.assignee_id)
        raise Conflict(f"{name} has taken this meanwhile.", assignee=name, version=found.version, seen=command.version)
    name = _worker(tx, command.user_id)
    if found.assignee_id == command.user_id:
        return Changed(found.version, changed=False)
    before = found.assignee_id
    found.assignee_id, found.version = command.user_id, found.version + 1
    tx.flush()
    keep_step(tx, found.id, "assigned", f"To {name}" if name else "Given back to everybody", actor, now)
    event = ExceptionAssigned(found.id, found.version, found.order_id, found.kind, command.user_id, name, before)
    tx.record(event, actor, now)
    return Changed(found.version, changed=True, before=before)


def _worker(tx: Tx, user_id: int | None) -> str:
    """Raises: Invalid."""
    if user_id is None:
        return ""
    name = _name(tx, user_id, active=True) if user_id < 2**63 else ""
    if not name:
        raise Invalid("Choose somebody who works here.", fields={"user": "unknown or switched off"})
    return name


def _name(tx: Tx, user_id: int | None, active: bool = False) -> str:
    query = sa.select(User.name, User.email).where(User.id == user_id)
    found = tx.execute(query.where(User.active.is_(True)) if active else query).first()
    return (found.name or found.email) if found else ""


def snooze_exception(tx: Tx, command: SnoozeException, actor: Actor, now: dt.datetime) -> Changed:
    """Let it sleep until a moment, or (None) wake it.

    Raises: NotFound; Invalid, for a moment in the past or too far away; Conflict, when it is resolved or was changed.
    """
    until = command.until
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise Invalid(
            f"Choose a moment in the next {LONGEST_SNOOZE.days} days.", fields={"until": f"in the next {LONGEST_SNOOZE.days} days"}
        )
    found = locked(tx, command.id, command.version)
    if until == found.snoozed_until:
        return Changed(found.version, changed=False)
    before = found.snoozed_until
    found.snoozed_until, found.version = until, found.version + 1
    tx.flush()
    _say_snooze(tx, found, actor, now)
    return Changed(found.version, changed=True, before=before)


def wake_due(tx: Tx, _command: None, actor: Actor, now: dt.datetime) -> int:
    """Bring back every exception whose time has come. Returns how many."""
    due = (
        sa.select(OrderException)
        .where(OrderException.resolved_at.is_(None), OrderException.snoozed_until <= now)
        .order_by(OrderException.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    awake = tx.orm.scalars(due).all()
    for found in awake:
        found.snoozed_until, found.version = None, found.version + 1
        tx.flush()
        _say_snooze(tx, found, actor, now)
    return len(awake)


def _say_snooze(tx: Tx, found: OrderException, actor: Actor, now: dt.datetime) -> None:
    until = clock.iso(found.snoozed_until)
    said = f"Until {found.snoozed_until:%a %d %b %H:%M} UTC" if found.snoozed_until else "Back in the queue"
    keep_step(tx, found.id, "snoozed" if until else "woken", said, actor, now)
    tx.record(ExceptionSnoozed(found.id, found.version, found.order_id, found.kind, until, found.assignee_id), actor, now)


def arrive(tx: Tx, command: Arrive, _actor: Actor, now: dt.datetime) -> None:
    """Remember that somebody is at the desk; after a pause this is a new visit, and what came since the last one is news."""
    found = tx.orm.get(DeskVisit, command.user_id, with_for_update=True)
    if found is None:
        dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
        values = {"user_id": command.user_id, "since_seq": command.seq, "since_at": now, "seen_seq": command.seq, "seen_at": now}
        tx.execute(dialect.insert(DeskVisit.__table__).values(values).on_conflict_do_nothing(index_elements=["user_id"]))
        return
    if now - found.seen_at > NEW_VISIT:
        found.since_seq, found.since_at = found.seen_seq, found.seen_at
    found.seen_seq, found.seen_at = max(found.seen_seq, command.seq), now


def catch_up(tx: Tx, command: Arrive, _actor: Actor, now: dt.datetime) -> None:
    """Say that the news up to here is read."""
    tx.execute(
        sa.update(DeskVisit)
        .where(DeskVisit.user_id == command.user_id, DeskVisit.since_seq < command.seq)
        .values(since_seq=command.seq, since_at=now, seen_seq=command.seq, seen_at=now)
    )
