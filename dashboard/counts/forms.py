"""The form that opens a count."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from dashboard.counts.commands import OpenCount
from dashboard.counts.rules import MOST_LINES


class OpenForm(FlaskForm):
    """Choose a location and SKUs."""

    location = SelectField("Location", [InputRequired("Choose a location.")])
    bin = StringField("Bin", [Length(max=30)], description="To count only what lies in one bin; without SKUs, all of it")
    skus = TextAreaField("SKUs", [Length(max=20_000)], description=f"Codes or barcodes, one per line, at most {MOST_LINES}")
    note = StringField("Note", [Length(max=500)], description="For the counters, like “aisle 4 only”")

    def command(self) -> OpenCount:
        words = (self.skus.data or "").replace(",", "\n").replace(";", "\n").splitlines()
        skus = tuple(word.strip() for word in words if word.strip()) or ("",)
        return OpenCount(self.location.data, skus, (self.note.data or "").strip(), bin=(self.bin.data or "").strip())
