"""/theme and /sounds: how the pages look and sound for one person, or one visitor; /shortcuts: their keys; /signed-in."""

import flask

from dashboard.accounts.actions import THEMES, set_sounds, set_theme
from dashboard.accounts.commands import SetSounds, SetTheme
from dashboard.kernel import clock
from dashboard.kernel.db import write
from dashboard.kernel.errors import Invalid
from dashboard.web import access
from dashboard.web.access import PUBLIC, requires
from dashboard.web.htmx import redirect, wants_part

blueprint = flask.Blueprint("preferences", __name__)
YEAR = 31_536_000


@blueprint.post("/theme")
@requires(PUBLIC)
def update_theme() -> flask.Response:
    theme = flask.request.form.get("theme", "")
    if theme not in THEMES:
        raise Invalid("There is no such theme.", fields={"theme": "auto, light or dark"})
    actor = access.current()
    if actor is not None and actor.kind == "user":
        write(set_theme, SetTheme(int(actor.id), theme), actor, clock.now())
    response = redirect(access.local_path(flask.request.form.get("next")))
    secure = flask.current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie("theme", theme, max_age=YEAR, httponly=True, secure=secure, samesite="Lax")
    return response


@blueprint.post("/sounds")
@requires("self")
def update_sounds() -> flask.Response:
    actor = access.actor()
    write(set_sounds, SetSounds(int(actor.id), flask.request.form.get("sounds") == "on"), actor, clock.now())
    return redirect(access.local_path(flask.request.form.get("next")))


@blueprint.get("/shortcuts")
@requires("self")
def shortcuts() -> str:
    """The keys of the pages; a part for their dialog."""
    return flask.render_template("layout/_shortcuts.html" if wants_part() else "accounts/shortcuts.html")


@blueprint.get("/signed-in")
@requires("self")
def signed_in() -> str:
    """The end of signing in beside a form whose session ended: the way back to that tab."""
    return flask.render_template("accounts/signed_in.html")
