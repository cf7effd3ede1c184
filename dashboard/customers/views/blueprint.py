"""The blueprint of customers; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("customers", __name__, url_prefix="/customers")
