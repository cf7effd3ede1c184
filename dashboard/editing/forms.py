"""The form of an order that is changed: every field as it was typed, the command it means, complaints beside their fields."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.editing import rules
from dashboard.editing.commands import (
    AddLine,
    Change,
    Discount,
    EditOrder,
    RemoveLine,
    ReplaceSku,
    Reprice,
    SetAddress,
    SetPriority,
    SetQuantity,
    SetShipping,
    SetTax,
)
from dashboard.editing.facts import Facts, LineFacts
from dashboard.editing.rules import split_field
from dashboard.kernel import units
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders import named
from dashboard.orders.draft import TypedLine, read_line, read_lines
from dashboard.orders.fields import NAMES_OF
from dashboard.orders.named import Named

NAMES = {
    "quantity": "quantity",
    "unit_price_e4": "unit_price",
    "discount": "discount",
    "tax": "tax",
    "discounts": "discount_name",
    "taxes": "tax_name",
}
"""Field of a line -> the last part of its name in the form (line-12-unit_price)."""
OWN = (
    *(f"ship_{name}" for name in rules.ADDRESS),
    "shipping_method",
    "shipping",
    "priority",
    "order_discount",
    "order_discount_name",
    "on_shortage",
    "reason",
)
SPARE_LINES = 1


@dataclass
class EditForm:
    """values: typed text by name in the form; adds: further lines; base: the fields as the person saw them; keep: theirs or yours."""

    facts: Facts
    values: dict[str, str]
    adds: list[TypedLine]
    base: dict[str, Any]
    version: int
    expected: str | None = None
    keep: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def of(self, line: LineFacts, name: str) -> str:
        """What is typed for a line: quantity, unit_price, tax, discount, replace; remove: '1' or ''."""
        return self.values.get(f"line-{line.id}-{name}", "")

    def command(self, codes: Mapping[str, str]) -> EditOrder:
        """What the form means. codes: {typed word: SKU code}, for barcodes.

        Raises: Invalid, after putting every complaint beside its field.
        """
        changes = [change for line in self.facts.lines for change in self._line(line, codes)]
        changes += [change for add in self.adds if not add.is_blank and (change := self._add(add, codes))]
        changes += self._order()
        if self.errors or any(add.errors for add in self.adds):
            raise Invalid("Look at the marked fields.", fields=dict(self.errors))
        leave = frozenset(name for name, side in self.keep.items() if side == "theirs")
        return EditOrder(
            self.facts.id,
            tuple(changes),
            self.version,
            self.base,
            self.values["on_shortage"],
            self.values["reason"].strip(),
            self.expected,
            leave,
        )

    def complain(self, error: DomainError) -> None:
        """Put what the action refused beside the fields it is about."""
        asked = [line for line in self.adds if not line.is_blank]
        for name, message in error.facts.get("fields", {}).items():
            place, _, what = name.removeprefix("adds.").partition(".")
            if name.startswith("adds.") and place.isdecimal() and int(place) < len(asked):
                asked[int(place)].errors[{"unit_price_e4": "unit_price"}.get(what, what)] = message
            else:
                self.errors[_typed_name(name)] = message
        for fact in error.facts.get("short", ()):
            more = f", {fact['backorder']} may be backordered" if "backorder" in fact else ""
            self.errors["stock"] = f"{fact['sku']}: {fact.get('wanted', 0)} wanted, {fact.get('available', 0)} available{more}"
        if not self.errors and not any(line.errors for line in self.adds):
            self.errors["form"] = error.message

    def _line(self, line: LineFacts, codes: Mapping[str, str]) -> list[Change]:
        if f"line-{line.id}-quantity" not in self.values:
            return []
        currency = self.facts.currency
        if self.of(line, "remove"):
            return self._removal(line)
        quantity = self._read(line, "quantity", lambda text: units.whole_units(text or "0", "units", least=0))
        found: list[Change] = []
        if replacement := self.of(line, "replace").strip():
            found.append(ReplaceSku(line.id, codes.get(replacement, replacement), quantity))
        elif quantity is not None:
            found.append(SetQuantity(line.id, quantity))
        price = self._read(line, "unit_price", units.price_e4)
        tax = self._read(line, "tax", lambda text: units.minor(text or "0", currency, "tax"))
        discount = self._read(line, "discount", lambda text: units.minor(text or "0", currency, "discount"))
        if price is not None:
            found.append(Reprice(line.id, price))
        if tax is not None:
            found.append(SetTax(line.id, tax, self._names(line, "taxes", tax)))
        names = self._names(line, "discounts", discount) if discount is not None else None
        if discount is not None and (discount != line.discount or names is not None):
            found.append(Discount(line.id, amount=discount, names=names))
        return found

    def _removal(self, line: LineFacts) -> list[Change]:
        if self.of(line, "replace").strip():
            self.errors[f"line-{line.id}-replace"] = "Either replace the line or remove it."
        return [RemoveLine(line.id)]

    def _names(self, line: LineFacts, field: str, amount: int) -> tuple[Named, ...] | None:
        """The names that are typed for an amount; None where nobody changed them: they go with it."""
        key = f"line-{line.id}-{NAMES[field]}"
        seen = self.base.get(rules.field_of(line.id, field), named.encode(getattr(line, field)))
        if key not in self.values or self.values[key].strip() == _text(field, seen, self.facts.currency):
            return None
        try:
            return named.read(self.values[key], amount, self.facts.currency)
        except Invalid as error:
            self.errors[key] = error.message
            return None

    def _read(self, line: LineFacts, name: str, read: Any) -> Any:
        """None, with a complaint, for what is none; also for a field that was not shown."""
        key = f"line-{line.id}-{name}"
        if key not in self.values:
            return None
        try:
            return read(self.values[key].strip())
        except Invalid as error:
            self.errors[key] = error.message
            return None

    def _add(self, add: TypedLine, codes: Mapping[str, str]) -> AddLine | None:
        line = read_line(add, self.facts.currency)
        if line is None:
            return None
        money = (line.unit_price_e4, line.tax, line.discount, line.taxes, line.discounts)
        return AddLine(codes.get(line.sku, line.sku), line.quantity, *money)

    def _order(self) -> list[Change]:
        values = self.values
        found: list[Change] = []
        address = {name: values[f"ship_{name}"] for name in rules.ADDRESS if f"ship_{name}" in values}
        if address:
            found.append(SetAddress(address))
        price = None
        if "shipping" in values:
            try:
                price = units.minor(values["shipping"].strip() or "0", self.facts.currency, "shipping price")
            except Invalid as error:
                self.errors["shipping"] = error.message
        found.append(SetShipping(values.get("shipping_method"), price))
        if "priority" in values:
            try:
                found.append(SetPriority(int(values["priority"])))
            except ValueError:
                self.errors["priority"] = "Choose one of the list."
        if discount := values.get("order_discount", "").strip():
            found += self._discount(discount, values.get("order_discount_name", "").strip())
        return found

    def _discount(self, typed: str, name: str) -> list[Change]:
        """'10 %' or '5.00', over the whole order."""
        try:
            if typed.endswith("%"):
                return [Discount(percent=units.whole_units(typed[:-1], "percent", least=0), name=name)]
            return [Discount(amount=units.minor(typed, self.facts.currency, "discount"), name=name)]
        except Invalid as error:
            self.errors["order_discount"] = error.message
            return []


def opened(facts: Facts) -> EditForm:
    """The form as it is first shown."""
    fields = rules.fields_of(facts)
    values = {_typed_name(name): _text(name, value, facts.currency) for name, value in fields.items()}
    values |= {"order_discount": "", "order_discount_name": "", "on_shortage": "refuse", "reason": ""}
    return EditForm(facts, values, [TypedLine(place) for place in range(SPARE_LINES)], rules.fields_of(facts), facts.version)


def _text(name: str, value: Any, currency: str) -> str:
    """A field's value as it is typed."""
    what = split_field(name)[1]
    if what == "unit_price_e4":
        return units.price_text(value, currency)
    if what in NAMES_OF:
        return named.typed(named.decode(value), currency)
    return units.decimal_text(value, currency) if what in ("discount", "tax", "shipping") else str(value)


