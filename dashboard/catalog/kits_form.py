"""The parts of a kit as typed in the form of a SKU: rows of a SKU and its units in one kit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from dashboard.catalog.rules import MOST_PARTS
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid

SPARE_ROWS = 3
MORE = "more_parts"
"""The button that sends the form back with more rows, nothing saved."""


@dataclass
class TypedPart:
    """One row. errors: complaints by field, sku or quantity."""

    sku: str = ""
    quantity: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.sku.strip() or self.quantity.strip())


@dataclass
class TypedParts:
    """rows: those with text first, then spare ones. error: a complaint about all of them."""

    rows: list[TypedPart]
    error: str = ""

    @property
    def has_text(self) -> bool:
        return any(not row.is_blank for row in self.rows)

    def recipe(self) -> list[list[Any]]:
        """[[SKU code, units]] of the rows with text.

        Raises: Invalid (facts: fields), for units that are no whole number.
        """
        fields, found = {}, []
        for place, row in enumerate(row for row in self.rows if not row.is_blank):
            try:
                found.append([row.sku.strip(), units.whole_units(row.quantity.strip() or "1")])
            except Invalid as error:
                fields[f"components.{place}.quantity"] = error.message
        if fields:
            raise Invalid(" ".join(fields.values()), fields=fields)
        return found

    def complain(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Put complaints beside their rows. Returns those that are about something else."""
        asked = [row for row in self.rows if not row.is_blank]
        others = {}
        for name, message in fields.items():
            first, _, rest = name.partition(".")
            place, _, what = rest.partition(".")
            if first != "components":
                others[name] = message
            elif place.isdecimal() and int(place) < len(asked):
                asked[int(place)].errors[what] = message
            else:
                self.error = message
        return others


def typed(codes: Sequence[str], quantities: Sequence[str]) -> TypedParts:
    """The rows as they were sent, and spare ones."""
    rows = [TypedPart(code, quantity) for code, quantity in zip_longest(codes, quantities, fillvalue="")][: MOST_PARTS + SPARE_ROWS]
    return _with_spare(row for row in rows if not row.is_blank)


def known(recipe: Iterable[Sequence[Any]]) -> TypedParts:
    """The rows of a kit as it is, and spare ones."""
    return _with_spare(TypedPart(code, str(count)) for code, count in recipe)


def in_words(recipe: Iterable[Sequence[Any]]) -> str:
    """A recipe for the table of differences."""
    return ", ".join(f"{count} × {code}" for code, count in recipe) or "–"


def _with_spare(rows: Iterable[TypedPart]) -> TypedParts:
    return TypedParts([*rows, *(TypedPart() for _ in range(SPARE_ROWS))])
