"""Taxes and discounts by name: 'VAT 19 %', 'SUMMER10'. What a line's names of one kind add up to is its tax, or its discount. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dashboard.kernel import text, units
from dashboard.kernel.errors import Invalid

KINDS = ("tax", "discount")
LONGEST = 80
MOST = 10
"""Names of one kind on a line."""
WITHOUT_NAME = "Other"


class Named(NamedTuple):
    """amount: minor units, 0 or more. name: '' for the part of a sum that has none."""

    name: str
    amount: int


def summed(entries: Iterable[Named]) -> int:
    return sum(entry.amount for entry in entries)


def by_name(entries: Iterable[Named]) -> list[Named]:
    """One per name, in the order of their first mention."""
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.name] = found.get(entry.name, 0) + entry.amount
    return [Named(*pair) for pair in found.items()]


def trouble(entries: Sequence[Named], amount: int) -> str:
    """Why these cannot be the names of an amount, '' when they can."""
    if len(entries) > MOST:
        return f"at most {MOST} names"
    names = [entry.name for entry in entries]
    if len(set(names)) < len(names):
        return "the same name twice"
    for entry in entries:
        if found := text.trouble(entry.name, LONGEST):
            return found
        if not 0 <= entry.amount <= units.MOST_MINOR:
            return "an amount is out of range"
    return "" if not entries or summed(entries) == amount else "the names do not add up to the amount"


def encode(entries: Sequence[Named]) -> str:
    """As a field of an edit holds them; '' for none."""
    return json.dumps([list(entry) for entry in entries], ensure_ascii=False, separators=(",", ":")) if entries else ""


def decode(encoded: str) -> tuple[Named, ...]:
    """The way back. Raises: Invalid, for what is no such text."""
    try:
        return tuple(Named(str(name), int(amount)) for name, amount in (json.loads(encoded) if encoded else ()))
    except (ValueError, TypeError):
        raise Invalid("This form is damaged; load the page again.") from None


def joined(entries: Sequence[Named]) -> str:
    """'VAT 19 %, City tax'."""
    return ", ".join(entry.name or WITHOUT_NAME for entry in entries)


def typed(entries: Sequence[Named], currency: str) -> str:
    """As people type them: one name is the whole amount, several say theirs: 'VAT 19 % = 3.80; City tax = 0.20'."""
    if len(entries) == 1:
        return entries[0].name
    return "; ".join(f"{entry.name or WITHOUT_NAME} = {units.decimal_text(entry.amount, currency)}" for entry in entries)


def read(words: str, amount: int, currency: str) -> tuple[Named, ...]:
    """What people typed as names of an amount.

    Raises: Invalid, for amounts that do not add up to it, and names that are none.
    """
    parts = [part.strip() for part in words.split(";") if part.strip()]
    if not parts or not amount:
        return ()
    alone = len(parts) == 1 and "=" not in parts[0]
    found = [Named(parts[0], amount)] if alone else [_part(part, currency) for part in parts]
    if why := trouble(found, amount):
        raise Invalid(f"Names: {why}. Write one name, or each with its amount: VAT 19 % = 3.80; City tax = 0.20.")
    return tuple(found)


def _part(part: str, currency: str) -> Named:
    name, _, amount = part.rpartition("=")
    if not name.strip():
        raise Invalid("Write each name with its amount: VAT 19 % = 3.80; City tax = 0.20.")
    name = name.strip()
    return Named("" if name == WITHOUT_NAME else name, units.minor(amount.strip(), currency, name[:LONGEST]))
