"""What forms of every slice have in common: complaints beside their fields, and the values a form was opened with."""

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import flask
from flask_wtf import FlaskForm

from dashboard.kernel.errors import DomainError, Invalid

SAME: Mapping[str, str] = MappingProxyType({})


def show_errors(form: FlaskForm, error: DomainError | None, names: Mapping[str, str] = SAME, other: str = "") -> None:
    """Put an action's complaints beside their fields.

    Args: names: the form's name of an action's field, where they differ. other: the field that takes what names none of the form's;
    its first one without.
    """
    if error is None:
        return
    other = other or next(iter(form._fields))
    for name, message in error.facts.get("fields", {other: error.message}).items():
        field = form._fields.get(names.get(name, name), form._fields[other])
        field.errors = (*field.errors, message)


def opened_with(names: Collection[str]) -> dict[str, Any]:
    """The values this request's form was opened with, by field. Raises: Invalid, for a form somebody took apart."""
    try:
        base = json.loads(flask.request.form.get("base") or "{}")
    except ValueError:
        base = None
    if not isinstance(base, dict) or set(base) - set(names):
        raise Invalid("This form is damaged; load the page again.")
    return base
