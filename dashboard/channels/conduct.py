"""Conduct a recorded import: run it, keep its record, live or as a dry run. Used by the command line and by jobs."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import flask

from dashboard.channels import runs
from dashboard.channels.importing import ImportFile, Tell, run_import
from dashboard.channels.outcomes import Report
from dashboard.channels.rehearsal import Write, rehearsal
from dashboard.channels.runs import AdvanceImport, FailImport, FinishImport
from dashboard.channels.tables.sheet import TableFile, run_table
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Unavailable

SECONDS_BETWEEN_WORDS = 0.5
UPLOAD_ROWS = 10_000
TABLE_ROWS = 100_000
"""Of an uploaded table: its rows are quicker than orders."""
UPLOAD_BYTES = 50_000_000
"""Of an upload when unpacked; packed or not, no more than 5 MB come in."""


def room() -> Path:
    """The folder of uploads and row errors."""
    folder = Path(flask.current_app.instance_path) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def errors_name(run_id: int) -> str:
    return f"{run_id}-errors.csv"


def conduct(run_id: int, order: ImportFile | TableFile, actor: Actor, tell: Tell = lambda phase, done, total: None) -> Report:
    """Run the import and record its end.

    Raises: DomainError, when the file as a whole is refused; the record says why.
    """
    try:
        with _way_to_write(order) as write:
            told = _and_record(run_id, actor, tell)
            if isinstance(order, TableFile):
                report = run_table(order, write, room(), actor, told)
            else:
                report = run_import(order, write, room(), actor, told)
    except Unavailable:
        raise  # the database is away: the record stays as it is, and the import goes on later
    except DomainError as refusal:
        db.write(runs.fail_import, FailImport(run_id, refusal.message), actor, clock.now())
        raise
    errors = order.errors.name if report.refused else None
    db.write(runs.finish_import, FinishImport(run_id, report, errors), actor, clock.now())
    if errors is None:
        order.errors.unlink(missing_ok=True)
    return report


@contextlib.contextmanager
def _way_to_write(order: ImportFile | TableFile) -> Iterator[Write]:
    if not order.dry_run:
        yield db.write
        return
    with rehearsal(room()) as write:
        yield write


def _and_record(run_id: int, actor: Actor, tell: Tell) -> Tell:
    """Tell the caller and, twice a second at most, the record that the page shows."""
    last = time.monotonic()

    def both(phase: str, done: int, total: int) -> None:
        nonlocal last
        tell(phase, done, total)
        if time.monotonic() - last >= SECONDS_BETWEEN_WORDS:
            last = time.monotonic()
            rows = done if phase == "writing" else 0
            db.write(runs.advance_import, AdvanceImport(run_id, rows, max(total, rows)), actor, clock.now())

    return both
