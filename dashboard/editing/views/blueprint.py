"""The blueprint of editing; its pages stand below the order they change."""

import flask

blueprint = flask.Blueprint("editing", __name__, url_prefix="/orders/<number>")
