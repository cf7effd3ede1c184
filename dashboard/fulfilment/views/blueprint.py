"""The blueprint of fulfilment; every module of this package adds its routes."""

import flask

blueprint = flask.Blueprint("work", __name__)
