"""The blueprint of the exceptions queue; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("exceptions", __name__, url_prefix="/exceptions")
