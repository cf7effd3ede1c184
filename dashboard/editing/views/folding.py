"""What of the edit form is folded away: rarely changed, told in one line, and open where somebody has typed or something is wrong."""

from collections.abc import Iterable
from typing import NamedTuple

from dashboard.editing import forms, rules
from dashboard.editing.facts import Facts, LineFacts
from dashboard.editing.forms import EditForm
from dashboard.orders import named
from dashboard.orders.fields import PRIORITIES, SHIPPING_METHODS
from dashboard.orders.named import Named
from dashboard.web.filters import money

MORE = ("discount", "discount_name", "tax", "tax_name", "replace")
SECTIONS = {
    "ship_to": tuple(f"ship_{name}" for name in rules.ADDRESS),
    "shipping": ("shipping_method", "shipping", "priority"),
    "discount": ("order_discount", "order_discount_name"),
    "shortage": ("on_shortage", "stock"),
    "reason": ("reason",),
}
"""Section of the form -> its fields."""
SHORTAGES = {"refuse": "Refuse the change", "backorder": "Backorder what is missing"}


class Fold(NamedTuple):
    """said: what is in it, in one line."""

    said: str
    is_open: bool


def of_lines(form: EditForm) -> dict[int, Fold]:
    """{order line id: its amounts and names, and what replaces it}."""
    kept = forms.opened(form.facts).values
    fields = {line.id: [f"line-{line.id}-{name}" for name in MORE] for line in form.facts.lines}
    return {line.id: Fold(_amounts(line, form.facts.currency), _is_open(form, kept, fields[line.id])) for line in form.facts.lines}


def of_sections(form: EditForm) -> dict[str, Fold]:
    """{section: what the order has there}."""
    kept, facts = forms.opened(form.facts).values, form.facts
    said = {
        "ship_to": _address(facts),
        "shipping": _shipping(facts),
        "discount": "None more",
        "shortage": SHORTAGES["refuse"],
        "reason": "None given",
    }
    return {name: Fold(said[name], _is_open(form, kept, fields)) for name, fields in SECTIONS.items()}


def _is_open(form: EditForm, kept: dict[str, str], names: Iterable[str]) -> bool:
    return any(name in form.errors or form.values.get(name, "") != kept.get(name, "") for name in names if _is_shown(form, name))


def _is_shown(form: EditForm, name: str) -> bool:
    """What was not sent, a line that is new, or a choice that is locked, was not typed."""
    return name in form.values or name in form.errors


def _amounts(line: LineFacts, currency: str) -> str:
    amounts = (("discount", line.discount, line.discounts), ("tax", line.tax, line.taxes))
    said = ", ".join(filter(None, (_amount(word, amount, names, currency) for word, amount, names in amounts)))
    return said[:1].upper() + said[1:] if said else "Discount, tax, replace"


def _amount(word: str, amount: int, names: tuple[Named, ...], currency: str) -> str:
    if not amount:
        return ""
    return f"{word} {money(amount, currency)}" + (f" ({named.joined(names)})" if names else "")


def _address(facts: Facts) -> str:
    header = facts.header
    name, line1, line2, city, region, postal_code, country = (header[f"ship_{name}"] for name in rules.ADDRESS)
    parts = (name, line1, line2, " ".join(filter(None, (postal_code, city))), region, country)
    return ", ".join(filter(None, parts)) or "No address given"


def _shipping(facts: Facts) -> str:
    header = facts.header
    method = SHIPPING_METHODS.get(header["shipping_method"], header["shipping_method"])
    return f"{method}, {money(header['shipping'], facts.currency)}, {PRIORITIES[header['priority']].lower()} priority"
