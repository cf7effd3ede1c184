"""From a record to a row: its class by the mapping's rules, its cells as values, or the reason why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from dashboard.channels.cells import Cells
from dashboard.channels.mapping import FIELDS, RowClass, Source, Test
from dashboard.channels.mapping import Mapping as FileMapping
from dashboard.channels.reading import Layout, Record, folded
from dashboard.kernel import ids, text, units
from dashboard.kernel.errors import DomainError, Invalid

LONGEST = {
    "external_id": 120, "sku": 64, "name": 300, "customer_ref": 120, "customer_name": 200, "email": 254, "phone": 40,
    "ship_name": 200, "ship_line1": 200, "ship_line2": 200, "ship_city": 120, "ship_region": 120, "ship_postal_code": 24,
    "ship_country": 60, "payment_provider": 24, "payment_method": 40,
}  # fmt: skip
NEVER_EMPTY = ("external_id", "sku")
NOT_MASKED = ("external_id", "sku")
"""Codes are kept as they are: they identify, and a code that passes the Luhn check is still a code."""

Texts = Mapping[str, str]
Check = Callable[[Texts], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One record understood. values: by field, ready to be written; at: microseconds since 1970, None without a moment."""

    line: int
    row_class: str
    then: str
    values: dict[str, Any]
    at: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record was refused. external_id: of the order it spoils, where it names one."""

    line: int
    field: str
    reason: str
    external_id: str = ""
    row_class: str = ""


@dataclass
class Reader:
    """Understands the records of one file by one mapping."""

    mapping: FileMapping
    layout: Layout
    _cells: Cells = field(init=False)

    def __post_init__(self) -> None:
        self._cells = Cells(self.mapping.format)
        self._sources = {
            name: _getter(source, _places(self.layout, self.mapping)) for name, source in self.mapping.fields.items()
        }
        self._classes = [(row_class, self._all(row_class.when)) for row_class in self.mapping.classes]
        self._kinds = [(kind.kind, self._all(kind.when)) for kind in self.mapping.sku_kinds]

    def read(self, record: Record) -> Row | Problem | None:
        """A row, the problem with it, or None for a blank line."""
        if record.problem:
            return Problem(record.line, "", record.problem)
        if not any(record.cells):
            return None
        extra = [cell for cell in record.cells[len(self.layout.header) :] if cell.strip()]
        if extra:
            return Problem(record.line, "", f"the row has {len(record.cells)} cells, the header {len(self.layout.header)}")
        texts = {name: get(record.cells) for name, get in self._sources.items()}
        name = external_id = ""
        row_class: RowClass | None = None
        try:
            external_id = texts["external_id"]
            row_class = self._class_of(texts)
            values = self._values(texts, row_class)
        except _FieldProblem as problem:
            return Problem(record.line, problem.field, problem.reason, external_id, row_class.name if row_class else name)
        return Row(record.line, row_class.name, row_class.then, values, values.get("placed_at"))

    def kind_of(self, sku: str) -> str:
        """stock or service, by the mapping's rules on the code."""
        texts = {**dict.fromkeys(FIELDS, ""), "sku": sku}
        return next((kind for kind, holds in self._kinds if holds(texts)), "stock")

    def _class_of(self, texts: Texts) -> RowClass:
        for row_class, holds in self._classes:
            if holds(texts):
                return row_class
        raise _FieldProblem("", "no rule of the mapping covers this row")

    def _all(self, tests: Sequence[Test]) -> Check:
        checks = [self._check(test) for test in tests]
        return lambda texts: all(check(texts) for check in checks)

    def _check(self, test: Test) -> Check:
        name, value = test.field, test.value
        if test.is_ in ("equals", "above", "below"):
            wanted = Cells(self.mapping.format.model_copy(update={"decimal": ".", "thousands": ""})).number(value, name)
            compare = {"equals": wanted.__eq__, "above": wanted.__lt__, "below": wanted.__gt__}[test.is_]
            return lambda texts: bool(compare(_of(name, self._cells.number, texts[name], name.replace("_", " "))))
        pattern = re.compile(value) if test.is_ == "matches" else re.compile("")
        return {
            "starts_with": lambda texts: texts[name].startswith(value),
            "not_starts_with": lambda texts: not texts[name].startswith(value),
            "matches": lambda texts: pattern.search(texts[name]) is not None,
            "empty": lambda texts: not texts[name],
            "not_empty": lambda texts: bool(texts[name]),
        }[test.is_]

    def _values(self, texts: Texts, row_class: RowClass) -> dict[str, Any]:
        if row_class.then == "set_aside":
            return self._kept(texts)
        values: dict[str, Any] = {name: _of(name, _text, cell, name) for name, cell in texts.items() if name in LONGEST}
        currency = values["currency"] = _of("currency", _currency, texts["currency"])
        sign = -1 if row_class.then == "return_line" else 1
        quantity = sign * _of("quantity", self._cells.quantity, texts["quantity"])
        values["quantity"] = _of("quantity", units.whole_units, quantity)
        if texts.get("unit_price"):
            values["unit_price"] = _of("unit_price", self._cells.unit_price, texts["unit_price"])
        for name in ("tax", "discount", "shipping", "authorized"):
            if texts.get(name):
                values[name] = _of(name, self._cells.money, texts[name], currency, name)
        if texts.get("placed_at") or self.mapping.mode == "history":
            values["placed_at"] = _of("placed_at", self._cells.moment, texts.get("placed_at", ""))
        if self.mapping.mode == "history" and "unit_price" not in values:
            raise _FieldProblem("unit_price", "the price is missing")
        return values

    def _kept(self, texts: Texts) -> dict[str, Any]:
        """A row set aside: its cells as they are, and its moment where the file is a history."""
        values: dict[str, Any] = {name: _of(name, _storable, cell, name, LONGEST.get(name, 4000)) for name, cell in texts.items()}
        if self.mapping.mode == "history":
            values["placed_at"] = _of("placed_at", self._cells.moment, texts["placed_at"])
        return values