def follow(form: EditForm) -> None:
    """Show what others changed meanwhile in the fields this person left alone."""
    for name, now in rules.fields_of(form.facts).items():
        typed, seen = _typed_name(name), form.base.get(name, now)
        if seen != now and form.values.get(typed) == _text(name, seen, form.facts.currency):
            form.values[typed] = _text(name, now, form.facts.currency)
            form.base[name] = now


def fill(form: EditForm) -> None:
    """Show what this person has not seen yet, a line that somebody added meanwhile, as it is: left empty, it would be taken off."""
    for name, now in rules.fields_of(form.facts).items():
        if (typed := _typed_name(name)) not in form.values:
            form.values[typed] = _text(name, now, form.facts.currency)
            form.base.setdefault(name, now)


def sent(facts: Facts, form: Mapping[str, str]) -> EditForm:
    """The form as it was sent.

    Raises: Invalid, for one somebody took apart.
    """
    wanted = {f"line-{line.id}-{name}" for line in facts.lines for name in (*NAMES.values(), "replace", "remove")} | set(OWN)
    values = {name: form[name] for name in wanted if name in form}
    values = {"order_discount": "", "order_discount_name": "", "on_shortage": "refuse", "reason": "", **values}
    keep = {name.removeprefix("keep_"): side for name, side in form.items() if name.startswith("keep_")}
    adds = read_lines(form) or [TypedLine(place) for place in range(SPARE_LINES)]
    version = form.get("version", "")
    if not version.isascii() or not version.isdigit():
        raise Invalid("This form is damaged; load the page again.")
    return EditForm(facts, values, adds, _base(form.get("base", "")), int(version), form.get("expected") or None, keep)


def _base(text: str) -> dict[str, Any]:
    try:
        base = json.loads(text or "{}")
    except ValueError:
        base = None
    if not isinstance(base, dict) or not all(isinstance(value, str | int) for value in base.values()):
        raise Invalid("This form is damaged; load the page again.")
    return base


def _typed_name(name: str) -> str:
    """'line:12:unit_price_e4' -> 'line-12-unit_price'."""
    line_id, what = split_field(name)
    if line_id is not None:
        return f"line-{line_id}-{NAMES.get(what, what)}"
    return f"order_{name}" if name in ("discount", "discount_name") else name


def typed_words(form: EditForm) -> set[str]:
    """What may be a SKU code or a barcode."""
    words = {add.sku.strip() for add in form.adds} | {form.of(line, "replace").strip() for line in form.facts.lines}
    return words - {""}
