"""Cells to values: numbers, money and moments as the mapping says the file writes them. No guessing."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from dashboard.channels.mapping import Format
from dashboard.kernel import clock, units
from dashboard.kernel.errors import Invalid

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")
LONGEST_NUMBER = 40
CACHED = 4096
FORMULA = re.compile(r"'*[=+\-@\t\r\n\x00]")
SPACES = re.compile(r"[\u0020\u00a0\u202f]")


class Cells:
    """Readers of one file's cells. Each remembers what it read: most cells of a column repeat."""

    def __init__(self, format_: Format):
        self._format = format_
        self._zone = zoneinfo.ZoneInfo(format_.time_zone)
        self.number: Callable[[str, str], Decimal] = lru_cache(CACHED)(self._number)
        self.quantity: Callable[[str], int] = lru_cache(CACHED)(self._quantity)
        self.unit_price: Callable[[str], int] = lru_cache(CACHED)(self._unit_price)
        self.money: Callable[[str, str, str], int] = lru_cache(CACHED)(self._money)
        self.moment: Callable[[str], int] = lru_cache(CACHED)(self._moment)

    def _number(self, text: str, what: str) -> Decimal:
        """Raises: Invalid, unless the text is a plain decimal number in the file's way of writing."""
        plain = text.strip()
        if self._format.thousands:
            plain = SPACES.sub("", plain) if self._format.thousands == " " else plain.replace(self._format.thousands, "")
        if self._format.decimal == ",":
            plain = plain.replace(".", "?").replace(",", ".")
        if len(plain) > LONGEST_NUMBER or not NUMBER.match(plain):
            example = "1234" + self._format.decimal + "50"
            raise Invalid(f"{what} {text[:40]!r} is not a number; this file writes numbers like {example}.")
        return Decimal(plain)

    def _quantity(self, text: str) -> int:
        """Whole units, of either sign. Raises: Invalid, for a fraction or more than 2**31 - 1."""
        value = self._number(text, "quantity")
        if value != value.to_integral_value() or abs(value) > units.MOST_UNITS:
            raise Invalid(f"quantity {text[:40]!r} is not a whole number up to {units.MOST_UNITS}.")
        return int(value)

    def _unit_price(self, text: str) -> int:
        return units.price_e4(self._number(text, "unit price"))

    def _money(self, text: str, currency: str, what: str) -> int:
        return units.minor(self._number(text, what), currency, what)

    def _moment(self, text: str) -> int:
        """Microseconds since 1970 of a moment in one of the file's formats; local times are of the file's zone."""
        for pattern in self._format.dates:
            at = _parsed(text.strip(), pattern)
            if at is not None:
                zoned = at if at.tzinfo else at.replace(tzinfo=self._zone)
                try:
                    return clock.micros(zoned.astimezone(dt.UTC))
                except OverflowError:
                    break
        raise Invalid(f"{text[:40]!r} is not a moment; this file writes them as {' or '.join(self._format.dates)}.")


def _parsed(text: str, pattern: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text) if pattern == "iso" else dt.datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return None


def formula_safe(cell: Any) -> str:
    """The cell as a spreadsheet may open it: one that would run as a formula is prefixed with an apostrophe.

    A cell that looks prefixed already gets one more, so that `formula_plain` gives every cell back as it was.
    Source: OWASP, CSV Injection; TRUST.md section 3 adds NUL.
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) else text


def formula_plain(cell: str) -> str:
    """The cell as it was before `formula_safe`."""
    return cell[1:] if cell[:1] == "'" and FORMULA.match(cell[1:]) else cell
