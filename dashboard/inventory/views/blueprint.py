"""The blueprint of stock; the modules of this package add their routes."""

import flask

blueprint = flask.Blueprint("stock", __name__)
