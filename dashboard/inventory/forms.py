"""The forms of stock: adjust a balance, create or change a location."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import flask
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from dashboard.inventory.calendars import WEEKDAYS
from dashboard.inventory.commands import AdjustStock, CreateLocation
from dashboard.inventory.locations import KINDS
from dashboard.inventory.model import Location
from dashboard.inventory.rules import REASONS
from dashboard.inventory.tracked_typed import TypedGiven, read_given
from dashboard.kernel.units import MOST_UNITS

CHANGE, SET = "change", "set"
LABELS = {
    "name": "Name",
    "kind": "Kind",
    "time_zone": "Time zone",
    "cutoff": "Cut-off",
    "working_days": "Working days",
    "holidays": "Holidays",
    "priority": "Priority",
    "active": "In use",
}


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class AdjustForm(FlaskForm):
    """Change on hand by some units, or set it to a counted figure. expected: the figure the person saw."""

    location = SelectField("Location", [InputRequired("Choose a location.")])
    how = SelectField(
        "How",
        [InputRequired("Choose how.")],
        choices=[SelectChoice(CHANGE, "Change by"), SelectChoice(SET, "Set to")],
        default=CHANGE,
    )
    units = IntegerField(
        "Units",
        [InputRequired("How many units?"), NumberRange(-MOST_UNITS, MOST_UNITS, "A whole number of units.")],
        description="−2 takes two away",
    )
    reason = SelectField(
        "Reason", choices=choices([("", "Choose why"), *REASONS.items()]), validators=[InputRequired("Choose why.")]
    )
    note = StringField("Note", [Length(max=500)])
    bin = StringField("Bin", [Length(max=30)], description="Empty: what lies in no bin first")
    expected = HiddenField()

    @cached_property
    def given(self) -> TypedGiven:
        """What was typed about lots and serial numbers."""
        return read_given(flask.request.form)

    def command(self, sku: str, tracks: str = "none") -> AdjustStock:
        """tracks: of the SKU. Raises: Invalid, for lots that cannot be read."""
        units, expected = self.units.data or 0, _number(self.expected.data)
        is_set = self.how.data == SET
        moved = abs(units - (expected or 0) if is_set else units)
        return AdjustStock(
            sku,
            self.location.data,
            self.reason.data,
            change=None if is_set else units,
            on_hand=units if is_set else None,
            expected=expected if is_set else None,
            note=self.note.data or "",
            given=self.given.given(tracks, moved),
            bin=self.bin.data or "",
        )


def _number(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 18 else None


class SelectMultipleCheckboxField(SelectMultipleField):
    """Several of a few: a box for each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LocationForm(FlaskForm):
    """What can be changed later; the code cannot."""

    name = StringField("Name", [InputRequired("A location needs a name."), Length(max=80)])
    kind = SelectField("Kind", [InputRequired("Choose a kind.")], choices=choices(KINDS.items()))
    time_zone = StringField(
        "Time zone", [InputRequired("Give a time zone.")], default="Europe/London", description="Like Europe/London"
    )
    cutoff = TimeField(
        "Cut-off", [InputRequired("Give a time of day.")], description="Orders placed before it leave the same working day"
    )
    working_days = SelectMultipleCheckboxField("Working days", choices=choices(WEEKDAYS.items()), default=list("12345"))
    holidays = TextAreaField("Holidays", [Length(max=4000)], description="Dates like 2026-12-25, one per line: nothing leaves on them")
    priority = IntegerField(
        "Priority",
        [InputRequired("Give a number."), NumberRange(1, 1000, "1 to 1000.")],
        default=1,
        description="1 gives stock first",
    )
    active = BooleanField("In use", default=True, description="Off: its stock is not offered for new orders")

    def fields(self) -> dict[str, Any]:
        cutoff = self.cutoff.data
        return {
            "name": self.name.data or "",
            "kind": self.kind.data,
            "time_zone": (self.time_zone.data or "").strip(),
            "cutoff": cutoff.hour * 60 + cutoff.minute,
            "working_days": "".join(sorted(self.working_days.data or [])),
            "holidays": " ".join((self.holidays.data or "").split()),
            "priority": self.priority.data or 1,
            "active": bool(self.active.data),
        }


class NewLocationForm(LocationForm):
    code = StringField(
        "Code",
        [InputRequired("A location needs a code."), Length(max=20)],
        description="Short, like NORTH; it cannot be changed later",
    )

    def command(self) -> CreateLocation:
        return CreateLocation(code=self.code.data or "", **self.fields())


def values_of(location: Location) -> dict[str, Any]:
    return {name: getattr(location, name) for name in LABELS}


def time_text(minutes: int) -> str:
    """990 -> '16:30'."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def shown(name: str, value: Any) -> str:
    """A value as words, for the table of differences."""
    if name == "cutoff":
        return time_text(value)
    if name == "working_days":
        return ", ".join(WEEKDAYS[day] for day in value)
    if name == "kind":
        return KINDS.get(value, value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
