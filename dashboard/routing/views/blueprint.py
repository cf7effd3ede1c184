"""The blueprint of routing; every module of this package adds its routes."""

import flask

blueprint = flask.Blueprint("routing", __name__, url_prefix="/routing")
