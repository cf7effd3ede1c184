"""Quantities: money in integer minor units, unit prices in 1/10,000 of a currency unit, whole stock units."""

from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from babel.core import get_global

from dashboard.kernel.errors import Invalid

MOST_UNITS = 2**31 - 1
MOST_MINOR = 2**53 - 1
PRICE_DIGITS = 4
PRICE_SCALE = 10**PRICE_DIGITS


@cache
def digits(currency: str) -> int:
    """Minor-unit digits of an ISO 4217 currency (GBP 2, JPY 0, KWD 3), from CLDR.

    Raises: Invalid, for a code that is no currency.
    """
    if currency not in get_global("all_currencies"):
        raise Invalid(f"{currency!r} is not an ISO 4217 currency code; use for example GBP or EUR.", currency=currency)
    fractions = get_global("currency_fractions")
    return fractions.get(currency, fractions["DEFAULT"])[0]


def _decimal(text: str | int | Decimal, what: str) -> Decimal:
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        raise Invalid(f"{what} {str(text)[:40]!r} is not a number; write it like 12.50.", value=str(text)[:40]) from None
    if not value.is_finite():
        raise Invalid(f"{what} must be a finite number.", value=str(text)[:40])
    return value


def minor(text: str | int | Decimal, currency: str, what: str = "amount") -> int:
    """'12.50' GBP -> 1250.

    Raises: Invalid, for more digits than the currency has, no number, or an amount beyond 2**53.
    """
    value = _decimal(text, what)
    scaled = value.scaleb(digits(currency))
    if abs(scaled) > MOST_MINOR:
        raise Invalid(f"{what} {value} is too large.", value=str(text)[:40])
    if scaled != scaled.to_integral_value():
        raise Invalid(f"{what} {value} has more digits than {currency} allows ({digits(currency)}).", value=str(text)[:40])
    return int(scaled)


@lru_cache(maxsize=4096)  # shops have few prices
def decimal_text(amount: int, currency: str) -> str:
    """1250 GBP -> '12.50': how the API writes money."""
    return _with_point(amount, digits(currency))


def price_e4(text: str | int | Decimal, what: str = "unit price") -> int:
    """'2.55' -> 25500: a unit price keeps four digits so that 0.001 times 1,000 is exactly 1.

    Raises: Invalid, for more than four digits, below 0, or no number.
    """
    value = _decimal(text, what)
    scaled = value.scaleb(PRICE_DIGITS)
    if scaled != scaled.to_integral_value():
        raise Invalid(f"{what} {value} has more than {PRICE_DIGITS} digits after the point.", value=str(text)[:40])
    if not 0 <= scaled <= MOST_MINOR:
        raise Invalid(f"{what} {value} must be between 0 and {MOST_MINOR // PRICE_SCALE}.", value=str(text)[:40])
    return int(scaled)


@lru_cache(maxsize=4096)
def price_text(e4: int, currency: str) -> str:
    """25500 GBP -> '2.55', 10 -> '0.001': at least the currency's digits, more only where needed."""
    places, least = PRICE_DIGITS, digits(currency)
    while places > least and e4 % 10 == 0:
        e4, places = e4 // 10, places - 1
    return _with_point(e4, places)


def _with_point(scaled: int, places: int) -> str:
    if not places:
        return str(scaled)
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{places}}"


def extended(quantity: int, unit_price_e4: int, currency: str) -> int:
    """quantity x unit price in minor units, rounded half up once, after multiplying."""
    part = 10 ** (PRICE_DIGITS - digits(currency))
    whole, rest = divmod(abs(quantity * unit_price_e4), part)
    whole += 2 * rest >= part
    return whole if quantity * unit_price_e4 >= 0 else -whole


def whole_units(value: object, what: str = "quantity", least: int = 1) -> int:
    """A whole number of units between `least` and 2**31 - 1.

    Raises: Invalid, naming what was given.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        try:
            number = int(str(value).strip())
        except ValueError:
            raise Invalid(f"{what} {str(value)[:40]!r} is not a whole number.", value=str(value)[:40]) from None
        if isinstance(value, bool):
            raise Invalid(f"{what} must be a number.", value=str(value))
    else:
        number = value
    if not least <= number <= MOST_UNITS:
        raise Invalid(f"{what} {number} must be between {least} and {MOST_UNITS}.", value=str(number)[:40])
    return number
