"""The form that opens a count."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from dashboard.counts.commands import OpenCount
from dashboard.counts.rules import MOST_LINES


class OpenForm(FlaskForm):
    """Choose a location and SKUs."""

    location = SelectField("Location", [InputRequired("Choose a location.")])
    skus = TextAreaField(
        "SKUs",
        [InputRequired("Name at least one SKU."), Length(max=20_000)],
        description=f"Codes or barcodes, one per line, at most {MOST_LINES}",
    )
    note = StringField("Note", [Length(max=500)], description="For the counters, like “aisle 4 only”")

    def command(self) -> OpenCount:
        words = (self.skus.data or "").replace(",", "\n").replace(";", "\n").splitlines()
        return OpenCount(
            self.location.data, tuple(word.strip() for word in words if word.strip()) or ("",), (self.note.data or "").strip()
        )
