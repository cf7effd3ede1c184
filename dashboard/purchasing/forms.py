"""What was typed into the forms of purchasing, as it was typed; the command it means; complaints beside their fields."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from dashboard.catalog.forms import CURRENCIES
from dashboard.inventory.tracked_typed import TypedGiven, read_given
from dashboard.inventory.tracked_units import NOTHING
from dashboard.kernel import units
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.kernel.units import MOST_UNITS
from dashboard.purchasing.commands import PurchaseDraft, PurchaseLine, ReceiptItem, SaveSupplier, SupplySku
from dashboard.purchasing.suppliers import MOST_DAYS

SPARE_LINES = 4
MOST_LINES = 500
TEXTS = ("supplier", "location", "expected_on", "note")


@dataclass
class TypedLine:
    index: int
    sku: str = ""
    units: str = ""
    unit_cost: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class TypedDraft:
    """The form of a purchase order. errors: per field of the order itself."""

    values: dict[str, str]
    lines: list[TypedLine]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> list[TypedLine]:
        return [line for line in self.lines if line.sku or line.units or line.unit_cost]

    def command(self, codes: Mapping[str, str]) -> PurchaseDraft:
        """codes: {typed word: SKU code}, for barcodes. Raises: Invalid, with every complaint beside its field."""
        lines = [_line(line, codes) for line in self.filled]
        day = _day(self.values["expected_on"], self.errors)
        if self.errors or any(line.errors for line in self.lines):
            raise Invalid("Some fields need another look.", fields={})
        return PurchaseDraft(self.values["supplier"], self.values["location"], tuple(lines), day, self.values["note"])

    def complain(self, error: DomainError) -> None:
        """Put an action's complaints beside their fields: `lines.0.sku` belongs to the first line that says something."""
        filled = self.filled
        for name, message in error.facts.get("fields", {"form": error.message}).items():
            table, _, rest = name.partition(".")
            index, _, column = rest.partition(".")
            if table == "lines" and index.isdecimal() and int(index) < len(filled):
                filled[int(index)].errors[column] = message
            else:
                self.errors[name] = message


def empty_draft(**values: str) -> TypedDraft:
    return TypedDraft({name: values.get(name, "") for name in TEXTS}, [TypedLine(index) for index in range(SPARE_LINES)])


def typed_draft(form: Mapping[str, str]) -> TypedDraft:
    """The draft of a posted form, with its lines in the order of the page."""
    indices = sorted({int(name.split("-")[1]) for name in form if name.startswith("lines-") and name.split("-")[1].isdecimal()})
    lines = [
        TypedLine(index, *((form.get(f"lines-{index}-{column}") or "").strip() for column in ("sku", "units", "unit_cost")))
        for index in indices[:MOST_LINES]
    ]
    return TypedDraft({name: (form.get(name) or "").strip() for name in TEXTS}, lines or [TypedLine(0)])


def draft_of(order: Any, lines: Any) -> TypedDraft:
    """The form filled with a stored draft."""
    values = {
        "supplier": order.supplier,
        "location": order.location,
        "expected_on": order.expected_on.isoformat(),
        "note": order.note,
    }
    typed = [
        TypedLine(index, line.sku, str(line.ordered), units.price_text(line.unit_cost_e4, order.currency))
        for index, line in enumerate(lines)
    ]
    return TypedDraft(values, [*typed, TypedLine(len(typed))])


def _line(line: TypedLine, codes: Mapping[str, str]) -> PurchaseLine:
    count, cost = 0, None
    if not line.sku:
        line.errors["sku"] = "Which SKU?"
    try:
        count = units.whole_units(line.units or 0, "units")
    except Invalid as error:
        line.errors["units"] = error.message
    try:
        cost = units.price_e4(line.unit_cost, "cost") if line.unit_cost else None
    except Invalid as error:
        line.errors["unit_cost"] = error.message
    return PurchaseLine(codes.get(line.sku, line.sku), count, cost)


def day_of(typed: str) -> dt.date | None:
    """A typed day; None for none or one that cannot be read."""
    try:
        return dt.date.fromisoformat(typed.strip()[:10])
    except ValueError:
        return None


