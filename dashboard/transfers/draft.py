"""The form of a transfer: what was typed, as it was typed; the command it means; complaints beside their fields."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.kernel import units
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.transfers.commands import DraftedLine, DraftTransfer
from dashboard.transfers.rules import MOST_LINES

SPARE_LINES = 3
TEXTS = ("from_location", "to_location", "note", "expected_on")


@dataclass
class TypedLine:
    """One line as typed. index: its place in the names of the fields (lines-<index>-sku)."""

    index: int
    sku: str = ""
    units: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.sku.strip() or self.units.strip())


@dataclass
class TypedTransfer:
    """values: typed text by field; errors: complaints by field, `lines` for the lines as a whole."""

    values: dict[str, str]
    lines: list[TypedLine]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> list[TypedLine]:
        return [line for line in self.lines if not line.is_blank]

    def command(self, codes: Mapping[int, str]) -> DraftTransfer:
        """What the form means. codes: SKU code per line index, where the typed word is known.

        Raises: Invalid, after putting every complaint beside its field.
        """
        lines = tuple(_line(line, codes) for line in self.asked)
        expected_on = self._expected_on()
        if not lines:
            self.errors["lines"] = "A transfer needs at least one line: type a SKU or scan a barcode."
        for name in ("from_location", "to_location"):
            if not self.values[name]:
                self.errors[name] = "Choose a location."
        if self.errors or any(line.errors for line in self.lines):
            raise Invalid("The transfer is not complete yet; look at the marked fields.")
        return DraftTransfer(
            self.values["from_location"], self.values["to_location"], lines, self.values["note"].strip(), expected_on
        )

    def _expected_on(self) -> dt.date | None:
        typed = self.values["expected_on"].strip()
        try:
            return dt.date.fromisoformat(typed) if typed else None
        except ValueError:
            self.errors["expected_on"] = "A day like 2026-12-24."
            return None

    def complain(self, error: DomainError) -> None:
        """Put what the action refused beside the fields it is about."""
        for name, message in error.facts.get("fields", {}).items():
            first, _, rest = name.partition(".")
            place, _, what = rest.partition(".")
            if first == "lines" and what:
                self.asked[int(place)].errors[what] = message
            else:
                self.errors[first if first in (*TEXTS, "lines") else "lines"] = message
        if not self.errors and not any(line.errors for line in self.lines):
            self.errors["lines"] = error.message

    def add_lines(self, count: int = SPARE_LINES) -> None:
        """Blank lines below the others, for a browser that cannot add them itself."""
        first = max((line.index for line in self.lines), default=-1) + 1
        self.lines += [TypedLine(index) for index in range(first, first + count)][: MOST_LINES - len(self.lines)]


def _line(line: TypedLine, codes: Mapping[int, str]) -> DraftedLine:
    count = 1
    if not line.sku.strip():
        line.errors["sku"] = "Type a SKU or scan a barcode."
    try:
        count = units.whole_units(line.units or "1", "units")
    except Invalid as error:
        line.errors["units"] = error.message
    return DraftedLine(codes.get(line.index, line.sku.strip()), count)


def read(sent: Mapping[str, str]) -> TypedTransfer:
    """The form as it was sent; a new one has blank lines."""
    return TypedTransfer({name: sent.get(name, "") for name in TEXTS}, read_lines(sent))


def prefilled(skus: Sequence[str], origin: str, target: str) -> TypedTransfer:
    """A new form, begun with SKUs and the codes of the two locations."""
    values = {**dict.fromkeys(TEXTS, ""), "from_location": origin, "to_location": target}
    typed = TypedTransfer(values, [TypedLine(index, sku) for index, sku in enumerate(skus[:MOST_LINES])])
    typed.add_lines(max(1, SPARE_LINES - len(skus)))
    return typed


def of_transfer(from_code: str, to_code: str, note: str, expected_on: dt.date | None, lines: Sequence[tuple[str, int]]) -> TypedTransfer:
    """The form of a draft that exists. lines: (SKU, units)."""
    day = expected_on.isoformat() if expected_on else ""
    values = {"from_location": from_code, "to_location": to_code, "note": note, "expected_on": day}
    typed = TypedTransfer(values, [TypedLine(index, sku, str(count)) for index, (sku, count) in enumerate(lines)])
    typed.add_lines(1)
    return typed


def read_lines(sent: Mapping[str, str]) -> list[TypedLine]:
    """The lines by their index in the field names."""
    found = {name.split("-")[1] for name in sent if name.startswith("lines-")}
    indexes = sorted({int(index) for index in found if index.isascii() and index.isdecimal() and len(index) < 6})
    return [
        TypedLine(index, sent.get(f"lines-{index}-sku", ""), sent.get(f"lines-{index}-units", "")) for index in indexes[:MOST_LINES]
    ]
