"""Pure rules of sign-in: addresses, names, locations and how long an account rests after wrong tries."""

import datetime as dt
from typing import Any

from email_validator import EmailNotValidError, validate_email

EMAIL: dict[str, Any] = {"check_deliverability": False, "globally_deliverable": False, "test_environment": True}
"""How an address is read: nothing is looked up, and one of the shop's own network (ops@shop.lan) is as good as any."""

TRIES = 5
FIRST_REST = 30  # seconds
LONGEST_REST = 15 * 60  # seconds


def rest_after(failures: int) -> int:
    """Seconds an account rests after so many wrong tries in a row: none for the first four, then 30, 60, 120 ... 900."""
    if failures < TRIES:
        return 0
    return min(FIRST_REST * 2 ** (failures - TRIES), LONGEST_REST)


def is_resting(locked_until: dt.datetime | None, now: dt.datetime) -> bool:
    return locked_until is not None and now < locked_until


def normal_email(text: str) -> str | None:
    """The address as it is kept and compared; None when it is not one."""
    try:
        return validate_email(text.strip(), **EMAIL).normalized.lower()
    except EmailNotValidError:
        return None


def location_codes(text: str | None) -> tuple[str, ...] | None:
    """'north, south' -> ('north', 'south'); nothing means every location."""
    codes = tuple(code.strip() for code in (text or "").split(",") if code.strip())
    return codes or None
