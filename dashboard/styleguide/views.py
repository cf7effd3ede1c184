"""/styleguide: every macro in every state, for whoever works on the interface."""

from typing import Any

import flask

from dashboard.kernel import clock
from dashboard.styleguide import forms
from dashboard.web.access import requires
from dashboard.web.htmx import redirect

blueprint = flask.Blueprint("styleguide", __name__, url_prefix="/styleguide")


@blueprint.get("")
@requires("self")
def index() -> str:
    return flask.render_template("styleguide/index.html", form=forms.filled(), bad_form=forms.refused(), now=clock.now())


@blueprint.post("")
@requires("self")
def press() -> Any:
    """What the sample button does: it says that it was pressed."""
    flask.flash("Pressed. Nothing was changed.", "ok")
    return redirect(flask.url_for("styleguide.index"))


blueprints = (blueprint,)
