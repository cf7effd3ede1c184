"""Forms of a customer's page."""

from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from dashboard.customers.rules import DOORS, MOST_TAG, PURPOSES


class CustomerForm(FlaskForm):
    name = StringField("Name", [Optional(), Length(max=200)])
    email = StringField("E-mail", [Optional(), Length(max=254)])
    phone = StringField("Phone", [Optional(), Length(max=40)])


class NoteForm(FlaskForm):
    body = TextAreaField("Note", [InputRequired("Write something first."), Length(max=10_000)])


class TagForm(FlaskForm):
    tag = StringField("Tag", [InputRequired("Write the tag."), Length(max=MOST_TAG)])


class ConsentForm(FlaskForm):
    purpose = SelectField("About", choices=[SelectChoice(key, label) for key, label in PURPOSES.items()])
    granted = SelectField("They said", choices=[SelectChoice("yes", "Yes, they agree"), SelectChoice("no", "No, they withdraw")])
    how = SelectField("How", choices=[SelectChoice(key, label) for key, label in DOORS.items()])


class MergeForm(FlaskForm):
    other = StringField(
        "Customer number", [InputRequired("Give the number of the other customer.")], description="As on its page: Customer 17"
    )

    def other_id(self) -> int | None:
        """None for what is no number of a customer."""
        digits = (self.other.data or "").strip().removeprefix("#")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
