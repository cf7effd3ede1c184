"""One form with every kind of field, as a person left it and as the server refused it."""

from wtforms import (
    BooleanField,
    EmailField,
    Form,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)


class SampleForm(Form):
    name = StringField("Name", [validators.DataRequired("Write the customer's name.")], description="As it stands on the parcel.")
    email = EmailField("E-mail", [validators.Regexp(r".+@.+", message="Write it like name@shop.example.")])
    units = IntegerField("Units", [validators.NumberRange(1, 99, "Between 1 and 99.")])
    channel = SelectField("Channel", choices=[SelectChoice("web", "Web shop"), SelectChoice("phone", "Phone")])
    note = TextAreaField("Note", [validators.Length(max=20, message="At most 20 characters.")])
    gift = BooleanField("Wrap it as a gift")


def filled() -> SampleForm:
    return SampleForm(data={"name": "Ada Byron", "email": "ada@shop.example", "units": 2, "channel": "phone"})


def refused() -> SampleForm:
    """The same fields with an error each."""
    form = SampleForm(
        prefix="bad", data={"name": "", "email": "ada", "units": 100, "channel": "fax", "note": "Longer than anybody would read."}
    )
    form.validate()
    return form
