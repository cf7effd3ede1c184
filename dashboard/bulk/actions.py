"""Bulk actions: freeze the set, start, do a few orders per transaction, stop, take back."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.bulk import choosing, rules, store
from dashboard.bulk.commands import AdvanceRun, DraftRun, StartRun, StopRun, UndoRun
from dashboard.bulk.doing import do
from dashboard.bulk.events import BulkMoved
from dashboard.bulk.model import BulkRow, BulkRun
from dashboard.bulk.undoing import undo
from dashboard.kernel import clock, jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from dashboard.kernel.statements import Prepared, insert_into, next_ids
from dashboard.kernel.tx import Tx

TASK = "bulk.run"
DRAFT_HOURS = 1
FAILED = "an error on our side; it was left as it is"
RUN = BulkRun.__table__
_NEW = insert_into(BulkRun, "id", "action", "choice", "query", "status", "total", "undoes_id", "actor_ref", "actor_name", "created_at",
                   "message", "version", zero=("done", "skipped"))  # fmt: skip
_FREEZE = Prepared(  # one statement for the whole set: 50,000 single ones take seconds on PostgreSQL
    sqlite="INSERT INTO bulk_row (run_id, place, order_id, state) SELECT :run, key + 1, value, 'waiting' FROM json_each(:orders)",
    postgresql="INSERT INTO bulk_row (run_id, place, order_id, state) SELECT %(run)s, place, id::bigint, 'waiting'"
    " FROM json_array_elements_text(%(orders)s::json) WITH ORDINALITY AS chosen (id, place)",
)
_TURNED = (
    "INSERT INTO bulk_row (run_id, place, order_id, state, effect) SELECT {run}, row_number() OVER (ORDER BY place DESC), order_id,"
    " 'waiting', effect FROM bulk_row WHERE run_id = {undone} AND state = 'done'"
)
_TURN = Prepared(sqlite=_TURNED.format(run=":run", undone=":undone"), postgresql=_TURNED.format(run="%(run)s", undone="%(undone)s"))
_SETTLED = "UPDATE bulk_row SET state = {state}, reason = {reason}, effect = {effect} WHERE run_id = {run} AND place = {place}"
_NAMES = ("state", "reason", "effect", "run", "place")
_SETTLE = Prepared(
    sqlite=_SETTLED.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_SETTLED.format(**{name: f"%({name})s" for name in _NAMES}),
)


class Progress(NamedTuple):
    """over: nothing is left to do. counts: orders."""

    over: bool
    done: int
    skipped: int
    total: int


def draft_run(tx: Tx, command: DraftRun, actor: Actor, now: dt.datetime) -> int:
    """Freeze the set. Returns the run's id; nothing is done before it is started.

    Raises: Invalid, for an unknown action, no orders or too many; Forbidden.
    """
    _demand(actor, command.action)
    orders = list(dict.fromkeys(command.orders))
    if not 1 <= len(orders) <= rules.MOST_ORDERS:
        raise Invalid(f"Choose between 1 and {rules.MOST_ORDERS:,} orders.", most=rules.MOST_ORDERS)
    (run_id,) = next_ids(tx, "bulk_run", 1)
    _insert(tx, run_id, command.action, "{}", command.query, len(orders), None, actor, now, status="draft")
    tx.run(_FREEZE, run=run_id, orders=json.dumps(orders))
    return run_id


def start_run(tx: Tx, command: StartRun, actor: Actor, now: dt.datetime) -> int:
    """Start a draft of one's own. Returns its id.

    Raises: NotFound; Conflict, when it was started already; Invalid, for a choice that is not there; Forbidden.
    """
    run = _locked(tx, command.run_id)
    _demand(actor, run.action)
    if run.actor_ref != actor.ref:
        raise Forbidden(f"{run.actor_name} has chosen these orders; choose them yourself.")
    if run.status != "draft":
        raise Conflict("This was started already.", status=run.status)
    choice = choosing.checked(tx, run.action, command.choice, now)
    _set(tx, run, "queued", choice=json.dumps(choice))
    _enqueue(tx, run.id, actor, now, key=f"bulk:{run.id}")
    _say(tx, run.id, actor, now)
    return run.id


def undo_run(tx: Tx, command: UndoRun, actor: Actor, now: dt.datetime) -> int:
    """Take back what a run did, in a run of its own, last order first. Returns that run's id.

    Raises: NotFound; Conflict, when it cannot be taken back (any more); Forbidden.
    """
    _locked(tx, command.run_id)
    undone = store.run(tx.connection, command.run_id)
    _demand(actor, undone.action)
    rules.check_undo(undone, now)
    (run_id,) = next_ids(tx, "bulk_run", 1)
    _insert(tx, run_id, undone.action, undone.choice, undone.query, undone.done, undone.id, actor, now, status="queued")
    tx.run(_TURN, run=run_id, undone=undone.id)
    _enqueue(tx, run_id, actor, now, key=f"bulk:{run_id}")
    _say(tx, run_id, actor, now)
    return run_id


def stop_run(tx: Tx, command: StopRun, actor: Actor, now: dt.datetime) -> int:
    """End it where it is: what is done stays done and can be taken back. Returns its id.

    Raises: NotFound; Conflict, when it has ended; Forbidden.
    """
    run = _locked(tx, command.run_id)
    if actor.kind != "system":
        _demand(actor, run.action)
    if run.status not in rules.ACTIVE:
        raise Conflict("This has ended already.", status=run.status)
    _set(tx, run, "stopped", finished_at=now, message=command.message[:300])
    _say(tx, run.id, actor, now)
    return run.id


def advance_run(tx: Tx, command: AdvanceRun, actor: Actor, now: dt.datetime) -> Progress:
    """Do the next orders and keep what became of each, all in this transaction: a process that dies repeats nothing."""
    return _settle(tx, command, actor, now, lambda tx, run, found: (_undone if run.undoes_id else _done)(tx, run, found, actor, now))


def pass_over(tx: Tx, command: AdvanceRun, actor: Actor, now: dt.datetime) -> Progress:
    """Leave the next orders alone: doing them failed in a way nobody foresaw."""
    return _settle(tx, command, actor, now, lambda _, run, found: [_row(run.id, row.place, FAILED, row.effect) for row in found])


def _settle(tx: Tx, command: AdvanceRun, actor: Actor, now: dt.datetime, deal: Callable[[Tx, Any, Any], list[dict[str, Any]]]) -> Progress:
    """Deal with the next rows that wait, and count them."""
    run = _locked(tx, command.run_id)
    if run.status not in rules.ACTIVE:
        return Progress(True, run.done, run.skipped, run.total)
    found = tx.execute(
        sa.select(BulkRow.place, BulkRow.order_id, BulkRow.effect)
        .where(BulkRow.run_id == run.id, BulkRow.place > run.done + run.skipped)
        .order_by(BulkRow.place)
        .limit(command.most)
    ).all()
    settled = deal(tx, run, found)
    tx.run_many(_SETTLE, settled)
    done = run.done + sum(row["state"] == "done" for row in settled)
    skipped = run.skipped + sum(row["state"] == "skipped" for row in settled)
    over = done + skipped == run.total
    values = {"done": done, "skipped": skipped, "started_at": run.started_at or now, **({"finished_at": now} if over else {})}
    _set(tx, run, "done" if over else "running", **values)
    jobs.extend(tx, command.job_id, done + skipped, run.total, now)
    _say(tx, run.id, actor, now)
    return Progress(over, done, skipped, run.total)


def go_on_later(tx: Tx, run_id: int, actor: Actor, now: dt.datetime) -> None:
    """Let other tasks have their turn: a job of its own takes the run up again."""
    run = _locked(tx, run_id)
    if run.status in rules.ACTIVE:
        _enqueue(tx, run_id, actor, now, key=f"bulk:{run_id}:{run.version}")


def forget_drafts(tx: Tx, most: int, _actor: Actor, now: dt.datetime) -> int:
    """Delete what was chosen and never started. Returns how many runs."""
    old = now - dt.timedelta(hours=DRAFT_HOURS)
    query = sa.select(BulkRun.id).where(BulkRun.status == "draft", BulkRun.created_at < old).order_by(BulkRun.id).limit(most)
    gone = list(tx.execute(query.with_for_update(skip_locked=True)).scalars())
    tx.execute(sa.delete(BulkRow).where(BulkRow.run_id.in_(gone)))
    tx.execute(sa.delete(BulkRun).where(BulkRun.id.in_(gone)))
    return len(gone)


def _done(tx: Tx, run: Any, found: Any, actor: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    choice = json.loads(run.choice)
    known = store.facts(tx.connection, run.action, choice, [row.order_id for row in found])
    settled = []
    for row in found:
        reason, effect = rules.verdict(run.action, known[row.order_id]), None
        if not reason:
            try:
                with tx.savepoint():
                    effect = json.dumps(do(tx, run.action, row.order_id, choice, actor, now))
            except DomainError as error:
                reason = error.message
        settled.append(_row(run.id, row.place, reason, effect))
    return settled


def _undone(tx: Tx, run: Any, found: Any, actor: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    settled = []
    for row in found:
        reason = ""
        try:
            with tx.savepoint():
                undo(tx, run.action, row.order_id, json.loads(row.effect), actor, now)
        except DomainError as error:
            reason = error.message
        settled.append(_row(run.id, row.place, reason, row.effect))
    return settled


def _row(run_id: int, place: int, reason: str, effect: str | None) -> dict[str, Any]:
    state = "skipped" if reason else "done"
    return {"state": state, "reason": reason[:300] or None, "effect": effect, "run": run_id, "place": place}


def _demand(actor: Actor, action: str) -> None:
    """Raises: Invalid; Forbidden."""
    if action not in rules.ACTIONS:
        raise Invalid(f"Choose what to do: {', '.join(rules.ACTIONS)}.", fields={"action": "unknown"})
    permission = rules.ACTIONS[action].permission
    if not actor.may(permission):
        raise Forbidden(f"{actor.name} may not do this; it needs “{permission}”.", permission=permission)


def _insert(
    tx: Tx, run_id: int, action: str, choice: str, query: str, total: int, undoes: int | None, actor: Actor, now: dt.datetime, *,
    status: str,
) -> None:  # fmt: skip
    tx.run(_NEW, id=run_id, action=action, choice=choice, query=query, status=status, total=total, undoes_id=undoes, actor_ref=actor.ref,
           actor_name=actor.name, created_at=clock.micros(now), message="", version=1)  # fmt: skip


def _enqueue(tx: Tx, run_id: int, actor: Actor, now: dt.datetime, *, key: str) -> None:
    jobs.enqueue(tx, TASK, {"run_id": run_id}, now, key=key, title=f"Bulk action {run_id}", actor=actor.ref)


def _set(tx: Tx, run: Any, status: str, **values: Any) -> None:
    if run.status != status:
        rules.RUN.check(run.status, status)
    tx.execute(sa.update(BulkRun).where(BulkRun.id == run.id).values(status=status, version=BulkRun.version + 1, **values))


def _say(tx: Tx, run_id: int, actor: Actor, now: dt.datetime) -> None:
    run = tx.execute(sa.select(*RUN.c).where(RUN.c.id == run_id)).one()
    moved = BulkMoved(run.id, run.version, run.action, run.status, run.total, run.done, run.skipped, run.undoes_id)
    tx.record(moved, actor, now)


def _locked(tx: Tx, run_id: int) -> Any:
    """Raises: NotFound."""
    found = tx.execute(sa.select(*RUN.c).where(RUN.c.id == run_id).with_for_update()).first() if run_id < 2**63 else None
    if found is None:
        raise NotFound("This bulk action does not exist.")
    return found
