"""What was typed into a form that was not taken, because its session had ended: kept in the answer, to be sent again."""

import re
from typing import NamedTuple

import flask

from dashboard.web import access, form_tokens
from dashboard.web.security import SAFE

SECRET = re.compile(r"passw|passcode|secret|token|otp", re.IGNORECASE)
MACHINERY = re.compile(r"_.*|v|version|expected|base|next|from|act|.*[-_](id|version)")
"""Fields no person typed: sent again, and not shown."""


class Kept(NamedTuple):
    """A form to be sent again.

    action: the path it goes to. fields: (name, value) as they came. typed: (label, value) of what a person can recognise.
    left_out: {name: (label, input type)} of what is not kept, a password or a file, and has to be given again.
    """

    action: str
    fields: list[tuple[str, str]]
    typed: list[tuple[str, str]]
    left_out: dict[str, tuple[str, str]]


def is_over() -> bool:
    """Whether this request sent a form of a page that somebody signed in had; not one about signing in itself."""
    request = flask.request
    return request.method not in SAFE and request.blueprint != "security" and form_tokens.page_owner() is not None


def is_from_form() -> bool:
    """Whether htmx sent a whole form, and not one button or a preview of what is being typed."""
    return flask.request.headers.get("HX-Source", "").partition("#")[0] == "form"


def kept_form() -> Kept:
    """This request's form. Secrets and files are not in it."""
    request = flask.request
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != form_tokens.FIELD]
    fields = [(name, value) for name, value in sent if not SECRET.search(name)]
    typed = [(label(name), value) for name, value in fields if value.strip() and not MACHINERY.fullmatch(name)]
    left_out = {name: (label(name), "password") for name, value in sent if value and SECRET.search(name)}
    left_out |= {name: (label(name), "file") for name, file in request.files.items() if file.filename}
    return Kept(access.local_path(request.full_path.rstrip("?")), fields, typed, left_out)


def label(name: str) -> str:
    """A field's name as words: `ship_city` is Ship city."""
    return re.sub(r"[-_]+", " ", name).strip().capitalize()
