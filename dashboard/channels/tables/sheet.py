"""Run the import of one table from file to report: read, check, take chunk by chunk. The file is streamed, whatever its size."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.channels import reading
from dashboard.channels.cells import formula_safe
from dashboard.channels.importing import Tell
from dashboard.channels.mapping import Format
from dashboard.channels.outcomes import Report
from dashboard.channels.reading import Record
from dashboard.channels.rehearsal import Write
from dashboard.channels.tables import columns, takers
from dashboard.channels.tables.columns import Bad, Header
from dashboard.channels.tables.repeats import Repeats, repeats
from dashboard.channels.tables.takers import TakeRows
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid

CHUNK = 500
"""Rows per transaction: a live shop waits some 50 ms for its turn."""


class Kind(NamedTuple):
    """A kind of table. one_of: columns of which a file needs at least one; keys: what a row is about, once per file."""

    name: str
    about: str
    columns: Sequence[str]
    needed: Sequence[str]
    one_of: Sequence[str]
    wish: Callable[..., Any]
    keys: Callable[[Any], list[str]]
    take: Callable[..., Any]


KINDS = {
    "stock": Kind(
        "Stock levels",
        "One row per SKU and location: on hand is set to the figure of the file, if it still is what the column expected says."
        " An empty cell leaves the figure as it is.",
        columns.STOCK, ("sku", "location"), columns.STOCK[2:3] + columns.STOCK[4:], columns.stock_wish,
        lambda wish: [f"{wish.sku}\n{wish.location}"], takers.take_stock,
    ),
    "catalogue": Kind(
        "Catalogue",
        "One row per SKU: new codes are created, known ones are changed. An empty cell leaves a field as it is; an empty barcode"
        " takes the barcode away. available_from is the day until which it is sold as a preorder, preorder_cap how many units may wait"
        " meanwhile; none ends either.",
        columns.CATALOGUE, ("code",), columns.CATALOGUE[1:], columns.sku_wish,
        lambda wish: [f"code {wish.code}"] + ([f"barcode {code}"] if (code := wish.values.get("barcode")) else []),
        takers.take_catalogue,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class TableFile:
    """What to import. errors: where the refused rows go. done: rows settled before this import's process died.

    most_rows, most_bytes: limits of an upload, None on the command line.
    """

    path: Path
    file_name: str
    kind: str
    run_id: int
    errors: Path
    dry_run: bool = False
    done: int = 0
    most_rows: int | None = None
    most_bytes: int | None = None


def run_table(order: TableFile, write: Write, folder: Path, actor: Actor, tell: Tell) -> Report:
    """Import the table through `write`; every row has its outcome in the report, the refused ones stand in `errors`.

    Raises: Invalid, when the file as a whole cannot be imported; nothing was written then.
    """
    kind = KINDS[order.kind]
    layout = reading.examine(order.path, Format(), kind.columns, order.most_bytes)
    header = columns.header_of(layout.header, kind.columns, kind.needed, kind.one_of)
    total = max(0, layout.lines - 1)
    if order.most_rows is not None and total > order.most_rows:
        raise Invalid(f"The file has more than {order.most_rows:,} rows; import it on the command line, which has no limit.")
    report = Report(
        order.file_name, "", order.kind, order.kind, order.dry_run, sha256=layout.sha256, encoding=layout.encoding,
        delimiter=layout.delimiter_name, note=_note(layout.note, header),
    )  # fmt: skip
    with repeats(folder) as said, order.errors.open("w", encoding="utf-8", newline="") as file:
        errors = csv.writer(file)
        errors.writerow(["line", "field", "reason", *map(formula_safe, layout.header)])
        for chunk in _chunks(reading.records(layout)):
            _take(order, kind, header, chunk, said, write, actor, report, errors)
            if report.rows_read > order.done:  # the record must never fall behind what is committed
                tell("writing", report.rows_read, max(total, report.rows_read))
    return report


def _note(note: str, header: Header) -> str:
    passed = f"Columns passed over: {', '.join(header.unknown)[:200]}." if header.unknown else ""
    return " ".join(part for part in (note, passed) if part)


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _take(
    order: TableFile, kind: Kind, header: Header, chunk: list[Record], said: Repeats, write: Write, actor: Actor, report: Report,
    errors: Any,
) -> None:  # fmt: skip
    """One chunk: what can be read is taken in one transaction, and every row is counted after its commit."""
    wishes, verdicts = _read(kind, header, chunk, said)
    report.rows_read += len(chunk)
    if wishes:
        command = TakeRows(order.run_id, wishes, report.rows_read, not order.dry_run, settled=report.rows_read <= order.done)
        verdicts.update({line: verdict for line, *verdict in write(kind.take, command, actor, clock.now())})
    for record in chunk:
        outcome, field, reason = verdicts[record.line]
        report.outcomes["error" if outcome == "refused" else outcome] += 1
        if outcome == "refused":
            errors.writerow([record.line, field, formula_safe(reason), *map(formula_safe, record.cells)])


def _read(kind: Kind, header: Header, chunk: list[Record], said: Repeats) -> tuple[list[Any], dict[int, Sequence[str]]]:
    """The wishes of the rows that can be read; and what is settled about the others, by line."""
    wishes, verdicts = [], {}
    for record in chunk:
        cells = columns.values_of(header, record)
        if not record.problem and not any(cell.strip() for cell in record.cells):
            verdicts[record.line] = ("blank", "", "")
            continue
        wish = cells if isinstance(cells, Bad) else kind.wish(record.line, cells)
        if not isinstance(wish, Bad):
            before = said.first(record.line, kind.keys(wish))
            wish = wish if before is None else Bad("", f"line {before} of this file is about the same")
        if isinstance(wish, Bad):
            verdicts[record.line] = ("refused", wish.field, wish.reason)
        else:
            wishes.append(wish)
    return wishes, verdicts
