"""Lots and serial numbers as they are typed into a form, beside the units they belong to."""

import datetime as dt
from collections.abc import Mapping

from dashboard.inventory.tracked_units import NOTHING, Given, LotUnits, typed_serials
from dashboard.kernel.errors import Invalid

FIELDS = ("lot", "expires_on", "serials")
LONGEST = {"lot": 200, "expires_on": 20, "serials": 400_000}


def typed_given(tracks: str, units: int, typed: Mapping[str, str]) -> Given:
    """What the fields of a SKU that asks for lots or serial numbers say; nothing, where they are empty. units: that move, above 0.

    Raises: Invalid (fields: expires_on), for what is no day.
    """
    if tracks == "serials":
        numbers = typed_serials(typed.get("serials", ""))
        return Given((), numbers) if numbers else NOTHING
    lot = typed.get("lot", "").strip()
    if tracks != "lots" or not (lot or typed.get("expires_on", "").strip()):
        return NOTHING
    return Given((LotUnits(lot, units, typed_day(typed.get("expires_on", ""))),))


def typed_day(typed: str) -> dt.date | None:
    """A typed day; None for none. Raises: Invalid (fields: expires_on)."""
    try:
        return dt.date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError:
        message = "Write the day like 2027-06-30."
        raise Invalid(message, fields={"expires_on": message}) from None


def field_of(name: str) -> str | None:
    """The form's field that an action's complaint is about (lots.0.expires_on, serials, with any prefix); None for another one."""
    parts = name.split(".")
    if "serials" in parts:
        return "serials"
    if "lots" in parts:
        return "expires_on" if parts[-1] == "expires_on" else "lot"
    return name if name in FIELDS else None
