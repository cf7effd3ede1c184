"""x"""
import flask
blueprint = flask.Blueprint("tokens", __name__)
