"""What became of every row: outcomes that sum to the rows read, row errors to download, the report of a run. Pure but for files."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.channels.cells import formula_safe

OUTCOMES = {
    "taken": ("Taken", "an order line"),
    "backordered": ("Backordered", "an order line that waits for stock"),
    "unknown_sku": ("Unknown SKU", "an order line of a SKU the catalogue does not know, with an exception"),
    "short": ("Short", "sold, but not in stock: the line is kept as cancelled"),
    "returned_linked": ("Returned", "linked to its sale"),
    "returned_unlinked": ("Returned", "no sale found to link it to"),
    "created": ("Created", "a SKU that was not there"),
    "changed": ("Changed", "what the row says is written"),
    "unchanged": ("Unchanged", "what the row says was so already"),
    "set_aside": ("Set aside", "by a rule of the mapping"),
    "known": ("Known", "from an earlier import: nothing changed"),
    "error": ("Refused", "the row is wrong"),
    "refused_with_document": ("Refused", "another row of the same document is wrong"),
    "blank": ("Blank", "an empty line"),
}
"""Outcome of a row -> (its word, what that means)."""


@dataclass
class Taken:
    """What one batch came to. refused: [(line, reason)]; made: orders, returns, SKUs ... written."""

    outcomes: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, lines: Sequence[int], reason: str) -> None:
        """All rows of one document, for one reason."""
        self.refused += [(line, reason) for line in lines]
        self.outcomes["error"] += len(lines)


@dataclass
class Report:
    """One run. classes: rows per class of the mapping; rules: [{name, why, rows}] as the mapping states them."""

    file_name: str
    channel: str
    mode: str
    mapping: str
    dry_run: bool
    sha256: str = ""
    encoding: str = ""
    delimiter: str = ""
    note: str = ""
    rows_read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    rules: list[dict[str, Any]] = field(default_factory=list)

    def add(self, taken: Taken) -> None:
        self.outcomes.update(taken.outcomes)
        self.made.update(taken.made)

    @property
    def refused(self) -> int:
        return self.outcomes["error"] + self.outcomes["refused_with_document"]

    @property
    def accounted(self) -> int:
        """Rows with an outcome: always the rows read."""
        return sum(self.outcomes.values())

    @property
    def _read_as(self) -> str:
        return f"mapping {self.mapping!r}" if self.rules else f"table {self.mapping!r}"

    def to_json(self) -> str:
        return json.dumps({**vars(self), "refused": self.refused}, ensure_ascii=False)

    def lines(self) -> Iterable[str]:
        """The report as text for a terminal."""
        yield f"{self.file_name}: {self.rows_read:,} rows ({self.encoding}, separated by {self.delimiter}), {self._read_as}"
        if self.note:
            yield f"  note: {self.note}"
        if self.rules:
            yield "Rows by rule"
        for rule in self.rules:
            yield f"  {rule['rows']:>9,}  {rule['name']}: {rule['why']}"
        yield "What would become of each row" if self.dry_run else "What became of each row"
        for name, (word, meaning) in OUTCOMES.items():
            if self.outcomes[name]:
                yield f"  {self.outcomes[name]:>9,}  {word}: {meaning}"
        yield f"  {self.accounted:>9,}  in all"
        if self.made:
            yield ("Would write: " if self.dry_run else "Written: ") + ", ".join(
                f"{count:,} {name.replace('_', ' ')}" for name, count in self.made.items() if count
            )


def write_errors(path: Path, header: Sequence[str], problems: Iterable[tuple[int, str, str, Sequence[str]]]) -> int:
    """The refused rows as a CSV a spreadsheet may open: line, field, reason, then the row as it was. Returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "field", "reason", *map(formula_safe, header)])
        for line, field_name, reason, cells in problems:
            writer.writerow([line, field_name, formula_safe(reason), *map(formula_safe, cells)])
            count += 1
    return count
