"""Run one import from file to report: examine, stage, take batch by batch. The same code for the command line, a page and a dry run."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.channels import captures, opening, reading
from dashboard.channels.captures import CaptureDocuments
from dashboard.channels.history.batch import ReplayHistory, replay_history
from dashboard.channels.history.sales import Place
from dashboard.channels.mapping import Mapping
from dashboard.channels.opening import OpenPlace, ReceiveOpening, Seen
from dashboard.channels.outcomes import Report, Taken, write_errors
from dashboard.channels.rehearsal import Write
from dashboard.channels.rows import Problem, Reader
from dashboard.channels.staging import Staging, Step, staging
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid

DOCUMENTS_AT_ONCE = {"orders": 40, "history": 150}
"""Documents per transaction: few enough that a live shop never waits long for its turn."""
TELL_EVERY = 2_000
Tell = Callable[[str, int, int], None]
"""tell(phase, rows done, rows in all); phase: reading, then writing."""


@dataclass(frozen=True)
class ImportFile:
    """What to import. opening_stock: file of units on the shelf before the first row (history only); location: overrides the
    mapping's. most_rows, most_bytes: limits of an upload, None on the command line. errors: where the row errors go."""

    path: Path
    file_name: str
    channel: str
    mapping: Mapping
    mapping_name: str
    errors: Path
    dry_run: bool = False
    opening_stock: Path | None = None
    location: str | None = None
    most_rows: int | None = None
    most_bytes: int | None = None


def run_import(order: ImportFile, write: Write, folder: Path, actor: Actor, tell: Tell) -> Report:
    """Import the file through `write`; every row has its outcome in the report.

    Args: folder: room for the staging file.
    Raises: Invalid, when the file as a whole cannot be imported; nothing was written then.
    """
    layout = reading.examine(order.path, order.mapping.format, order.mapping.columns, order.most_bytes)
    report = _report(order, layout)
    reader = Reader(order.mapping, layout)
    with staging(folder) as stage:
        _stage(order, reader, stage, report, tell)
        spoiled, rows = stage.settle(order.mapping.mode)
        report.outcomes["refused_with_document"] += spoiled
        take = _taker(order, reader, stage, write, actor, report)
        done = report.rows_read - rows
        tell("writing", done, report.rows_read)
        for batch in stage.batches(DOCUMENTS_AT_ONCE[order.mapping.mode]):
            _settle(batch, write(*take(batch), actor, clock.now()), stage, report)
            done += len(batch)
            tell("writing", done, report.rows_read)
        write_errors(order.errors, layout.header, stage.problems())
    report.rules = [
        {"name": row_class.name, "why": row_class.why, "rows": report.classes[row_class.name]}
        for row_class in order.mapping.classes
    ]
    return report


def _report(order: ImportFile, layout: reading.Layout) -> Report:
    return Report(
        order.file_name,
        order.channel,
        order.mapping.mode,
        order.mapping_name,
        order.dry_run,
        sha256=layout.sha256,
        encoding=layout.encoding,
        delimiter=layout.delimiter_name,
        note=layout.note,
    )


def _stage(order: ImportFile, reader: Reader, stage: Staging, report: Report, tell: Tell) -> None:
    """Read every record once: into the staging file, or among the refused."""
    for record in reading.records(reader.layout):
        report.rows_read += 1
        if order.most_rows is not None and report.rows_read > order.most_rows:
            raise Invalid(f"The file has more than {order.most_rows:,} rows; import it on the command line, which has no limit.")
        row = reader.read(record)
        if row is None:
            report.outcomes["blank"] += 1
            continue
        if row.row_class:
            report.classes[row.row_class] += 1
        if isinstance(row, Problem):
            report.outcomes["error"] += 1
            stage.refuse(record.cells, row)
        else:
            stage.add(record, row)
        if report.rows_read % TELL_EVERY == 0:
            tell("reading", report.rows_read, reader.layout.lines)


def _settle(batch: list[Step], taken: Taken, stage: Staging, report: Report) -> None:
    """Count what the batch came to, after its commit."""
    if taken.refused:
        cells = {step.row.line: step for step in batch}
        for line, reason in taken.refused:
            stage.refuse(cells[line].cells, Problem(line, "", reason))
    report.add(taken)


def _taker(
    order: ImportFile, reader: Reader, stage: Staging, write: Write, actor: Actor, report: Report
) -> Callable[[list[Step]], tuple[Any, ...]]:
    """How a batch is taken in this mode: batch -> (action, command)."""
    if order.mapping.mode == "orders":
        if order.opening_stock is not None:
            raise Invalid("Opening stock belongs to a history; this mapping takes open orders.")
        return lambda batch: (captures.capture_documents, CaptureDocuments(order.channel, batch))
    policy, zone = order.mapping.history, order.mapping.format.time_zone
    code = (order.location or policy.location).strip().upper()
    place: Place = write(opening.open_place, OpenPlace(code, policy.location_name, zone), actor, clock.now())
    if order.opening_stock is not None:
        report.made["opening_units"] += _receive(order, order.opening_stock, code, place, reader, stage, write, actor)
    return lambda batch: (
        replay_history,
        ReplayHistory(order.channel, batch, policy, place, order.mapping.create_skus, reader.kind_of),
    )


def _receive(
    order: ImportFile, path: Path, code: str, place: Place, reader: Reader, stage: Staging, write: Write, actor: Actor
) -> int:  # fmt: skip
    """Put the opening stock on the shelf, just before the first row. Returns the units."""
    first = stage.first_moment()
    before = clock.now() if first is None else clock.moment(first) - dt.timedelta(seconds=1)
    seen = {sku: Seen(*said) for sku, *said in stage.first_seen()}
    units = 0
    for rows in opening.opening_rows(path, order.mapping):
        units += write(
            opening.receive_opening, ReceiveOpening(order.channel, place, code, rows, seen, reader.kind_of), actor, before
        )
    return units
