"""Forms of users, tokens, displays and set-up."""

from collections.abc import Sequence
from typing import Any

import flask
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, Optional, Regexp, ValidationError

from dashboard.accounts import passwords, roles, rules


def choices(names: Sequence[str]) -> list[SelectChoice]:
    """Roles as options of a select, in the order of the role table."""
    return [SelectChoice(name, roles.ROLES[name].label) for name in names]


def _email(form: FlaskForm, field: Any) -> None:
    if rules.normal_email(field.data or "") is None:
        raise ValidationError("Write it like name@shop.example.")


def _good_password(form: FlaskForm, field: Any) -> None:
    known = [getattr(form, name).data or "" for name in ("email", "name") if name in form]
    problem = passwords.weakness(field.data or "", [*known, flask.current_app.extensions["orderdeck_config"].shop_name])
    if problem:
        raise ValidationError(problem)


class UserForm(FlaskForm):
    email = EmailField("E-mail", [DataRequired("Say where this person is reached."), Length(max=254), _email])
    name = StringField("Name", [DataRequired("Say who it is."), Length(max=120)])
    role = SelectField("Role", [DataRequired()], choices=choices(roles.PEOPLE), default="support")
    locations = StringField(
        "Locations", [Optional(), Length(max=200)], description="Codes with commas; empty means every location."
    )


class TokenForm(FlaskForm):
    name = StringField(
        "Name", [DataRequired("Say what uses it."), Length(max=120)], description="For example: web shop, label printer."
    )
    role = SelectField(
        "Role",
        [DataRequired()],
        choices=choices(sorted(roles.MACHINES, key=lambda name: roles.ROLES[name].holder)),
        default="channel",
    )
    channel = StringField(
        "Channel",
        [Optional(), Length(max=40), Regexp(r"^[a-z0-9_.-]+$", message="Small letters, digits, dots, dashes.")],
        description="The channel whose orders it creates and reads; needed for the role Channel.",
    )


class DisplayForm(FlaskForm):
    name = StringField("Name", [DataRequired("Say where it hangs."), Length(max=120)], description="For example: packing hall.")
    location = StringField("Location", [Optional(), Length(max=40)], description="A location's code; empty means all.")


class PairingForm(DisplayForm):
    code = StringField(
        "Code on the display",
        [DataRequired("Read it off the display."), Regexp(r"^\s*\d{3}\s?\d{3}\s*$", message="Six digits.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "8"},
    )


class PasswordForm(FlaskForm):
    """A new password, typed twice."""

    password = PasswordField(
        "Password",
        [DataRequired("Choose a password."), _good_password],
        description=f"At least {passwords.SHORTEST} characters; a few unrelated words are better than odd signs.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "Password again",
        [EqualTo("password", "The two are not the same.")],
        render_kw={"autocomplete": "new-password", "required": True},
    )


class FirstOwnerForm(PasswordForm):
    email = EmailField("E-mail", [DataRequired("You sign in with it."), Length(max=254), _email])
    name = StringField("Name", [DataRequired("Say who you are."), Length(max=120)])
