"""Prove every condition on one snapshot, and say what broke."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from dashboard.check import (
    bins,
    bulk,
    counts,
    customers,
    desk,
    guards,
    history,
    kits,
    levels,
    money,
    notifications,
    orders,
    promises,
    purchasing,
    routing,
    stock,
    tracked,
    transfers,
)
from dashboard.check.condition import Condition, Rows
from dashboard.kernel import outbox

CONDITIONS: tuple[Condition, ...] = (
    *stock.CONDITIONS,
    *bins.CONDITIONS,
    *tracked.CONDITIONS,
    *levels.CONDITIONS,
    *kits.CONDITIONS,
    *orders.CONDITIONS,
    *money.CONDITIONS,
    *notifications.CONDITIONS,
    *purchasing.CONDITIONS,
    *promises.CONDITIONS,
    *transfers.CONDITIONS,
    *desk.CONDITIONS,
    *routing.CONDITIONS,
    *counts.CONDITIONS,
    *customers.CONDITIONS,
    *bulk.CONDITIONS,
    *history.CONDITIONS,
    *guards.CONDITIONS,
)
MOST = 20


@dataclass(frozen=True)
class Finding:
    """One condition's outcome. offending: at most MOST rows; more: whether there are others."""

    name: str
    invariant: str
    says: str
    offending: Rows
    more: bool
    seconds: float


@dataclass(frozen=True)
class Report:
    """What a check found, as of one position of the event log."""

    epoch: str
    seq: int
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def broken(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.offending]

    @property
    def clean(self) -> bool:
        return not self.broken

    def as_dict(self) -> dict[str, Any]:
        return {"clean": self.clean, "epoch": self.epoch, "seq": self.seq, "conditions": [asdict(found) for found in self.findings]}


def run(engine: sa.Engine, most: int = MOST) -> Report:
    """Check everything in one read transaction; writers go on meanwhile and are not waited for."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as plain:
        connection = plain.execution_options(**options)
        position = outbox.position(connection)
        findings = tuple(_prove(condition, connection, most) for condition in CONDITIONS)
        connection.rollback()
    return Report(position.epoch, position.seq, findings)


def _prove(condition: Condition, connection: sa.Connection, most: int) -> Finding:
    started = time.perf_counter()
    rows = condition.offending(connection, most + 1)
    seconds = round(time.perf_counter() - started, 3)
    return Finding(condition.name, condition.invariant, condition.says, rows[:most], len(rows) > most, seconds)
