"""The record of an import: started, how far, finished or failed."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.channels.events import ImportFailed, ImportFinished, ImportStarted
from dashboard.channels.model import ImportRun
from dashboard.channels.outcomes import Report
from dashboard.kernel import jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.states import StateTable
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

RUN = StateTable("import", ["queued", "running"], {
    "queued": ("running", "failed"),
    "running": ("done", "failed"),
    "failed": (),
    "done": (),
})  # fmt: skip
TASK = "channels.import"
CHANNEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True)
class StartImport:
    """upload: name of a stored upload, whose import a job runs; None for an import the caller runs itself.

    channel: empty for a table. mode: orders or history of a mapping, or the kind of table (tables.sheet.KINDS).
    """

    channel: str
    file_name: str
    mapping: str
    mode: str
    dry_run: bool = False
    upload: str | None = None


@dataclass(frozen=True)
class AdvanceImport:
    """rows: dealt with so far, of total."""

    run_id: int
    rows: int
    total: int


@dataclass(frozen=True)
class FinishImport:
    """errors: name of the file of row errors; None without any."""

    run_id: int
    report: Report
    errors: str | None


@dataclass(frozen=True)
class FailImport:
    run_id: int
    message: str


class Begun(NamedTuple):
    """A run that a job takes up; rows: dealt with before, by a process that died."""

    order: StartImport
    rows: int


class Started(NamedTuple):
    id: int
    upload: str | None


def channel_name(text: str) -> str:
    """Raises: Invalid, for a name other than lower-case letters, digits, dots, dashes and underscores."""
    if not CHANNEL.fullmatch(text):
        message = "A channel's name is lower-case letters, digits, dots, dashes and underscores, at most 40."
        raise Invalid(message, fields={"channel": message})
    return text


def start_import(tx: Tx, command: StartImport, actor: Actor, now: dt.datetime) -> Started:
    """Record the run; an upload is queued in the same transaction.

    Raises: Invalid, for a malformed channel name; Forbidden, for stock beyond the actor's own reach.
    """
    if command.mode == "stock":
        reach.assert_adjustment(actor, MOST_UNITS)
        reach.assert_everywhere(actor)
    elif command.mode != "catalogue":
        channel_name(command.channel)
    run = ImportRun(
        channel=command.channel,
        file_name=command.file_name[:200],
        mapping=command.mapping[:80],
        mode=command.mode,
        dry_run=command.dry_run,
        upload=command.upload,
        status="queued" if command.upload else "running",
        started_by=actor.name,
        started_at=now,
        seen_at=now,
    )
    tx.orm.add(run)
    tx.flush()
    if command.upload:
        payload = {"run_id": run.id, "actor": [actor.kind, actor.id, actor.name]}
        jobs.enqueue(tx, TASK, payload, now, key=f"import:{run.id}", title=f"Import {run.file_name}"[:200], actor=actor.ref)
    tx.record(ImportStarted(run.id, 1, run.channel, run.file_name, run.mapping, run.dry_run), actor, now)
    return Started(run.id, command.upload)


def begin_import(tx: Tx, run_id: int, _actor: Actor, now: dt.datetime) -> Begun | None:
    """A job takes the run up, for the first time or again after its process died; None for a run that has ended."""
    run = _locked(tx, run_id)
    if run.status not in ("queued", "running"):
        return None
    run.status, run.seen_at = "running", now
    run.version += 1
    return Begun(StartImport(run.channel, run.file_name, run.mapping, run.mode, run.dry_run, run.upload), run.rows_read)


def advance_import(tx: Tx, command: AdvanceImport, _actor: Actor, now: dt.datetime) -> None:
    tx.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == command.run_id)
        .values(rows_read=command.rows, rows_total=command.total, seen_at=now, version=ImportRun.version + 1)
    )


def finish_import(tx: Tx, command: FinishImport, actor: Actor, now: dt.datetime) -> None:
    run, report = _locked(tx, command.run_id), command.report
    RUN.check(run.status, "done")
    run.status, run.finished_at, run.seen_at = "done", now, now
    run.rows_read = run.rows_total = report.rows_read
    run.report, run.errors_path = report.to_json(), command.errors
    run.version += 1
    tx.record(
        ImportFinished(
            run.id, run.version, run.channel, run.file_name, run.dry_run, report.rows_read, dict(report.outcomes), dict(report.made)
        ),
        actor,
        now,
    )  # fmt: skip


def fail_import(tx: Tx, command: FailImport, actor: Actor, now: dt.datetime) -> None:
    run = _locked(tx, command.run_id)
    RUN.check(run.status, "failed")
    run.status, run.finished_at, run.seen_at, run.message = "failed", now, now, command.message
    run.version += 1
    tx.record(ImportFailed(run.id, run.version, run.channel, run.file_name, command.message), actor, now)


def _locked(tx: Tx, run_id: int) -> ImportRun:
    run = tx.orm.get(ImportRun, run_id, with_for_update=True)
    if run is None:
        raise NotFound("This import does not exist.")
    return run
