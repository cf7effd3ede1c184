"""Trials of a draft on past orders: asked for, under way, finished or failed. A job does the work."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel import jobs, jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.routing.commands import StartSimulation
from dashboard.routing.model import RoutingRuleSet, RoutingSimulation

TASK = "routing.simulate"
MOST_ORDERS = 10_000
RUN: Any = RoutingSimulation.__table__


class Started(NamedTuple):
    id: int
    rule_set: int


def start_simulation(tx: Tx, command: StartSimulation, actor: Actor, now: dt.datetime) -> Started:
    """Ask for a trial of the draft on the newest `most` orders placed from the day `since` to the day `until` (UTC), both included.

    Raises: Invalid, naming the field; NotFound; Conflict, for a rule set that is no draft, or while a trial of it is under way.
    """
    _check(command)
    rules = RoutingRuleSet.__table__.c
    query = sa.select(rules.state, rules.version).where(rules.id == command.rule_set).with_for_update()
    row = tx.execute(query).first() if 0 < command.rule_set < 2**63 else None
    if row is None:
        raise NotFound(f"There is no rule set {command.rule_set}.")
    if row.state != "draft":
        raise Conflict("Only a draft is tried on past orders.", state=row.state)
    busy = sa.select(RUN.c.id).where(RUN.c.rule_set_id == command.rule_set, RUN.c.state.in_(("queued", "running")))
    if tx.execute(busy).first() is not None:
        raise Conflict("This draft is being tried already: wait for the result.")
    values = {"rule_set_id": command.rule_set, "rule_set_version": row.version, "since": _midnight(command.since),
              "until": _midnight(command.until, 1), "most": command.most, "state": "queued", "done": 0, "total": 0,
              "requested_by": actor.name, "requested_at": now}  # fmt: skip
    made = tx.execute(sa.insert(RUN).values(**values).returning(RUN.c.id)).scalar_one()
    jobs.enqueue(tx, TASK, {"simulation": made}, now, key=f"{TASK}:{made}", title="Try a draft of the routing rules", actor=actor.ref)
    return Started(made, command.rule_set)


def _check(command: StartSimulation) -> None:
    fields = {}
    if not 1 <= command.most <= MOST_ORDERS:
        fields["most"] = f"1 to {MOST_ORDERS:,} orders."
    if command.since and command.until and command.since > command.until:
        fields["until"] = "The last day is before the first."
    if fields:
        raise Invalid(" ".join(fields.values()), fields=fields)


def _midnight(day: dt.date | None, later: int = 0) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(days=later)


def begin(tx: Tx, simulation_id: int, _actor: Actor, _now: dt.datetime) -> Any:
    """Take it up, also after a process that died over it. Returns its row, None once it has ended."""
    row = tx.execute(sa.select(RUN).where(RUN.c.id == simulation_id).with_for_update()).first()
    if row is None or row.state in ("done", "failed"):
        return None
    tx.execute(sa.update(RUN).where(RUN.c.id == simulation_id).values(state="running", done=0))
    return row


def advance(tx: Tx, progress: tuple[int, int, int], _actor: Actor, _now: dt.datetime) -> None:
    """progress: (simulation id, orders done, orders in all)."""
    simulation_id, done, total = progress
    tx.execute(sa.update(RUN).where(RUN.c.id == simulation_id, RUN.c.state == "running").values(done=done, total=total))


def finish(tx: Tx, told: tuple[int, dict[str, Any] | None, str], _actor: Actor, now: dt.datetime) -> None:
    """told: (simulation id, result or None, why it failed).

    The result: before, after: simulation.Trial.summed; changed: how many orders are sent differently; changes: the newest of them,
    [{order_id, at (ISO 8601), before, after}], each side as words.Because.
    """
    simulation_id, result, message = told
    values = {"state": "done" if result is not None else "failed", "message": message[:200] or None, "finished_at": now}
    if result is not None:
        values["result"] = jsontext.encode(result)
    tx.execute(sa.update(RUN).where(RUN.c.id == simulation_id, RUN.c.state == "running").values(**values))
