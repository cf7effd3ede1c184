"""Stylesheets that always go together, sent as one file: a page waits for one answer before it paints instead of four."""

import hashlib
from functools import cache
from pathlib import Path

import flask

TOGETHER = {
    "css/desk-pages.css": ("tokens", "base", "components", "ops"),
    "css/customer-pages.css": ("tokens", "base", "components", "tracking"),
}
"""Name of the file that is asked for -> the files under static/css it is made of."""


def send(folder: str, name: str) -> flask.Response:
    """The joined file."""
    sheet = content(folder, name)
    response = flask.Response(sheet, mimetype="text/css")
    response.set_etag(hashlib.sha256(sheet).hexdigest()[:16])
    response.cache_control.public = True
    response.cache_control.max_age = flask.current_app.get_send_file_max_age(name)
    return response.make_conditional(flask.request)


@cache
def content(folder: str, name: str) -> bytes:
    return b"".join((Path(folder) / "css" / f"{part}.css").read_bytes() for part in TOGETHER[name])
