"""x"""
import flask
blueprint = flask.Blueprint("preferences", __name__)
