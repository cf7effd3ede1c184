"""The blueprint of bulk actions; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("bulk", __name__, url_prefix="/bulk")
