"""The forms of bins: new ones, put away, move."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway
from dashboard.inventory.bin_rules import LAST_ORDER, STATES
from dashboard.inventory.bins import MOST_AT_ONCE
from dashboard.inventory.forms import choices
from dashboard.kernel.units import MOST_UNITS

PICKED, ASIDE = "1", ""
WHOLE = NumberRange(1, MOST_UNITS, "1 or more whole units.")


class NewBinsForm(FlaskForm):
    codes = TextAreaField(
        "Codes",
        [InputRequired("Name at least one bin."), Length(max=10_000)],
        description=f"As on their labels, one per line, at most {MOST_AT_ONCE}",
    )
    pick_order = IntegerField(
        "Pick order",
        [InputRequired("Give a number."), NumberRange(0, LAST_ORDER, f"0 to {LAST_ORDER}.")],
        default=0,
        description="Of the first one: lower is walked to earlier",
    )
    pickable = RadioField(
        "Kind", choices=choices([(PICKED, "Pick bin"), (ASIDE, "Set aside: returns, repair, quarantine")]), default=PICKED
    )

    def command(self, location: str) -> CreateBins:
        words = (self.codes.data or "").replace(",", "\n").replace(";", "\n").splitlines()
        return CreateBins(location, tuple(words), self.pick_order.data or 0, self.pickable.data == PICKED)


class PutAwayForm(FlaskForm):
    """What a scanner types: a SKU, a bin; Enter sends it."""

    sku = StringField("SKU or barcode", [InputRequired("Scan or type a SKU."), Length(max=64)])
    bin = StringField("Bin", [InputRequired("Scan or type a bin."), Length(max=30)])
    units = IntegerField("Units", [InputRequired("How many units?"), WHOLE])
    state = SelectField("They are", choices=choices(STATES.items()), default="sellable", description="For a bin that is not picked from")

    def command(self, location: str) -> PutAway:
        return PutAway(self.sku.data or "", location, self.bin.data or "", self.units.data or 0, self.state.data)


class MoveForm(FlaskForm):
    """Out of one bin, into another or none."""

    sku = SelectField("SKU", [InputRequired("Choose a SKU.")])
    units = IntegerField("Units", [InputRequired("How many units?"), WHOLE])
    to_bin = StringField("To bin", [Length(max=30)], description="Empty: out of this bin, into none")

    def command(self, location: str, from_bin: str) -> MoveUnits:
        return MoveUnits(self.sku.data or "", location, from_bin, self.to_bin.data or "", self.units.data or 0)
