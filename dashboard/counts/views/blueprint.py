"""The blueprint of counts; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("counts", __name__, url_prefix="/counts")
