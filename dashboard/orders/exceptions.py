"""Exceptions as rows: one per cause, opened again when it comes back, closed by a person or because the cause is gone."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import texts
from dashboard.orders.commands import OpenException, ResolveException
from dashboard.orders.events import ExceptionOpened, ExceptionResolved
from dashboard.orders.exception_model import ExceptionStep
from dashboard.orders.model import OrderException
from dashboard.orders.rules import EXCEPTION_KINDS

MOST_SAID = 300
_T = OrderException.__table__.c


def open_exception(tx: Tx, command: OpenException, actor: Actor, now: dt.datetime) -> int | None:
    """Put what no machine could do into the queue; a cause that is there already, or was dealt with, is left (returns None then).

    One statement decides, so that two that report the same cause at once make one row.
    """
    if command.kind not in EXCEPTION_KINDS:
        raise Invalid(f"Unknown kind of exception {command.kind!r}.", fields={"kind": "unknown"})
    found = tx.execute(_opening(tx, command, now)).first()
    if found is None:
        return None
    summary = command.summary[:MOST_SAID]
    keep_step(tx, found.id, "opened" if found.times == 1 else "reopened", summary, actor, now)
    event = ExceptionOpened(found.id, found.version, command.order_id, command.kind, summary, found.times)
    tx.record(event, actor, now)
    return found.id


def _opening(tx: Tx, command: OpenException, now: dt.datetime) -> Any:
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    values = {
        "order_id": command.order_id,
        "kind": command.kind,
        "summary": command.summary[:MOST_SAID],
        "facts": json.dumps(dict(command.facts), default=str),
        "key": command.key,
        "occurrence": command.occurrence,
        "opened_at": now,
    }
    statement = dialect.insert(OrderException.__table__).values(values)
    again = {
        **{name: statement.excluded[name] for name in ("summary", "facts", "occurrence", "opened_at")},
        **dict.fromkeys(("resolved_at", "resolved_by", "resolution", "snoozed_until"), sa.null()),
        "cleared": sa.false(),
        "times": _T.times + 1,
        "version": _T.version + 1,
    }
    another = sa.or_(_T.cleared.is_(True), _T.occurrence != statement.excluded.occurrence, statement.excluded.occurrence == "")
    reopened = statement.on_conflict_do_update(
        index_elements=["key"], set_=again, where=sa.and_(_T.resolved_at.is_not(None), another)
    )
    return reopened.returning(_T.id, _T.version, _T.times)


def locked(tx: Tx, exception_id: int, version: int | None = None) -> OrderException:
    """The exception, still open, locked until the transaction ends.

    Raises: NotFound; Conflict, when somebody has resolved it (facts: resolved_by), or changed it since `version`.
    """
    query = sa.select(OrderException).where(OrderException.id == exception_id).with_for_update()
    found = tx.orm.scalar(query.execution_options(populate_existing=True)) if exception_id < 2**63 else None
    if found is None:
        raise NotFound("This exception does not exist.")
    if found.resolved_at is not None:
        said = "It closed itself: its cause is gone." if found.cleared else f"{found.resolved_by} has resolved this already."
        raise Conflict(said, resolved_by=found.resolved_by, resolution=found.resolution, version=found.version)
    if version is not None and found.version != version:
        raise Conflict("Somebody has changed this exception meanwhile. Look at it again.", version=found.version, seen=version)
    return found


def resolve_exception(tx: Tx, command: ResolveException, actor: Actor, now: dt.datetime) -> int:
    """Say that it is dealt with. Returns its new version.

    Raises: NotFound; Conflict, when somebody has done so already.
    """
    found = locked(tx, command.id, command.version)
    note = text.kept("note", command.note, MOST_SAID)
    found.resolved_at, found.resolved_by, found.resolution = now, actor.name, note or None
    found.snoozed_until, found.version = None, found.version + 1
    tx.flush()
    keep_step(tx, found.id, "resolved", note, actor, now)
    kept = note if found.order_id is None else texts.keep(tx, found.order_id, note)
    tx.record(ExceptionResolved(found.id, found.version, found.order_id, found.kind, kept), actor, now)
    return found.version


def clear_exceptions(tx: Tx, ids: Sequence[int], why: str, actor: Actor, now: dt.datetime) -> int:
    """Close those of them that are open, because their cause is gone. Returns how many."""
    if not ids:
        return 0
    closed = tx.execute(
        sa.update(OrderException)
        .where(OrderException.id.in_(sorted(ids)), OrderException.resolved_at.is_(None))
        .values(
            resolved_at=now,
            resolved_by=actor.name,
            resolution=why[:MOST_SAID],
            cleared=True,
            snoozed_until=None,
            version=OrderException.version + 1,
        )
        .returning(OrderException.id, OrderException.version, OrderException.order_id, OrderException.kind)
    ).all()
    for row in sorted(closed):
        keep_step(tx, row.id, "cleared", why, actor, now)
        tx.record(ExceptionResolved(row.id, row.version, row.order_id, row.kind, why[:MOST_SAID], cleared=True), actor, now)
    return len(closed)


def keep_step(tx: Tx, exception_id: int, what: str, said: str, actor: Actor, now: dt.datetime) -> None:
    """Write down what happened to it."""
    values = {"exception_id": exception_id, "at": now, "actor_name": actor.name, "what": what, "said": said[:MOST_SAID]}
    tx.execute(sa.insert(ExceptionStep).values(values))
