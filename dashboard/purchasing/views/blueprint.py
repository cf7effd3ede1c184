"""The blueprint of purchasing; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("purchasing", __name__)
