"""The form of an import."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from dashboard.channels import mapping


class TableForm(FlaskForm):
    """A table of stock or of the catalogue."""

    file = FileField(
        "File", [FileRequired("Choose a file.")], description="CSV or CSV packed with gzip, up to 5 MB and 100,000 rows"
    )
    dry_run = BooleanField("Dry run first", default=True, description="Says what would happen and writes nothing")


class ImportForm(FlaskForm):
    file = FileField(
        "File", [FileRequired("Choose a file.")], description="CSV or CSV packed with gzip, up to 5 MB and 10,000 rows"
    )
    channel = StringField(
        "Channel",
        [InputRequired("Name the channel the orders come from.")],
        description="Lower-case letters, digits and dashes, for example uk-store. Orders are told apart by channel and external id.",
    )
    mapping = SelectField(
        "Mapping", [InputRequired("Choose a mapping.")], description="Which column is which field, and what each kind of row is"
    )
    dry_run = BooleanField("Dry run first", default=True, description="Says what would happen and writes nothing")

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.mapping.choices = [(key, found.name) for key, found in mapping.shipped().items()]
