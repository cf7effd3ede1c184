"""The blueprint of transfers; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("transfers", __name__, url_prefix="/transfers")
