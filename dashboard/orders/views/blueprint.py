"""The blueprint of orders; every module of this package adds its routes."""

import flask

blueprint = flask.Blueprint("orders", __name__, url_prefix="/orders")
