"""Cells of a table as values: every complaint names its column, and nothing is guessed."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.catalog import bulk, rules
from dashboard.catalog.bulk import SkuWish
from dashboard.channels.cells import formula_plain
from dashboard.channels.reading import Record, folded
from dashboard.inventory.bulk import StockWish
from dashboard.kernel import text, units
from dashboard.kernel.errors import Invalid

WHOLE = re.compile(r"[0-9]{1,12}\Z")
YES, NO = {"yes", "true", "1"}, {"no", "false", "0"}
STOCK = ("sku", "location", "on_hand", "expected", "safety", "reorder_point")
STOCK_EXTRA = ("allocated", "available")
"""In an export for the reader; an import passes over them."""
CATALOGUE = ("code", "name", "kind", "barcode", "price", "currency", "weight_grams", "active", "available_from", "preorder_cap")
PREORDER = CATALOGUE[-2:]
NONE = "none"
"""In a cell of PREORDER: no preorder any more, or no cap."""


class Bad(NamedTuple):
    """A row that says nothing usable: which column, and why."""

    field: str
    reason: str


class Header(NamedTuple):
    """Where each known column stands; width: how many there are; unknown: those that are passed over."""

    places: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]


def header_of(cells: Sequence[str], known: Sequence[str], needed: Sequence[str], one_of: Sequence[str] = ()) -> Header:
    """Raises: Invalid, for a header that lacks a needed column, or names one twice."""
    names = [folded(cell) for cell in cells]
    twice = sorted({name for name in names if name in known and names.count(name) > 1})
    if twice:
        raise Invalid(f"The file names the column {', '.join(twice)} twice.")
    missing = [name for name in needed if name not in names]
    if missing:
        raise Invalid(f"The file lacks the columns {', '.join(missing)}. A file of this kind has: {', '.join(known)}.")
    if one_of and not set(one_of) & set(names):
        raise Invalid(f"The file says nothing to set: it needs one of the columns {', '.join(one_of)}.")
    unknown = tuple(name for name in names if name and name not in known and name not in STOCK_EXTRA)
    return Header({name: names.index(name) for name in known if name in names}, len(names), unknown)


def values_of(header: Header, record: Record) -> dict[str, str] | Bad:
    """The known cells by column, without the apostrophe that keeps a spreadsheet from running them."""
    if record.problem:
        return Bad("", record.problem)
    cells = record.cells
    if len(cells) > header.width:
        return Bad("", f"the row has {len(cells)} cells, the header {header.width}")
    return {name: formula_plain(cells[place]) if place < len(cells) else "" for name, place in header.places.items()}


def stock_wish(line: int, cells: Mapping[str, str]) -> StockWish | Bad:
    sku, location = rules.fold_code(cells["sku"]), cells["location"].strip()
    for name, value, most in (("sku", sku, rules.LONGEST_CODE), ("location", location, 20)):
        if not value or (why := text.trouble(value, most)):
            return Bad(name, why if value else "is empty")
    numbers: dict[str, int | None] = {}
    for name in STOCK[2:]:
        try:
            numbers[name] = _whole(name, cells.get(name, ""))
        except Invalid as error:
            return Bad(name, error.message)
    if numbers["expected"] is not None and numbers["on_hand"] is None:
        return Bad("expected", "is given without on_hand")
    return StockWish(line, sku, location, **numbers)


def sku_wish(line: int, cells: Mapping[str, str]) -> SkuWish | Bad:
    """An empty cell leaves a field as it is, but for the barcode: an empty one takes it away.

    values may hold cells of PREORDER, which are no fields of a SKU (preorders.py).
    """
    values: dict[str, Any] = {}
    try:
        code = rules.sku_code(cells["code"])
    except Invalid as error:
        return Bad("code", error.message)
    for column, cell in cells.items():
        if column == "code" or (not cell.strip() and column != "barcode"):
            continue
        try:
            if column in PREORDER:
                values[column] = _preorder(column, cell)
                continue
            name, read = READERS[column]
            values[name] = bulk.checked(name, read(cell))
        except Invalid as error:
            return Bad(column, error.message)
    return SkuWish(line, code, values)


def _whole(name: str, cell: str) -> int | None:
    digits = cell.strip()
    if not digits:
        return None
    if not WHOLE.match(digits) or int(digits) > units.MOST_UNITS:
        raise Invalid(f"{digits[:40]!r} is not a whole number from 0 to {units.MOST_UNITS}")
    return int(digits)


def _yes(cell: str) -> bool:
    word = cell.strip().casefold()
    if word not in YES | NO:
        raise Invalid(f"{cell.strip()[:40]!r} is neither yes nor no")
    return word in YES


def _preorder(name: str, cell: str) -> dt.date | int | None:
    """The value of a cell of PREORDER. Raises: Invalid."""
    word = cell.strip()
    if word.casefold() == NONE:
        return None
    if name == "preorder_cap":
        return _whole(name, word)
    try:
        return dt.date.fromisoformat(word)
    except ValueError:
        raise Invalid(f"{word[:40]!r} is neither a day like 2026-12-01 nor none") from None


READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "name": ("name", str.strip),
    "kind": ("kind", lambda cell: cell.strip().casefold()),
    "barcode": ("barcode", str),
    "price": ("unit_price_e4", lambda cell: units.price_e4(cell, "price")),
    "currency": ("currency", lambda cell: cell.strip().upper()),
    "weight_grams": ("weight_grams", lambda cell: _whole("weight_grams", cell) or 0),
    "active": ("active", _yes),
}
"""Column -> (field of a SKU, how its cell is read)."""