def _day(typed: str, errors: dict[str, str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        errors["expected_on"] = "Write a day like 2026-12-01."
        return None


@dataclass
class TypedReceipt:
    """What the receive form of a purchase order says: {line id: units typed}, {line id: damaged typed}; errors per line id.

    given: {line id: lots and serial numbers typed}. bins: {line id: code}.
    """

    units: dict[int, str]
    damaged: dict[int, str]
    over_reason: str = ""
    note: str = ""
    errors: dict[int, str] = field(default_factory=dict)
    given: dict[int, TypedGiven] = field(default_factory=dict)
    bins: dict[int, str] = field(default_factory=dict)

    def items(self, lines: Any) -> list[tuple[int, ReceiptItem]]:
        """[(line id, item)] of the lines with something typed. Raises: Invalid, with complaints beside their lines."""
        found = []
        for line in lines:
            count, damaged = self.units.get(line.id, ""), self.damaged.get(line.id, "")
            if not count and not damaged:
                continue
            try:
                came = units.whole_units(count or 0, "units")
                given = self.given[line.id].given(line.tracks, came) if line.id in self.given else NOTHING
                broken = units.whole_units(damaged or 0, "damaged units", 0)
                item = ReceiptItem(line.sku, came, broken, given, self.bins.get(line.id, ""))
                found.append((line.id, item))
            except Invalid as error:
                self._complain_of(line.id, next(iter(error.facts.get("fields", {"units": ""}))), error.message)
        if self.errors:
            raise Invalid("Some lines need another look. Nothing was received.", fields={})
        return found

    def complain(self, error: DomainError, items: list[tuple[int, ReceiptItem]]) -> None:
        """Put the action's `items.0.units` beside the line it means."""
        for name, message in error.facts.get("fields", {}).items():
            table, _, rest = name.partition(".")
            index = rest.partition(".")[0]
            if table == "items" and index.isdecimal() and int(index) < len(items):
                self._complain_of(items[int(index)][0], name, message)

    def _complain_of(self, line_id: int, name: str, message: str) -> None:
        if line_id in self.given:
            self.given[line_id].complain(name, message)
        self.errors[line_id] = message


def typed_receipt(form: MultiDict[str, str], lines: Any) -> TypedReceipt:
    return TypedReceipt(
        {line.id: (form.get(f"units-{line.id}") or "").strip() for line in lines},
        {line.id: (form.get(f"damaged-{line.id}") or "").strip() for line in lines},
        form.get("over_reason", ""),
        (form.get("note") or "").strip(),
        given={line.id: read_given(form, f"{line.id}-") for line in lines if line.tracks != "none"},
        bins={line.id: (form.get(f"bin-{line.id}") or "").strip()[:40] for line in lines},
    )


class SupplierForm(FlaskForm):
    name = StringField("Name", [InputRequired("A supplier needs a name."), Length(max=80)])
    lead_days = IntegerField(
        "Lead days",
        [InputRequired("How many days?"), NumberRange(0, MOST_DAYS, f"0 to {MOST_DAYS} days.")],
        default=7,
        description="From order to delivery",
    )
    review_days = IntegerField(
        "Review days",
        [InputRequired("How many days?"), NumberRange(0, MOST_DAYS, f"0 to {MOST_DAYS} days.")],
        default=7,
        description="Between two orders to it",
    )
    currency = SelectField(
        "Currency", [InputRequired("Choose one.")], choices=[SelectChoice(code, code) for code in CURRENCIES], default="GBP"
    )

    def command(self, supplier_id: int | None = None, version: int | None = None) -> SaveSupplier:
        days = self.lead_days.data or 0, self.review_days.data or 0
        return SaveSupplier(self.name.data or "", *days, self.currency.data, supplier_id, version)


class SupplySkuForm(FlaskForm):
    sku = StringField("SKU or barcode", [InputRequired("Which SKU?"), Length(max=64)])
    pack_size = IntegerField(
        "Pack size", [InputRequired("1 or more."), NumberRange(1, MOST_UNITS, "1 or more units.")], default=1
    )
    unit_cost = StringField("Unit cost", [Optional()], description="Without tax, up to four decimals")

    def command(self, supplier_id: int, codes: Mapping[str, str]) -> SupplySku:
        """Raises: Invalid, for a cost that is none."""
        typed = (self.sku.data or "").strip()
        try:
            cost = units.price_e4(self.unit_cost.data or "0", "cost")
        except Invalid as error:
            raise Invalid(error.message, fields={"unit_cost": error.message}) from None
        return SupplySku(supplier_id, codes.get(typed, typed), self.pack_size.data or 1, cost)
