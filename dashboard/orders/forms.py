"""Forms of orders: holds, notes, cancelling."""

import datetime as dt

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from dashboard.kernel.errors import Invalid
from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS, RELEASES


class HoldForm(FlaskForm):
    kind = SelectField("Why", choices=[SelectChoice(kind, label) for kind, label in HOLD_KINDS.items()], default="manual")
    note = TextAreaField("Note", [Optional(), Length(max=10_000)], description="What has to happen before it goes on")
    until = StringField("Until", [Optional()], description="Released by itself then; leave empty to keep it")
    release_when = SelectField(
        "Or until",
        choices=[
            SelectChoice("", "Somebody releases it"),
            *(SelectChoice(key, f"By itself when {words}") for key, words in RELEASES.items()),
        ],
        default="",
        validators=[Optional()],
    )

    def until_at(self, zone: dt.tzinfo) -> dt.datetime | None:
        """Raises: Invalid, for what is no date and time."""
        text = (self.until.data or "").strip()
        if not text:
            return None
        try:
            return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise Invalid("Until is no date and time.", fields={"until": "write it like 2026-11-22T16:30"}) from None


class NoteForm(FlaskForm):
    body = TextAreaField("Note", [InputRequired("Write something first."), Length(max=10_000)])


class CancelForm(FlaskForm):
    reason = SelectField(
        "Why",
        choices=[SelectChoice(reason, label) for reason, label in {"": "Choose a reason", **CANCEL_REASONS}.items()],
        validators=[InputRequired("Choose why.")],
    )
    notify = BooleanField("Tell the customer by e-mail")


class ReleaseForm(FlaskForm):
    reason = StringField("What was settled", [Optional(), Length(max=200)])