class _FieldProblem(Exception):
    def __init__(self, field_name: str, reason: str):
        super().__init__(reason)
        self.field, self.reason = field_name, reason


def _of(field_name: str, convert: Callable[..., Any], *values: Any) -> Any:
    try:
        return convert(*values)
    except DomainError as error:
        raise _FieldProblem(field_name, error.message) from None


@lru_cache(8192)
def _text(cell: str, name: str) -> str:
    """A text as it is stored: itself, card numbers masked. Most cells of a column repeat, hence the cache."""
    if not cell and name in NEVER_EMPTY:
        raise Invalid(f"{name} is empty.")
    kept = _storable(cell, name, LONGEST[name])
    return kept if name in NOT_MASKED else ids.mask_cards(kept)


def _storable(cell: str, name: str, most: int) -> str:
    """The cell itself. Raises: Invalid, for what no database can keep."""
    if trouble := text.trouble(cell, most):
        raise Invalid(f"{name}: {trouble}.")
    return cell


def _currency(code: str) -> str:
    units.digits(code)
    return code


def _places(layout: Layout, mapping: FileMapping) -> dict[str, int]:
    """Column -> place in the file.

    Raises: Invalid, naming the columns that are missing, or a header that names one twice.
    """
    names = [folded(cell) for cell in layout.header]
    missing = [column for column in mapping.required_columns if folded(column) not in names]
    if missing:
        raise Invalid(
            f"The file lacks {'the column' if len(missing) == 1 else 'the columns'} {', '.join(missing)}."
            f" It has: {', '.join(layout.header)[:400]} (separated by {layout.delimiter_name}).",
            missing=missing,
            found=list(layout.header)[:100],
        )
    twice = [column for column in mapping.columns if names.count(folded(column)) > 1]
    if twice:
        raise Invalid(f"The header names {', '.join(twice)} more than once; nobody can say which one counts.")
    return {column: names.index(folded(column)) for column in mapping.columns if folded(column) in names}


def _getter(source: Source, places: Mapping[str, int]) -> Callable[[Sequence[str]], str]:
    """A function that takes the field's text out of a record."""
    if source.constant is not None:
        constant = source.constant
        return lambda _: constant
    place = places.get(source.column or "")
    if place is None:
        return lambda _: source.default
    if not (source.trim or source.upper or source.replace or source.prefix or source.default):
        return lambda cells: cells[place] if place < len(cells) else ""

    def get(cells: Sequence[str]) -> str:
        text = cells[place] if place < len(cells) else ""
        text = text.strip() if source.trim else text
        text = source.replace.get(text, text)
        text = text.upper() if source.upper else text
        return f"{source.prefix}{text}" if text else source.default

    return get
