"""Lots and serial numbers as they are typed into a form, beside the units they belong to: several lots, in a row each."""

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from dashboard.inventory.tracked_units import MOST_LOTS, NOTHING, Given, LotUnits, typed_serials
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid

FIELDS = ("lot", "lot_units", "expires_on", "serials")
LONGEST = {"lot": 200, "lot_units": 20, "expires_on": 20, "serials": 400_000}
ANOTHER = "another"
"""The name of the button that asks for one more row; its value is the prefix of the fields."""


class TypedLot(NamedTuple):
    """One row. units: empty for all, or for those that the other rows leave over."""

    lot: str = ""
    lot_units: str = ""
    expires_on: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(word.strip() for word in self)


@dataclass
class TypedGiven:
    """What one group of fields says. errors: per field, of a row after the first with its place (`lot-1`).

    asks_more: whether its last row has just been asked for.
    """

    rows: list[TypedLot] = field(default_factory=lambda: [TypedLot()])
    serials: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    asks_more: bool = False

    def given(self, tracks: str, count: int) -> Given:
        """What they mean for so many units of a SKU, above 0; nothing, where all are empty.

        Raises: Invalid (fields: as `errors`), for what is no day or no number of units; `errors` has them then.
        """
        if tracks == "serials":
            numbers = typed_serials(self.serials)
            return Given((), numbers) if numbers else NOTHING
        if tracks != "lots":
            return NOTHING
        filled = self._filled()
        counted = {place: self._units(place) for place, row in filled if row.lot_units.strip()}
        days = {place: self._day(place) for place, _ in filled}
        open_ = [place for place, _ in filled if place not in counted]
        if len(open_) > 1:
            self.errors[name_of("lot_units", open_[1])] = "How many units are of this lot?"
        if self.errors:
            raise Invalid(next(iter(self.errors.values())), fields=dict(self.errors))
        rest = count - sum(counted.values())
        return Given(tuple(LotUnits(row.lot.strip(), counted.get(place, rest), days[place]) for place, row in filled))

    def complain(self, name: str, message: str) -> bool:
        """Put an action's complaint (lots, lots.0.expires_on, serials, with any prefix) beside its field. Returns whether it has one."""
        parts = name.split(".")
        if "serials" in parts:
            self.errors["serials"] = message
        elif "lots" in parts:
            told = parts[parts.index("lots") + 1 :]
            filled = self._filled()
            place = filled[int(told[0])][0] if told and int(told[0]) < len(filled) else 0
            what = {"expires_on": "expires_on", "units": "lot_units"}.get(parts[-1], "lot")
            self.errors[name_of(what, place)] = message
        elif name in FIELDS:
            self.errors[name] = message
        else:
            return False
        return True

    def _filled(self) -> list[tuple[int, TypedLot]]:
        return [(place, row) for place, row in enumerate(self.rows) if not row.is_blank]

    def _units(self, place: int) -> int:
        try:
            return units.whole_units(self.rows[place].lot_units, "units")
        except Invalid as error:
            self.errors[name_of("lot_units", place)] = error.message
            return 0

    def _day(self, place: int) -> dt.date | None:
        try:
            return typed_day(self.rows[place].expires_on)
        except Invalid as error:
            self.errors[name_of("expires_on", place)] = error.message
            return None


def name_of(what: str, place: int) -> str:
    """What a field of a row is called in `errors`, and its element after the prefix."""
    return f"{what}-{place}" if place else what


def read_given(form: MultiDict[str, str], prefix: str = "") -> TypedGiven:
    """A group of fields as it was sent; with one more row, when that is what was asked for."""
    columns = [[word[: LONGEST[name]] for word in form.getlist(f"{prefix}{name}")] for name in TypedLot._fields]
    rows = [TypedLot(*words) for words in itertools.islice(itertools.zip_longest(*columns, fillvalue=""), MOST_LOTS)]
    filled = [row for row in rows if not row.is_blank]
    asks_more = form.get(ANOTHER) == (prefix or "-")
    if asks_more or not filled:
        filled.append(TypedLot())
    return TypedGiven(filled, form.get(f"{prefix}serials", "")[: LONGEST["serials"]], asks_more=asks_more)


def wants_another(form: MultiDict[str, str]) -> bool:
    """Whether the form only asks for one more row for a lot: nothing is to be done yet."""
    return ANOTHER in form


def typed_given(tracks: str, count: int, typed: Mapping[str, str]) -> Given:
    """What one row's fields say. count: units that move, above 0. Raises: Invalid, as TypedGiven.given."""
    row = TypedLot(*(typed.get(name, "") for name in TypedLot._fields))
    return TypedGiven([row], typed.get("serials", "")).given(tracks, count)


def typed_day(typed: str) -> dt.date | None:
    """A typed day; None for none. Raises: Invalid (fields: expires_on)."""
    try:
        return dt.date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError:
        message = "Write the day like 2027-06-30."
        raise Invalid(message, fields={"expires_on": message}) from None
