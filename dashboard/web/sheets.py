"""Stylesheets as they are sent: those that always go together as one file, each without what only its writers read."""

import hashlib
import re
from functools import cache
from pathlib import Path

import flask

TOGETHER = {
    "css/desk-pages.css": ("tokens", "base", "panels", "components", "ops"),
    "css/list-pages.css": ("list", "bulk"),
    "css/customer-pages.css": ("tokens", "base", "panels", "tracking"),
}
"""Name of the file that is asked for -> the files under static/css it is made of; any other is made of itself."""
NAME = re.compile(r"css/([a-z-]+)\.css")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
TOKEN = re.compile(r"""("[^"]*")|\s*([{};,])\s*|(:)\s|\s+""")


def send(folder: str, name: str) -> flask.Response | None:
    """The stylesheet of that name under the folder of static files; None if there is none."""
    sheet = content(folder, name)
    if sheet is None:
        return None
    response = flask.Response(sheet, mimetype="text/css")
    response.set_etag(hashlib.sha256(sheet).hexdigest()[:16])
    response.cache_control.public = True
    response.cache_control.max_age = flask.current_app.get_send_file_max_age(name)
    response.make_conditional(flask.request, accept_ranges=True, complete_length=len(sheet))
    return response


@cache
def content(folder: str, name: str) -> bytes | None:
    """What `send` sends."""
    if not (found := NAME.fullmatch(name)):
        return None
    files = [Path(folder) / "css" / f"{part}.css" for part in TOGETHER.get(name, (found[1],))]
    if not all(file.is_file() for file in files):
        return None
    return squeezed("".join(file.read_text(encoding="utf-8") for file in files)).encode()


def squeezed(css: str) -> str:
    """The same rules without comments and without the space that says nothing; space in quotes stays."""
    return TOKEN.sub(_shorter, COMMENT.sub("", css)).replace(";}", "}").strip()


def _shorter(token: re.Match[str]) -> str:
    return token[1] or token[2] or token[3] or " "
