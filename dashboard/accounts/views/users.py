"""x"""
import flask
blueprint = flask.Blueprint("users", __name__)
