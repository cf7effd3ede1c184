"""Documents: the rows of one order, one return or one row set aside, with the header they share. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.channels.rows import Row
from dashboard.channels.staging import Step
from dashboard.kernel.errors import Invalid

HEADER = (
    "currency", "shipping", "authorized", "customer_ref", "customer_name", "email", "phone", "ship_name", "ship_line1", "ship_line2",
    "ship_city", "ship_region", "ship_postal_code", "ship_country", "payment_provider", "payment_method",
)  # fmt: skip
MUST_AGREE = ("currency", "customer_ref")
SPARSE = ("shipping", "authorized")
"""Amounts are in a row's values only where its cell is not empty; texts are in every row or in none."""


@dataclass
class Document:
    """key: unique in the file. then: order_line, return_line or set_aside. rows in the order they are taken."""

    key: str
    then: str
    external_id: str
    rows: list[Row] = field(default_factory=list)

    @property
    def at(self) -> int | None:
        """Microseconds since 1970 of its earliest row; None where no row says."""
        return min((row.at for row in self.rows if row.at is not None), default=None)

    @property
    def lines(self) -> list[int]:
        return [row.line for row in self.rows]


def documents(steps: Iterable[Step]) -> dict[str, Document]:
    """The documents of these rows by key, in the order of their first rows."""
    found: dict[str, Document] = {}
    for step in steps:
        document = found.get(step.doc)
        if document is None:
            document = found[step.doc] = Document(step.doc, step.row.then, step.row.values["external_id"])
        document.rows.append(step.row)
    return found


def header(rows: Sequence[Row]) -> dict[str, Any]:
    """What a document's rows say once: for each field, the first cell that is not empty.

    Raises: Invalid, when rows of one document name different currencies or customers.
    """
    said: dict[str, Any] = {}
    names = [name for name in HEADER if name in rows[0].values or name in SPARSE]
    for row in rows:
        for name in names:
            value = row.values.get(name)
            if value in (None, ""):
                continue
            if name not in said:
                said[name] = value
            elif name in MUST_AGREE and said[name] != value:
                raise Invalid(f"rows of one document disagree: {name} is {said[name]!r} and, in line {row.line}, {value!r}")
    return said
